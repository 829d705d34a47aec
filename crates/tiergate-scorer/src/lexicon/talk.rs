//! Words of conversation: thanks, greetings, assent, questions and the small words around them.
//!
//! Entries are written in lower case; accents of Latin letters are folded away by the reader, so
//! one spelling of a word is enough.

use super::Category::{self, Common, Explain, Fact, Fill, Go, Greet, Okay, Thanks};

pub(super) const WORDS: &[(Category, &str)] = &[
    (
        Fact,
        "kto kiedy gdzie ile jaki jaka jakie który która wie wat wanneer waar hoeveel welke vem vad när vilken vilket hvem hva hvad hvornår kuka mikä milloin missä kim kimdir nerede kaç hangi kdo kdy kde kolik jaký ki mikor hol hány melyik cine când unde câte хто коли де скільки ποιος πότε πού πόσα siapa kapan dimana berapa ใคร เมื่อไหร่ ที่ไหน เท่าไหร่ מי מתי איפה כמה 是谁 谁写 作者 哪里 哪年 哪一年 多少 是什么 几个 誰 誰が いつ どこ いくつ 何年 何人 누구 언제 어디 몇 얼마나",
    ),
    (
        Fact,
        "高さ 長さ 大きさ 何歳 何時 多高 多长 多大 几点 어느 얼마 몇시",
    ),
    (
        Okay,
        "dokie worries problem problems yw pleasure glad happy hooray bravo congrats congratulations true yikes oops hmmm enough solved done noice ace splendid superb marvelous terrific outstanding stellar magnificent aye righto mhm uh huh ohh",
    ),
    (
        Okay,
        "großartig wunderbar toll richtig stimmt ach danach magnifique merveilleux excellent formidable chouette parfaitement maravilloso excelente estupendo fantástico listo correcto maravilha ótima eccellente meraviglioso fantastico giusto великолепно замечательно прекрасно правильно круто здорово договорились окей",
    ),
    (
        Okay,
        "完美 棒 真棒 厉害 哇 原来如此 最高 素晴らしい 完璧 よかった 훌륭해요 대단해요 최고 멋져요 رائع جميل शानदार सही",
    ),
    // thanks and goodbye
    (
        Thanks,
        "thanks thank thx ty tysm cheers bye goodbye goodnight farewell cya appreciated appreciate np welcome",
    ),
    (
        Thanks,
        "danke dankeschön vielen tschüss tschüs merci remercie gracias adiós obrigado obrigada valeu tchau grazie mille arrivederci",
    ),
    (
        Thanks,
        "спасибо благодарю спс пока дякую дзякуй благодаря хвала dziękuję dzięki děkuji díky ďakujem hvala köszönöm köszi mulțumesc multumesc",
    ),
    (
        Thanks,
        "dank bedankt tack takk tak kiitos teşekkürler teşekkür sağol ευχαριστώ aitäh paldies ačiū faleminderit takk",
    ),
    (
        Thanks,
        "谢谢 谢谢你 谢谢您 多谢 感谢 非常感谢 太感谢了 謝謝 多謝 再见 拜拜 辛苦了 谢了",
    ),
    (
        Thanks,
        "ありがとう ありがとうございます ありがとうございました どうも さようなら またね お疲れ様です お疲れ様でした 助かりました サンキュー",
    ),
    (
        Thanks,
        "감사합니다 고맙습니다 고마워 고마워요 감사해요 감사 수고하세요 안녕히계세요 잘가",
    ),
    (
        Thanks,
        "شكرا شكراً متشكر ممنون تسلم وداعا سلامت متشکرم مرسی धन्यवाद शुक्रिया आभार अलविदा ধন্যবাদ ধন্যবাদ। நன்றி ధన్యవాదాలు شکریہ",
    ),
    (
        Thanks,
        "thnx tnx thankyou tks danki merciiii thankful gratitude bedankjes hartelijk tusen mange kiitti kiitoksia díkes dekuji dakujem dzieki dzięks köszike kösz merc mersi sağolun sağolasın teşekkür tesekkurler blagodaram благодарен благодарствую спасибки щиро efharisto evcharisto mahalo maraming salamat ขอบคุณมาก ขอบคุณมากค่ะ ขอบคุณมากครับ ขอบคุณนะ 고맙습니당 감사합니당 ㄱㅅ",
    ),
    (
        Thanks,
        "ขอบคุณ ขอบคุณครับ ขอบคุณค่ะ ขอบใจ ลาก่อน תודה ביי cảm ơn cám terima kasih makasih salamat asante",
    ),
    // greetings
    (
        Greet,
        "hi hello hey hiya howdy yo greetings morning afternoon evening hallo moin servus guten tag morgen abend bonjour salut bonsoir coucou",
    ),
    (
        Greet,
        "hola buenos buenas días tardes noches olá oi ola bom boa dia tarde noite ciao salve buongiorno buonasera hej hei hallå goddag",
    ),
    (
        Greet,
        "привет здравствуйте здравствуй добрый доброе доброго день вечер утро привіт merhaba selam günaydın cześć hejka ahoj szia sziasztok salutare γεια halo",
    ),
    (
        Greet,
        "你好 您好 大家好 早上好 晚上好 嗨 哈喽 こんにちは こんばんは おはよう おはようございます もしもし やあ はじめまして 안녕 안녕하세요 여보세요",
    ),
    (
        Greet,
        "مرحبا أهلا اهلا السلام عليكم سلام صباح الخير مساء नमस्ते नमस्कार हैलो สวัสดี สวัสดีครับ สวัสดีค่ะ שלום היי xin chào নমস্কার வணக்கம்",
    ),
    // acknowledgement without a wish
    (
        Okay,
        "ok okay okey okie k kk oki alright cool great nice perfect awesome excellent wonderful amazing fantastic lovely brilliant super neat sweet wow",
    ),
    (
        Okay,
        "lol haha hahaha lmao heh yay hmm ah oh aha understood noted gotcha roger fine correct right exactly agreed indeed no nope nah never mind nevermind sorry",
    ),
    (
        Okay,
        "gut toll prima klasse genau verstanden nein passt alles klar einverstanden bien parfait super compris non génial genial perfecto entendido vale bueno claro",
    ),
    (
        Okay,
        "perfeito ótimo otimo entendi certo beleza legal não perfetto capito bene ottimo va хорошо понятно понял поняла ясно отлично супер нет класс ладно",
    ),
    (
        Okay,
        "好的 好 好吧 明白 明白了 知道了 了解 收到 不 不用 不是 没事 没问题 太好了 很好 可以 行 嗯 嗯嗯 对 对的 哈哈 哈哈哈",
    ),
    (
        Okay,
        "わかりました 分かりました わかった 了解です 了解しました なるほど いいえ いいね すごい 大丈夫です そうですね うん 承知しました 알겠습니다 알겠어요 알겠어 아니요 아니 좋아요 좋아 그렇군요 완벽해요 ㅋㅋ ㅋㅋㅋ ㅎㅎ",
    ),
    (
        Okay,
        "تمام حسنا جيد ممتاز فهمت لا رائع ठीक अच्छा समझ गया नहीं बढ़िया बहुत oke okej dobrze dobra dobře jasne tamam prima goed leuk bra hyvä sawa entendu",
    ),
    // assent that asks to carry on
    (
        Go,
        "yes yep yeah yup ya sure please go ahead proceed continue continues absolutely definitely certainly affirmative do it start begin next more keep going carry",
    ),
    (
        Go,
        "ja bitte gerne weiter mach los fortfahren unbedingt sicher oui continuer continue continuez vas allez plaît plait faites volontiers",
    ),
    (
        Go,
        "sí si adelante continúa continua sigue hazlo dale procede sim pode continuar prossiga faça faz prosseguir sì procedi fallo prego avanti continua",
    ),
    (
        Go,
        "да давай давайте продолжай продолжайте пожалуйста конечно сделай дальше вперед tak proszę dalej evet lütfen devam joo jatka graag doorgaan så gärna fortsätt",
    ),
    (
        Go,
        "是 是的 继续 请继续 好的请继续 可以继续 开始吧 做吧 当然 请 下一步 就这样做 按这个做 はい お願いします はいお願いします 続けて 続けてください どうぞ 進めてください ぜひ やってください",
    ),
    (
        Go,
        "네 예 응 네네 부탁해요 부탁합니다 부탁드립니다 계속 계속해 계속하세요 계속해주세요 진행해주세요 해주세요 그래 그래요 물론 نعم أجل ايوه استمر تفضل بالتأكيد افعل ذلك تابع फिर हाँ हां जी कृपया जारी रखें आगे करो करें ใช่ ครับ ค่ะ כן vâng ya silakan lanjut",
    ),
    // what may stand beside them
    (
        Fill,
        "you u so much very a lot for the your help that this it is was all good job day one me i im i'm s m ll d re then now really just works worked work too and have my to of with on do did done got get well best again everything today day friend there man bro buddy mate sir guys team everyone kindly already clear makes sense helps helped helpful perfectly works",
    ),
    (
        Fill,
        "dir ihnen sehr gute gut nacht auf wiedersehen schön das ist war beaucoup pour votre ton aide tout le monde au revoir de rien à bientôt muchas muchísimas por la ayuda todo de nada hasta luego muito pela ajuda você tudo até logo per tutto molto aiuto ti il",
    ),
    (
        Fill,
        "большое огромное так 정말 너무 진짜 matur вам тебе за помощь всё все очень это bardzo je wel nhiều banyak جزيلا لك شكر بك नहीं आपका आपको है हो बहुत děkuji moc så mycket mange paljon çok ederim",
    ),
    // questions of fact
    (
        Fact,
        "who whom whose when where which what whats many much wer wann wo welche welcher welches wieviel quel quelle quels quelles qui quand combien quién quien cuál cual cuándo cuando dónde donde cuánto cuánta cuántos cuantos qual quais quem quando onde quanto quantos chi dove quale quali quanti",
    ),
    (
        Fact,
        "кто когда где какой какая какое какие сколько что 谁 哪里 哪个 哪儿 什么 多少 几个 何时 誰 どこ いつ 何 どれ いくつ いくら 누구 어디 언제 무엇 뭐예요 몇 ما من متى أين كم أي कौन कब कहाँ कहां क्या कितने कितना कौनसा",
    ),
    // questions that want an explanation
    (
        Explain,
        "why how explain explains describe elaborate meaning reason reasons understand difference differences warum weshalb wieso wie erkläre erklären erklär beschreibe unterschied pourquoi comment explique expliquer expliquez différence décris",
    ),
    (
        Explain,
        "porqué cómo explica explicar explícame diferencia describe como explique diferença descreva perché spiega spiegami spiegare differenza descrivi почему зачем как объясни объясните объяснить разница опиши",
    ),
    (
        Explain,
        "为什么 怎么 如何 解释 说明 区别 原因 描述 なぜ どうして どうやって 説明 違い 理由 왜 어떻게 설명 차이 이유 لماذا كيف اشرح فسر الفرق क्यों कैसे समझाइए समझाओ बताइए अंतर वर्णन",
    ),
    // the commonest words: they say that a language was recognised
    (
        Common,
        "the a an and or but if of to in on at by for from with as is are was were be been it its this that these those i you he she we they my your his her our their me him us them not no do does did have has had can could will would should may might there here than then so up out about into over after before between because while also only just some any each other such more most very own same too when all both few",
    ),
    (
        Common,
        "make made use used using give given find want need like know get got let say said show tell see put take new old good bad big small first last long little own right time year people way day man thing world life hand part place case week company system number point government question answer following statement",
    ),
    (
        Common,
        "der die das und oder aber ein eine einen einem einer ist sind war im in den dem des zu von mit auf für nicht auch ich du er sie wir ihr es mein dein sein unser kann muss soll wird werden hat haben als bei nach aus um über unter vor was dass mir bitte diesen diese dieser",
    ),
    (
        Common,
        "le la les un une des du de et ou mais est sont dans en sur avec pour par pas ne je tu il elle nous vous ils elles mon ma mes ton son sa ses ce cette ces que qui se au aux plus comme fait faire être avoir ont a d l j n c s m t où",
    ),
    (
        Common,
        "el los las una unos del y o pero es son en con por para no yo tú él ella nosotros ellos mi tu su que se al más este esta estos ser estar hay lo le me te os um uma dos da das e ou mas são no na nos nas com eu ele ela seu sua ao à lo gli della delle dei di che non sono è nel nella con ho hai ha questo questa un'",
    ),
    (
        Common,
        "и в не на я с а то он она они мы вы но у из за от по для это так же бы мне его её их к о до или если при быть есть был была i w z na nie się to jest jak o co że do po od a je v ve bir bu için ne ile da de mi et av på är och att det som en ett ikke og på er til",
    ),
    (
        Common,
        "这个 那个 我们 你们 他们 一个 没有 因为 所以 但是 如果 可以 需要 使用 进行 以及 问题 これ それ あれ この その です ます した する して いる ある から まで こと もの ください 이것 그것 저는 나는 우리 있는 하는 합니다 입니다 있습니다 그리고 하지만 에서 으로 한다 주세요 해줘",
    ),
    (
        Common,
        "في على إلى عن مع هذا هذه ذلك التي الذي هو هي أن إن كان لم لن قد كل بعد قبل بين أو ثم और का की के को में से पर यह वह है हैं था थी एक नहीं लिए साथ भी तो कर करना इस उस मैं आप हम के",
    ),
];
