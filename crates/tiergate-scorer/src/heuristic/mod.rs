//! The shipped scorer: hand-made signals, weights fitted to data.

mod conversation;
mod terms;

use tiergate_wire::chat;

use crate::assessment::{Assessment, Scorer, Signal, Signals};
use crate::fixed::{OCTAVE, octaves};
use crate::lexicon::{Category, Lexicon};
use crate::reading::Reading;
use crate::score::Score;
use crate::success::success;
use conversation::{Context, Conversation};
use terms::{AROUND, BASE, HISTORY, TEXT, Term};

/// Scores by signals that anyone can name: a sum of logarithmic terms, and the state of the conversation.
///
/// Holds its word table, so make one and keep it; it is immutable and cheap to share.
///
/// ```
/// use tiergate_scorer::{Heuristic, Scorer, Thresholds};
/// use tiergate_wire::chat::Request;
///
/// let scorer = Heuristic::new();
/// let thresholds = Thresholds::default();
/// let thanks = scorer.assess(&Request::user("auto", "thanks!"));
/// assert_eq!(thresholds.tier_index(thanks.score), 0); // nano
/// ```
#[derive(Debug, Clone)]
pub struct Heuristic {
    lexicon: Lexicon,
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

/// Words of which an acknowledgement has at most so many.
const LONGEST_TALK: u32 = 12;
/// Units that may answer a question of the model without a known word ("Biscuit").
const LONGEST_NAME: u64 = 24;

/// Hundredths of a point: an acknowledgement, and the most that a long history makes of it.
const TALK: i32 = 300;
const TALK_MOST: i32 = 1_000;
/// An assent by itself, and the most it inherits: it never reaches flagship by the shipped thresholds.
const ASSENT: i32 = 700;
const ASSENT_MOST: i32 = 7_800;
/// The middle of standard's band by the shipped thresholds.
const UNREADABLE: i32 = 4_700;
/// From here on the score rises by a third, so that 100 stays out of reach of most.
const STEEP: i32 = 9_000;

impl Heuristic {
    /// The scorer with the shipped words and weights.
    pub fn new() -> Self {
        Self {
            lexicon: Lexicon::new(),
        }
    }

    /// Every weighted signal: of the question, of what surrounds it, of the history.
    pub fn weights(&self) -> impl Iterator<Item = Weight> {
        let question = TEXT.iter().map(Weight::from);
        question
            .chain(AROUND.iter().map(Weight::from))
            .chain(HISTORY.iter().map(Weight::from))
    }
}

/// What one signal weighs, for those who want to see how a score comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weight {
    /// The signal's name, as in [`Signal::name`].
    pub name: &'static str,
    /// Hundredths of a point for each doubling of 1 + the signal's value.
    pub per_doubling: i32,
    /// The value above which the signal adds nothing more.
    pub cap: u32,
}

impl<T> From<&Term<T>> for Weight {
    fn from(term: &Term<T>) -> Self {
        Self {
            name: term.name,
            per_doubling: term.rate,
            cap: term.cap,
        }
    }
}

impl Default for Heuristic {
    fn default() -> Self {
        Self::new()
    }
}

impl Scorer for Heuristic {
    fn assess(&self, request: &chat::Request) -> Assessment {
        let Conversation { ask, context } = Conversation::read(request, &self.lexicon);
        if !is_readable(&ask, &context) {
            return unreadable();
        }
        let mut sum = Sum::default();
        let total = match intent(&ask, &context) {
            Intent::Close => acknowledgement(&mut sum, &context),
            Intent::GoOn => assent(&mut sum, &context),
            Intent::Work => work(&mut sum, &ask, &context),
        };
        let score = Score::nearest(total);
        Assessment {
            score,
            success: success(score),
            confidence: confidence(&ask),
            signals: sum.signals,
            readable: true,
        }
    }
}

/// Points so far, and where they come from.
#[derive(Default)]
struct Sum {
    points: i32,
    signals: Signals,
}

impl Sum {
    fn add(&mut self, name: &'static str, points: i32, value: u32) {
        if points == 0 {
            return;
        }
        self.points += points;
        self.signals.push(Signal {
            name,
            points: i16::try_from(points).unwrap_or(if points < 0 { i16::MIN } else { i16::MAX }),
            value,
        });
    }

    /// Adds a table's terms, divided by `share`.
    fn add_terms<T>(&mut self, terms: &[Term<T>], of: &T, share: i32) {
        for term in terms {
            let (points, value) = weigh(term, of);
            self.add(term.name, points / share, value);
        }
    }

    /// Adds what is missing to reach `most` or less.
    fn cap(&mut self, name: &'static str, most: i32) {
        self.add(name, (most - self.points).min(0), 1);
    }
}

fn weigh<T>(term: &Term<T>, of: &T) -> (i32, u32) {
    let value = (term.measure)(of).min(term.cap);
    let octaves = i32::try_from(octaves(value)).unwrap_or(0);
    (term.rate * octaves / OCTAVE.cast_signed(), value)
}

/// A word of thanks asks nothing, however hard the work was before; a long history still costs a little to read.
fn acknowledgement(sum: &mut Sum, context: &Context) -> i32 {
    sum.add("acknowledgement", TALK, 1);
    sum.add_terms(HISTORY, context, 5);
    sum.add_terms(AROUND, context, 10);
    sum.cap("acknowledgement_ceiling", TALK_MOST);
    sum.points
}

/// "Yes, do it" is as hard as what it agrees to, or nearly.
fn assent(sum: &mut Sum, context: &Context) -> i32 {
    sum.add("assent", ASSENT, 1);
    let topic = difficulty(&context.recent);
    sum.add(
        "inherited",
        (topic - sum.points).max(0) * 7 / 10,
        context.turns,
    );
    sum.add_terms(AROUND, context, 1);
    sum.add_terms(HISTORY, context, 1);
    sum.cap("assent_ceiling", ASSENT_MOST);
    sum.points
}

fn work(sum: &mut Sum, ask: &Reading, context: &Context) -> i32 {
    sum.add("base", BASE, 1);
    sum.add_terms(TEXT, ask, 1);
    let turns_away = is_light(ask);
    if context.replies > 0 && !turns_away {
        let topic = difficulty(&context.recent);
        let inherited = (topic - sum.points).max(0) * leaning(ask) / 100;
        sum.add("inherited", inherited, context.turns);
    }
    sum.add_terms(AROUND, context, 1);
    sum.add_terms(HISTORY, context, if turns_away { 3 } else { 1 });
    let beyond = (sum.points - STEEP).max(0);
    sum.add("saturation", -beyond * 2 / 3, 1);
    sum.points
}

/// How much of the history's difficulty a question takes over, in percent: half for one of four words
/// ("and in the other case?"), little for one that stands by itself.
fn leaning(ask: &Reading) -> i32 {
    let beyond = ask.words.clamp(4, 20).cast_signed() - 4;
    50 - beyond * 5 / 2
}

/// Whether a question asks for something light, which owes nothing to what went before.
fn is_light(ask: &Reading) -> bool {
    let any = |categories: &[Category]| categories.iter().any(|&each| ask.of(each) > 0);
    any(&[Category::Easy, Category::Simple, Category::Thanks])
        && !any(&[
            Category::Proof,
            Category::Design,
            Category::Debug,
            Category::Analyse,
        ])
}

/// How hard a text would be as a question of its own.
fn difficulty(reading: &Reading) -> i32 {
    BASE + TEXT.iter().map(|term| weigh(term, reading).0).sum::<i32>()
}

fn intent(ask: &Reading, context: &Context) -> Intent {
    let has = |category: Category| ask.talk_mask & category.bit() != 0;
    let talks = ask.words == 0 && ask.emoji > 0 || ask.words > 0 && ask.words == ask.talk;
    let plain = ask.numbers + ask.code + ask.fences + ask.questions == 0 && context.images == 0;
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

fn is_readable(ask: &Reading, context: &Context) -> bool {
    let named = context.replies > 0 && ask.words > 0 && ask.length() <= LONGEST_NAME;
    ask.is_readable() || named
}

fn unreadable() -> Assessment {
    let score = Score::nearest(UNREADABLE);
    let mut sum = Sum::default();
    sum.add("unreadable", UNREADABLE, 1);
    Assessment {
        score,
        success: success(score),
        confidence: 0,
        signals: sum.signals,
        readable: false,
    }
}

/// The more known words, the more there is to go by: 500 with four of them.
fn confidence(ask: &Reading) -> u16 {
    let known = u64::from(ask.known + ask.emoji);
    u16::try_from(known * 1000 / (known + 4)).unwrap_or(1000)
}
