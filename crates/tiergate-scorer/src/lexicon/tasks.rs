//! Words that name the kind of work: what is asked for, how strictly, and what hangs on it.

use super::Category::{
    self, Analyse, Build, Constraint, Creative, Debug, Design, Easy, Proof, Reason, Sequence,
    Simple, Stakes,
};

pub(super) const WORDS: &[(Category, &str)] = &[
    // light work on a text that is given
    (
        Easy,
        "translate translation rewrite rephrase paraphrase reword summarize summarise summary tldr shorten spell spelling define definition convert list extract sort synonym synonyms antonym grammar proofread capitalize lowercase uppercase format rename count classify capital plural abbreviation stand stands tip joke recommend suggest name names positive negative sentiment extract date title tag label fill",
    ),
    (
        Easy,
        "übersetze übersetzen umschreiben zusammenfassen fasse kürze buchstabiere definiere liste sortiere grammatik hauptstadt formatiere traduis traduire traduisez résume résumer reformule raccourcis définis liste capitale orthographe grammaire corrige traduce traducir resume resumir reescribe acorta define lista corrige gramática capital ordena",
    ),
    (
        Easy,
        "traduza traduzir resuma reescreva encurte defina liste corrija gramática capital traduci riassumi riscrivi accorcia definisci elenca correggi grammatica capitale переведи переведите перевести перескажи кратко сократи перечисли исправь столица синоним определение 翻译 总结 改写 缩短 列出 首都 同义词 语法 纠正 翻訳 要約 書き直 言い換え 首都 並べ替 文法 번역 요약 다시써 나열 수도 맞춤법",
    ),
    (
        Easy,
        "ترجم ترجمة لخص تلخيص أعد صحح عاصمة مرادف عرف अनुवाद सारांश संक्षेप राजधानी पर्यायवाची सूची सुधारो सुधारें परिभाषा",
    ),
    (
        Easy,
        "reformat reorder reverse correct corrected correction headline bullet bullets bulleted punctuation typo typos misspelled misspelling reword wording polite politely politer informal casual tone rhyme rhymes alphabetical alphabetically transcribe copyedit tidy trim trims shorter caption emoji hashtag rearrange merge split deduplicate redact anonymise anonymize",
    ),
    (
        Easy,
        "korrigiere korrigieren verbessere rechtschreibung zeichensetzung kommas übersetzung formuliere umformulieren höflicher förmlicher kürzer stichpunkte ponctuation orthographe majuscules politesse reformulez traduisez corrigez extrais extraire raccourcis résumez corregir ortografía puntuación reescribir reescríbelo extrae extraer acorta resúmelo traducción mayúsculas reescrever corrigir pontuação ortografia extraia formule educada traduz ortografia punteggiatura correggere riscrivere estrai riassumere cortese",
    ),
    (
        Easy,
        "przetłumacz przetłumaczyć popraw poprawić streść skróć wypisz interpunkcję przeredaguj vertaal vertalen corrigeer verbeter samenvatten samenvat herschrijf herformuleer inkorten översätt rätta sammanfatta skriv förkorta oversæt ret opsummer oversett rett käännä korjaa tiivistä çevir çeviri düzelt özetle kısalt yeniden přelož oprav shrň fordítsd javítsd foglald tradu corectează rezumă переформулируй извлеки выпиши сократите исправьте перепиши пунктуация орфография вежливее виправ переклади перекласти скороти διόρθωσε μετάφρασε dịch sửa tóm tắt terjemahkan perbaiki ringkas แปล แก้ไข สรุป תרגם תקן סכם",
    ),
    (
        Easy,
        "翻译成 改成 改得 润色 提取 缩写 改正 错别字 标点 英語にして 日本語にして 訳して 直して 言い換えて 敬語 丁寧 要約して 抜き出 校正 번역해 고쳐 요약해 다듬어 맞춤법 존댓말 높임말",
    ),
    // words that ask for little
    (
        Simple,
        "simple simply basic basics beginner quick quickly short brief briefly easy one-line oneliner sentence word words single kid kids child eli5 hello example einfach kurz kurze simple court courte phrase corto corta breve frase semplice простой коротко кратко предложение 简单 简短 一句话 簡単 短く 一言 간단 짧게 بسيط باختصار जल्दी सरल संक्षिप्त",
    ),
    // proof and derivation
    (
        Proof,
        "prove proves proof proofs disprove derive derivation derives deduce lemma theorem corollary conjecture axiom rigorous rigorously formally qed induction contradiction iff bijection",
    ),
    (
        Proof,
        "beweise beweisen beweis begründe rigoureusement généralise généralisez caractérise leite herleiten herleitung démontre démontrer démontrez prouve prouver prouvez preuve théorème demuestra demostrar demuestre demostración prueba teorema deduce prove demonstre demonstrar prova deduza dimostra dimostrare dimostrazione deduci докажи докажите доказать доказательство выведи выведите вывести теорема лемма",
    ),
    (
        Proof,
        "证明 推导 定理 引理 归纳法 反证 充要条件 証明 導出 導け 定理 補題 帰納法 증명 유도 정리 보조정리 أثبت برهن اثبت برهان اشتق نظرية सिद्ध प्रमाण प्रमेय व्युत्पन्न",
    ),
    // making something that works
    (
        Build,
        "implement implements implementation implementing build building develop create program code write add integrate extend support port generate produce construct draft propose",
    ),
    (
        Build,
        "implementiere implementieren baue entwickle entwickeln programmiere schreibe erstelle füge implémente implémenter implémentez développe développer écris écrire crée créer programme ajoute implementa implementar desarrolla desarrollar escribe escribir crea crear programa añade construye",
    ),
    (
        Build,
        "implemente implementar desenvolva desenvolver escreva crie criar programe adicione implementa implementare sviluppa sviluppare scrivi crea aggiungi реализуй реализуйте реализовать напиши напишите написать разработай разработайте создай создайте добавь построй 实现 编写 开发 写一个 创建 构建 添加 実装 作成 開発 書いて 作って 追加 구현 작성 개발 만들어 추가",
    ),
    (
        Build,
        "نفذ اكتب طور برمج أنشئ ابن أضف लिखो लिखें लिखिए बनाओ बनाएं विकसित कार्यान्वित जोड़ें",
    ),
    // structure of larger things
    (
        Design,
        "design designs architect architecture architectural refactor refactoring redesign restructure migrate migration migrations rollout rollback backfill scalable scalability distributed microservice microservices monolith multi-region multitenant tenant sharding shard replication consistency idempotent idempotency consensus partition partitions failover throughput latency schema schemas protocol state-machine modular subsystem infrastructure topology strangler event-driven eventual",
    ),
    (
        Design,
        "entwirf entwerfen entwurf architektur refaktoriere refaktorisieren migriere migration skalierbar verteilt verteilte verteiltes konsistenz conçois concevoir concevez architecture refactorise migrer évolutif distribué distribuée cohérence diseña diseñar diseño arquitectura refactoriza migrar migración escalable distribuido distribuida consistencia",
    ),
    (
        Design,
        "resiliencia alta-disponibilidad colas reintentos migraciones ordonnanceur réplication resilienz verteilung ausfallsicher очередь репликация шардирование отказоустойчивость 队列 并发 容错 复制 多活 跨区域 回滚 冗余 キュー 再試行 重複排除 冗長 排他 큐 재시도 복제 롤백 التراجع الاتساق",
    ),
    (
        Design,
        "projete projetar desenhe arquitetura refatore migrar migração escalável distribuído consistência progetta progettare architettura rifattorizza migrare migrazione scalabile distribuito coerenza спроектируй спроектируйте спроектировать архитектура архитектуру рефакторинг мигрировать миграция миграцию миграции масштабируемый распределенный распределённой распределённую согласованность",
    ),
    (
        Design,
        "设计 架构 重构 迁移 分布式 可扩展 一致性 微服务 高可用 分片 設計 アーキテクチャ リファクタ 移行 分散 スケーラブル 整合性 マイクロサービス 설계 아키텍처 리팩터 리팩토링 마이그레이션 분산 확장성 일관성 صمم تصميم معمارية هيكلية موزع موزعة ترحيل डिज़ाइन डिजाइन आर्किटेक्चर वितरित स्केलेबल माइग्रेशन",
    ),
    // finding out what is wrong
    (
        Debug,
        "debug debugging diagnose investigate root cause deadlock deadlocks race races flaky intermittent intermittently nondeterministic leak leaks leaking crash crashes crashing segfault panic stacktrace traceback regression reproduce reproduces reproducer bisect hang hangs corrupt corrupted corruption bottleneck profile profiling memory-leak concurrency concurrent starvation fails failing failure broken bug bugs fix",
    ),
    (
        Debug,
        "debugge fehlersuche diagnostiziere untersuche ursache absturz fehler verklemmung speicherleck débogue déboguer diagnostique enquête cause plantage fuite bogue depura depurar diagnostica investiga causa fallo fuga bloqueo depure diagnostique investigue falha vazamento travamento debugga diagnostica indaga causa errore perdita blocco отладь отладить найди причину причина утечка падает ошибка ошибку взаимоблокировка гонка",
    ),
    (
        Debug,
        "concurrencia concurrente condiciones reintento concurrence concurrent nebenläufigkeit parallelität wettlauf гонки параллельность блокировки блокировка блокировку одновременно конкурентность تزامن",
    ),
    (
        Debug,
        "调试 排查 死锁 竞态 内存泄漏 根本原因 崩溃 修复 デバッグ 原因 デッドロック 競合 メモリリーク クラッシュ 修正 디버그 디버깅 원인 교착 경쟁상태 메모리누수 충돌 수정 صحح تتبع خلل سبب تسرب تعطل डिबग बग कारण क्रैश लीक ठीक",
    ),
    // weighing and planning
    (
        Analyse,
        "analyze analyse analysis analyzing compare comparison contrast evaluate evaluation assess assessment critique critically review audit justify argue argument discuss discussion strategy strategic plan planning roadmap trade-off tradeoff tradeoffs offs pros cons implications recommend recommendation estimate forecast model simulate optimize optimise optimization optimal interpret synthesize synthesise investigate research hypothesis",
    ),
    (
        Analyse,
        "analysiere analysieren analyse vergleiche vergleichen bewerte bewerten beurteile begründe strategie plane abwägen optimiere optimieren analyser analysez compare comparer évalue évaluer justifie stratégie planifie optimise optimiser analiza analizar compara comparar evalúa evaluar justifica estrategia planifica optimiza optimizar",
    ),
    (
        Analyse,
        "analise analisar compare avalie avaliar justifique estratégia planeje otimize otimizar analizza analizzare confronta confrontare valuta valutare giustifica strategia pianifica ottimizza ottimizzare проанализируй проанализируйте анализ сравни сравните сравнить оцени оцените обоснуй обоснуйте стратегия стратегию спланируй оптимизируй оптимизировать",
    ),
    (
        Analyse,
        "implicaciones riesgos alternativas implications compromis alternatives folgen abwägung последствия варианты компромиссы 影响 性能 可行性 利弊 影響 性能 영향 성능 المخاطر البدائل",
    ),
    (
        Analyse,
        "分析 比较 评估 论证 策略 权衡 优化 讨论 规划 方案 比較 評価 論じ 戦略 最適化 検討 計画 분석 비교 평가 전략 최적화 검토 계획 حلل تحليل قارن قيم استراتيجية ناقش خطط حسن विश्लेषण तुलना मूल्यांकन रणनीति अनुकूलन चर्चा योजना",
    ),
    // writing for readers
    (
        Creative,
        "poem story essay email letter haiku song lyrics blog slogan tagline caption tweet post limerick birthday invitation gedicht geschichte brief poème histoire lettre poema cuento carta historia email стих рассказ письмо 诗 故事 邮件 作文 詩 物語 メール 手紙 시를 이야기 이메일 편지 قصيدة قصة رسالة कविता कहानी पत्र ईमेल",
    ),
    // what must hold
    (
        Constraint,
        "must without exactly ensure every at least most never always only cannot guarantee guarantees guaranteed required requires requirement requirements constraint constraints strictly precise satisfy satisfies valid invariant invariants preserve preserving backwards compatible handle handles including cover covering edge cases",
    ),
    (
        Constraint,
        "muss müssen darf ohne genau mindestens höchstens niemals immer sicherstellen garantiert doit doivent sans exactement moins toujours jamais garantir garantis debe deben sin exactamente menos siempre nunca garantiza garantizar deve devem sem exatamente menos sempre garanta devono senza esattamente almeno sempre mai garantire должен должна должно должны без точно минимум всегда никогда гарантируй гарантировать",
    ),
    (
        Constraint,
        "必须 不能 确保 保证 至少 至多 严格 约束 要求 每个 必ず 保証 少なくとも 制約 厳密 以内 반드시 보장 최소 제약 없이 정확히 يجب بدون تماما دائما أبدا ضمان चाहिए बिना अवश्य हमेशा कम कभी सुनिश्चित",
    ),
    // what hangs on it
    (
        Stakes,
        "production prod outage incident downtime zero-downtime payment payments billing ledger money financial bank banking security secure vulnerability vulnerabilities exploit breach authentication authorization compliance regulatory gdpr hipaa pci sox audit legal lawsuit liability contract patient patients clinical dosage diagnosis medical safety critical mission-critical irreversible destructive data-loss loss risk risks encryption cryptographic credentials secrets customers customer sla disaster recovery",
    ),
    (
        Stakes,
        "produktion produktionssystem ausfall zahlung zahlungen abrechnung sicherheit sicherheitslücke haftung vertrag patient patienten datenverlust risiko produccion producción pago pagos facturación seguridad vulnerabilidad responsabilidad contrato paciente pacientes riesgo pérdida paiement paiements facturation sécurité vulnérabilité responsabilité contrat patients risque perte panne",
    ),
    (
        Stakes,
        "produção pagamento pagamentos segurança vulnerabilidade contrato paciente risco perda produzione pagamento pagamenti sicurezza vulnerabilità contratto paziente rischio perdita продакшен продакшн платеж платежи платежей безопасность уязвимость договор пациент пациента риск потеря простоя 生产环境 线上 支付 安全 漏洞 合规 患者 合同 风险 停机 資金 本番 決済 支払い セキュリティ 脆弱性 患者 契約 リスク 停止 운영환경 프로덕션 결제 보안 취약점 환자 계약 위험 중단",
    ),
    (
        Stakes,
        "إنتاج الإنتاج دفع الدفع المدفوعات أمان الأمان ثغرة مريض المريض عقد مخاطر خطر उत्पादन भुगतान सुरक्षा मरीज रोगी अनुबंध जोखिम",
    ),
    // thinking aloud
    (
        Reason,
        "step-by-step steps carefully thorough thoroughly reasoning rationale think thinking deeply depth detail detailed comprehensive exhaustive complete completely rigor verify verification double-check logically nuanced",
    ),
    (
        Reason,
        "schritt schritte sorgfältig gründlich ausführlich denke überlege étape étapes soigneusement raisonnement réfléchis détaillé détaillée paso pasos cuidadosamente razonamiento razona piensa detallado detallada detalle passo passos cuidadosamente raciocínio pense detalhado detalhada passaggio passaggi attentamente ragionamento ragiona pensa dettagliato dettagliata",
    ),
    (
        Reason,
        "rigoureux justifiant justifie étape justifica rigurosamente justificando begründung jeden rigorosamente обоснование обосновать 理由 每一步 严谨 完整的 論理的 厳密に 근거 엄밀",
    ),
    (
        Reason,
        "шаг шагам шагов тщательно подробно рассуждай рассуждения подумай пошагово 一步一步 逐步 步骤 仔细 详细 推理 思考 完整 ステップ 段階 慎重 詳細 詳しく 推論 考えて 단계 단계별 신중 자세히 추론 상세 خطوة خطوات بعناية بالتفصيل تفكير فكر चरण विस्तार ध्यान सोच तर्क",
    ),
    // one thing after another
    (
        Sequence,
        "then after afterwards finally first second third next also additionally furthermore moreover plus followed once subsequently meanwhile lastly phase stage dann danach schließlich zuerst außerdem zusätzlich anschließend puis ensuite enfin également d'abord luego después finalmente primero además también depois finalmente primeiro além também poi dopo infine inoltre anche затем потом наконец сначала также кроме",
    ),
    (
        Sequence,
        "然后 接着 最后 首先 其次 并且 另外 同时 次に 最後に まず その後 さらに また 그리고 그다음 마지막으로 먼저 또한 ثم بعد أخيرا أولا أيضا फिर बाद अंत पहले साथ",
    ),
];
