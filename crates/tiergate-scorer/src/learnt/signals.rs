//! The signals that have a name: one row for each, and what each measures.

use super::conversation::{Context, Conversation};
use crate::fixed::octaves;
use crate::lexicon::Category;
use crate::reading::Reading;

/// A signal, and how it is measured.
///
/// Every term is logarithmic: it counts in doublings of 1 + the measured value, up to `cap`. So no
/// word or message counts as much as the first of its kind, and nothing can be had by repetition.
#[derive(Debug)]
pub(super) struct Term<T: 'static> {
    pub(super) name: &'static str,
    pub(super) cap: u32,
    pub(super) measure: fn(&T) -> u32,
}

const fn term<T>(name: &'static str, cap: u32, measure: fn(&T) -> u32) -> Term<T> {
    Term { name, cap, measure }
}

/// What a text says by itself: applied to the question, and to the history when the question leans on it.
#[rustfmt::skip]
pub(super) const TEXT: [Term<Reading>; 33] = [
    term("length",                 1024, |r| clamp(r.length())),
    term("brevity",             63, brevity),
    term("word_length",              64, word_length),
    term("question",                  3, |r| r.of(Category::Fact)),
    term("explanation",               7, |r| r.of(Category::Explain)),
    term("light_task",                7, |r| r.of(Category::Easy)),
    term("modest",                    7, |r| r.of(Category::Simple)),
    term("proof",                     7, |r| r.of(Category::Proof)),
    term("building",                  7, |r| r.of(Category::Build)),
    term("design",                   15, |r| r.of(Category::Design)),
    term("debugging",                15, |r| r.of(Category::Debug)),
    term("analysis",                 15, |r| r.of(Category::Analyse)),
    term("creative",                  7, |r| r.of(Category::Creative)),
    term("constraints",              15, |r| r.of(Category::Constraint)),
    term("stakes",                   15, |r| r.of(Category::Stakes)),
    term("reasoning",                 7, |r| r.of(Category::Reason)),
    term("sequence",                  7, |r| r.of(Category::Sequence)),
    term("software",                 15, |r| r.of(Category::Code)),
    term("mathematics",              15, |r| r.of(Category::Maths)),
    term("science",                  15, |r| r.of(Category::Science)),
    term("law",                      15, |r| r.of(Category::Law)),
    term("medicine",                 15, |r| r.of(Category::Medicine)),
    term("finance",                  15, |r| r.of(Category::Finance)),
    term("humanities",               15, |r| r.of(Category::Humanities)),
    term("numbers",                  31, |r| r.numbers),
    term("operators",                63, |r| r.operators),
    term("formulas",                 63, |r| r.maths),
    term("code",                    255, |r| r.code + 4 * r.fences),
    term("files",                    15, |r| r.files),
    term("list_items",               15, |r| r.items),
    term("options",                  10, |r| if r.options < 3 { 0 } else { r.options }),
    term("breadth",                  31, breadth),
    term("question_marks",            7, |r| r.questions),
];

/// What the question as a whole says beside its words.
#[rustfmt::skip]
pub(super) const ASKED: [Term<Conversation>; 10] = [
    term("light_length",       255, |c| if is_light(&c.instruction) { clamp(c.ask.length() / 8) } else { 0 }),
    term("undertaking",         15, |c| demands(&c.ask).saturating_sub(2)),
    term("asks_for_proof",       1, |c| begins_with(&c.ask, &[Category::Proof])),
    term("asks_for_thought",     1, |c| begins_with(&c.ask, &[Category::Design, Category::Analyse, Category::Debug])),
    term("payload",            255, |c| if is_demanding(&c.instruction) { 0 } else { payload(&c.ask) }),
    term("bulk",                15, |c| if is_demanding(&c.instruction) { clamp(c.ask.length() / 256) } else { 0 }),
    term("plain_bulk",          63, |c| if is_demanding(&c.instruction) { 0 } else { clamp(c.ask.length() / 128) }),
    term("lookup",              63, |c| if is_lookup(&c.instruction) { clamp(c.ask.length() / 128) } else { 0 }),
    term("clauses",             31, |c| if is_demanding(&c.ask) { c.ask.clauses } else { 0 }),
    term("listing",             31, |c| if is_demanding(&c.instruction) { 0 } else { c.ask.lines / 4 }),
];

/// What surrounds the question.
#[rustfmt::skip]
pub(super) const AROUND: [Term<Context>; 11] = [
    term("system_prompt",         8_191, |c| clamp(c.system.length())),
    term("system_demands",           15, |c| hard_words(&c.system)),
    term("tools",                   127, |c| c.tools),
    term("tool_parameters",      65_535, |c| c.tool_bytes / 64),
    term("tool_calls",               63, |c| c.tool_calls),
    term("tool_steps",               63, |c| c.steps),
    term("images",                    7, |c| c.images),
    term("audio",                     7, |c| c.audio),
    term("attachments",               7, |c| c.files),
    term("schema",                    1, |c| c.schema),
    term("effort",                    7, |c| c.effort),
];

/// What was said before.
#[rustfmt::skip]
pub(super) const HISTORY: [Term<Context>; 5] = [
    term("history",                 511, |c| c.turns),
    term("history_length",      524_287, history_length),
    term("history_code",              7, |c| code_words(&c.recent) + code_words(&c.older)),
    term("history_demands",          15, |c| hard_words(&c.recent) + hard_words(&c.older)),
    term("history_reasoning",         7, reasoning),
];

/// How many signals have a name.
pub(crate) const SIGNALS: usize = TEXT.len() + ASKED.len() + AROUND.len() + HISTORY.len();

/// The names of the signals, in the order of their weights.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    let text = TEXT.iter().map(|term| term.name);
    let asked = ASKED.iter().map(|term| term.name);
    let around = AROUND.iter().map(|term| term.name);
    text.chain(asked)
        .chain(around)
        .chain(HISTORY.iter().map(|term| term.name))
}

impl<T> Term<T> {
    /// What was seen, and its weight-free strength in sixteenths of a doubling.
    pub(super) fn read(&self, of: &T) -> (u32, i32) {
        let value = (self.measure)(of).min(self.cap);
        (value, octaves(value).cast_signed())
    }
}

/// How many times the text would fit into 64 units, which is about a sentence.
fn brevity(reading: &Reading) -> u32 {
    64 / clamp(reading.length()).max(1)
}

/// Whether a question begins with a light wish, so that what follows is what it is done to.
pub(super) fn begins_lightly(ask: &Reading) -> bool {
    let heavy = HEAVY.iter().chain(&[Category::Build]);
    let heavy = heavy.fold(0, |mask, each| mask | each.bit());
    let light = Category::Easy.bit() | Category::Simple.bit();
    ask.first_mask & light != 0 && ask.first_mask & heavy == 0 && ask.options < 3
}

/// Whether a text is no prose for the most part, but lines of a log, a table or mere words.
pub(super) fn is_data(text: &Reading) -> bool {
    let prose = text.common * 8 >= text.spelled;
    let code = u64::from(text.code) * 16 > text.units;
    let data = text.spelled >= 24 && !prose && !code && text.maths == 0;
    (data || text.longest_list >= WORD_LIST) && text.options < 3
}

/// Words in a row that no sentence has without a small word or punctuation.
const WORD_LIST: u32 = 12;

/// Whether a question asks for something light, which owes nothing to what went before.
pub(super) fn is_light(ask: &Reading) -> bool {
    has_any(ask, &[Category::Easy, Category::Simple, Category::Thanks]) && !has_any(ask, &HEAVY)
}

/// Distinct words that name demanding work, outside of examinations.
fn demands(text: &Reading) -> u32 {
    let words = HEAVY.iter().map(|&each| text.of(each)).sum::<u32>() + text.of(Category::Build);
    if text.options < 3 { words } else { 0 }
}

/// 1 when a text begins with a word of these sorts.
fn begins_with(text: &Reading, categories: &[Category]) -> u32 {
    let wanted = categories.iter().fold(0, |mask, each| mask | each.bit());
    u32::from(text.first_mask & wanted != 0)
}

/// Eighths of the units of what an early colon or quotation mark introduces.
fn payload(ask: &Reading) -> u32 {
    match ask.opening {
        0 => 0,
        opening => clamp(ask.length().saturating_sub(opening) / 8),
    }
}

/// Whether anything in a text names demanding work, or it is an examination question.
fn is_demanding(text: &Reading) -> bool {
    has_any(text, &HEAVY) || text.of(Category::Build) > 0 || text.options >= 3
}

/// Whether a text asks for a fact, and for nothing more.
fn is_lookup(text: &Reading) -> bool {
    let asks = text.questions > 0 || text.of(Category::Fact) > 0;
    asks && text.options < 3 && !has_any(text, &HEAVY)
}

const HEAVY: [Category; 4] = [
    Category::Proof,
    Category::Design,
    Category::Debug,
    Category::Analyse,
];

fn has_any(text: &Reading, categories: &[Category]) -> bool {
    categories.iter().any(|&each| text.of(each) > 0)
}

/// Sixteenths of a letter by which words are longer than three and a half letters on average.
fn word_length(reading: &Reading) -> u32 {
    if reading.spelled < 3 {
        return 0;
    }
    (reading.letters.saturating_mul(16) / reading.spelled).saturating_sub(56)
}

/// Distinct words for work, its conditions and its fields, beyond the first six: what makes a task of
/// many parts more than the sum of them.
fn breadth(reading: &Reading) -> u32 {
    let words: u32 = BREADTH.iter().map(|&category| reading.of(category)).sum();
    words.saturating_sub(6)
}

const BREADTH: [Category; 14] = [
    Category::Proof,
    Category::Build,
    Category::Design,
    Category::Debug,
    Category::Analyse,
    Category::Constraint,
    Category::Stakes,
    Category::Reason,
    Category::Sequence,
    Category::Code,
    Category::Maths,
    Category::Law,
    Category::Medicine,
    Category::Finance,
];

/// Distinct words that name demanding work.
fn hard_words(reading: &Reading) -> u32 {
    [
        Category::Proof,
        Category::Design,
        Category::Debug,
        Category::Analyse,
        Category::Stakes,
        Category::Maths,
    ]
    .into_iter()
    .map(|category| reading.of(category))
    .sum()
}

fn code_words(reading: &Reading) -> u32 {
    (reading.fences + reading.code / 6).min(16) + reading.of(Category::Code).saturating_sub(1)
}

fn reasoning(context: &Context) -> u32 {
    context.reasoned + context.recent.of(Category::Reason) + context.older.of(Category::Reason)
}

/// The history in units, its unread part reckoned like the read one.
fn history_length(context: &Context) -> u32 {
    let raw = context.recent.raw + context.older.raw;
    let units = context.recent.units + context.older.units;
    match raw {
        0 => clamp(context.history),
        _ => clamp(context.history.saturating_mul(units) / raw),
    }
}

fn clamp(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
