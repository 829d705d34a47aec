//! The shipped scorer: named signals, words and the state of the conversation, weighed by data.

mod conversation;
mod signals;
mod sum;

use tiergate_wire::chat;

use crate::assessment::{Assessment, Scorer};
use crate::lexicon::{Category, Lexicon};
use crate::reading::Reading;
use crate::score::Score;
use crate::success::success;
use crate::weights::{Rate, Tally, Vocabulary, Weights};
use conversation::{Context, Conversation};
use signals::{AROUND, ASKED, HISTORY, TEXT, begins_lightly, is_data, is_light};
pub(crate) use signals::{SIGNALS, names};
use sum::Sum;

/// Scores by weights that were learnt: a sum over named signals, what the words of the question say on
/// average, and the state of the conversation.
///
/// Holds its tables, so make one and keep it; it is immutable and cheap to share.
///
/// ```
/// use tiergate_scorer::{Learnt, Scorer, Thresholds};
/// use tiergate_wire::chat::Request;
///
/// let scorer = Learnt::new();
/// let thresholds = Thresholds::default();
/// let thanks = scorer.assess(&Request::user("auto", "thanks!"));
/// assert_eq!(thresholds.tier_index(thanks.score), 0); // nano
/// ```
#[derive(Debug, Clone)]
pub struct Learnt {
    lexicon: Lexicon,
    vocabulary: Vocabulary,
    base: i32,
    even: [i32; 5],
    rates: [Rate; SIGNALS],
}

/// A request as training sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observation {
    /// How strong each of [`Weights::signals`] is, in sixteenths of a doubling.
    pub strengths: Vec<i32>,
    /// The words of the question that are spelled out, by [`word_hash`](crate::word_hash), in order.
    pub words: Vec<u32>,
    /// The score with these weights, in hundredths of a point, before it is cut to 0 to 100.
    pub points: i32,
    /// Whether the request is work. Acknowledgements, assents and what cannot be read are scored by
    /// rules, and nothing is to be learnt from them.
    pub work: bool,
}

/// What the question wants of the conversation so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Intent {
    /// Nothing: thanks, a greeting, "ok".
    Close,
    /// That it goes on: "yes please", "do it".
    GoOn,
    /// Work of its own.
    Work,
}

/// Units to which a text is cut that is looked at as a topic.
const TOPIC: u64 = 384;
/// Words of which an acknowledgement has at most so many.
const LONGEST_TALK: u32 = 12;
/// Words of which a leave-taking has at most so many, when most of them are known, and when not.
const LONGEST_LEAVE: u32 = 32;
const LONGEST_UNKNOWN_LEAVE: u32 = 8;
/// Units that may answer a question of the model without a known word ("Biscuit").
const LONGEST_NAME: u64 = 24;

/// Where the weights of what surrounds the question begin, and those of what was said before.
const AROUND_AT: usize = TEXT.len() + ASKED.len();
const HISTORY_AT: usize = AROUND_AT + AROUND.len();

/// Hundredths of a point: an acknowledgement, and the most that a long history makes of it.
const TALK: i32 = 300;
const TALK_MOST: i32 = 1_000;
/// An assent by itself, and the most it inherits: it never reaches flagship by the shipped thresholds.
const ASSENT: i32 = 700;
const ASSENT_MOST: i32 = 7_800;
/// The middle of standard's band by the shipped thresholds.
const UNREADABLE: i32 = 4_700;
/// The same for what is no prose: data and lists of words make no request hard.
const DATA_UNITS: u64 = 40;
const DATA_MOST: i32 = 400;
/// Units of length that count where something light is asked, whatever it is to be done to.
const LIGHT_UNITS: u64 = 160;
/// The most that what follows adds to them: less than the width of a tier.
const LIGHT_MOST: i32 = 1_900;
/// Below this the score falls ever slower, so that it never reaches 0.
const FLAT: i32 = 1_000;
/// From here on the score rises by a third, so that 100 stays out of reach of most.
const STEEP: i32 = 9_000;

impl Learnt {
    /// The scorer with the shipped weights.
    pub fn new() -> Self {
        Self::with(&Weights::shipped())
    }

    /// A scorer with other weights.
    pub fn with(weights: &Weights) -> Self {
        let mut rates = [Rate::default(); SIGNALS];
        for (rate, given) in rates.iter_mut().zip(&weights.rates) {
            *rate = *given;
        }
        Self {
            lexicon: Lexicon::new(),
            vocabulary: Vocabulary::new(&weights.words),
            base: weights.base,
            even: weights.even,
            rates,
        }
    }

    /// What training needs to know of a request.
    pub fn observe(&self, request: &chat::Request) -> Observation {
        let mut words = Vec::new();
        Conversation::read(request, &self.lexicon, &mut words);
        let mut tally = Tally::new(&self.vocabulary);
        let read = Conversation::read(request, &self.lexicon, &mut tally);
        let readable = is_readable(&read.ask, &read.context);
        let mut sum = Sum::new(&self.rates);
        let points = self.work(&mut sum, &read, &tally);
        Observation {
            strengths: sum.strengths.to_vec(),
            words,
            points,
            work: readable && intent(&read.ask, &read.context) == Intent::Work,
        }
    }

    fn work(&self, sum: &mut Sum<'_>, read: &Conversation, words: &Tally<'_>) -> i32 {
        let Conversation { ask, context, .. } = read;
        sum.add("base", self.base(), 1);
        sum.add_terms(&TEXT, ask, 0, 1);
        sum.add_terms(&ASKED, read, TEXT.len(), 1);
        sum.add_words(words);
        if is_data(ask) {
            let plain = self.difficulty(&ask.bare(DATA_UNITS));
            sum.cap("data_ceiling", plain + DATA_MOST);
        } else if begins_lightly(ask) {
            let plain = self.difficulty(&ask.bare(LIGHT_UNITS));
            sum.cap("light_task_ceiling", plain + LIGHT_MOST);
        }
        let below = (FLAT - sum.points).max(0);
        sum.add("floor", below - (FLAT - FLAT * FLAT / (FLAT + below)), 1);
        let turns_away = is_light(ask);
        if context.replies > 0 && !turns_away {
            let topic = self.difficulty(&context.recent);
            let inherited = (topic - sum.points).max(0) * leaning(ask) / 100;
            sum.add("inherited", inherited, context.turns);
        }
        sum.add_terms(&AROUND, context, AROUND_AT, 1);
        let share = if turns_away { 3 } else { 1 };
        sum.add_terms(&HISTORY, context, HISTORY_AT, share);
        let beyond = (sum.points - STEEP).max(0);
        sum.add("saturation", -beyond * 2 / 3, 1);
        sum.points
    }

    /// "Yes, do it" is as hard as what it agrees to, or nearly.
    fn assent(&self, sum: &mut Sum<'_>, context: &Context) -> i32 {
        sum.add("assent", ASSENT, 1);
        let topic = self.difficulty(&context.recent);
        let inherited = (topic - sum.points).max(0) * 7 / 10;
        sum.add("inherited", inherited, context.turns);
        sum.add_terms(&AROUND, context, AROUND_AT, 1);
        sum.add_terms(&HISTORY, context, HISTORY_AT, 1);
        sum.cap("assent_ceiling", ASSENT_MOST);
        sum.points
    }

    /// How hard a text would be as a question of its own, by its named signals.
    fn difficulty(&self, reading: &Reading) -> i32 {
        let mut sum = Sum::new(&self.rates);
        sum.add_terms(&TEXT, &reading.cut(TOPIC), 0, 1);
        self.base() + sum.points
    }

    /// Where a score begins, in hundredths of a point.
    fn base(&self) -> i32 {
        sum::rounded(i64::from(self.base))
    }
}

impl Default for Learnt {
    fn default() -> Self {
        Self::new()
    }
}

impl Scorer for Learnt {
    fn assess(&self, request: &chat::Request) -> Assessment {
        let mut words = Tally::new(&self.vocabulary);
        let read = Conversation::read(request, &self.lexicon, &mut words);
        let Conversation { ask, context, .. } = &read;
        let mut sum = Sum::new(&self.rates);
        let readable = is_readable(ask, context);
        let total = match intent(ask, context) {
            _ if !readable => unreadable(&mut sum),
            Intent::Close => acknowledgement(&mut sum, context),
            Intent::GoOn => self.assent(&mut sum, context),
            Intent::Work => self.work(&mut sum, &read, &words),
        };
        Assessment {
            score: Score::nearest(total),
            success: success(total, &self.even, &sum.relief()),
            confidence: confidence(ask, words.found()),
            signals: sum.signals,
            readable,
        }
    }
}

/// A word of thanks asks nothing, however hard the work was before; a long history still costs a little to read.
fn acknowledgement(sum: &mut Sum<'_>, context: &Context) -> i32 {
    sum.add("acknowledgement", TALK, 1);
    sum.add_terms(&HISTORY, context, HISTORY_AT, 5);
    sum.add_terms(&AROUND, context, AROUND_AT, 10);
    sum.cap("acknowledgement_ceiling", TALK_MOST);
    sum.points
}

fn unreadable(sum: &mut Sum<'_>) -> i32 {
    sum.add("unreadable", UNREADABLE, 1);
    sum.points
}

/// How much of the history's difficulty a question takes over, in percent: half for one of four words
/// ("and in the other case?"), little for one that stands by itself.
fn leaning(ask: &Reading) -> i32 {
    let beyond = ask.words.clamp(4, 20).cast_signed() - 4;
    50 - beyond * 5 / 2
}

fn intent(ask: &Reading, context: &Context) -> Intent {
    let has = |category: Category| ask.talk_mask & category.bit() != 0;
    let talks = ask.words == 0 && ask.emoji > 0 || ask.words > 0 && ask.words == ask.talk;
    let plain = ask.numbers + ask.code + ask.fences + ask.questions == 0 && context.shown == 0;
    if plain && takes_leave(ask) {
        return Intent::Close;
    }
    if !talks || !plain || ask.words > LONGEST_TALK {
        return Intent::Work;
    }
    let urges = ask.of(Category::Go) >= 2 || has(Category::Go) && !has(Category::Thanks);
    match () {
        () if urges && context.replies > 0 => Intent::GoOn,
        () if has(Category::Thanks) || has(Category::Greet) || has(Category::Okay) => Intent::Close,
        () if has(Category::Go) || ask.words == 0 => Intent::Close,
        () => Intent::Work,
    }
}

/// Whether a text gives thanks or says goodbye among words that ask for nothing: "thanks so much, that
/// clears it up". Where few of its words are known, it must be short.
fn takes_leave(ask: &Reading) -> bool {
    let thanks = ask.talk_mask & Category::Thanks.bit() != 0;
    let longest = if ask.known * 2 >= ask.words {
        LONGEST_LEAVE
    } else {
        LONGEST_UNKNOWN_LEAVE
    };
    let asks = WISHES.iter().any(|&each| ask.of(each) > 0);
    thanks && !asks && ask.words <= longest && ask.operators + ask.maths + ask.lines == 0
}

/// Words of these sorts ask for something, or speak of work.
const WISHES: [Category; 16] = [
    Category::Go,
    Category::Fact,
    Category::Explain,
    Category::Easy,
    Category::Proof,
    Category::Build,
    Category::Design,
    Category::Debug,
    Category::Analyse,
    Category::Creative,
    Category::Code,
    Category::Maths,
    Category::Law,
    Category::Medicine,
    Category::Finance,
    Category::Science,
];

fn is_readable(ask: &Reading, context: &Context) -> bool {
    let named = context.replies > 0 && ask.words > 0 && ask.length() <= LONGEST_NAME;
    ask.is_readable() || named
}

/// The more known words, the more there is to go by: 500 with four of them. Unreadable text has none.
fn confidence(ask: &Reading, words: u32) -> u16 {
    let known = u64::from((ask.known + ask.emoji).max(words));
    u16::try_from(known * 1000 / (known + 4)).unwrap_or(1000)
}
