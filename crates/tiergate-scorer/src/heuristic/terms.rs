//! The weights: one row for each signal. The only place that holds them.

use super::conversation::Context;
use crate::lexicon::Category;
use crate::reading::Reading;

/// A signal and what it weighs.
///
/// Every term is logarithmic: it adds `rate` hundredths of a point for each doubling of 1 + the
/// measured count, up to `cap`. So no word or message counts as much as the first of its kind, and
/// nothing can be had by repetition.
#[derive(Debug)]
pub(super) struct Term<T: 'static> {
    pub(super) name: &'static str,
    pub(super) rate: i32,
    pub(super) cap: u32,
    pub(super) measure: fn(&T) -> u32,
}

const fn term<T>(name: &'static str, rate: i32, cap: u32, measure: fn(&T) -> u32) -> Term<T> {
    Term {
        name,
        rate,
        cap,
        measure,
    }
}

/// Where the score of a question begins, in hundredths of a point.
pub(super) const BASE: i32 = 600;

/// What a text says by itself: applied to the question, and to the history when the question leans on it.
#[rustfmt::skip]
pub(super) const TEXT: &[Term<Reading>] = &[
    term("length",           435,  2048, |r| clamp(r.length())),
    term("word_length",       20,    64, word_length),
    term("question",        -165,     3, |r| r.of(Category::Fact)),
    term("explanation",       75,     7, |r| r.of(Category::Explain)),
    term("light_task",      -450,     7, |r| r.of(Category::Easy)),
    term("modest",          -390,     7, |r| r.of(Category::Simple)),
    term("proof",           1255,     7, |r| r.of(Category::Proof)),
    term("building",         460,     7, |r| r.of(Category::Build)),
    term("design",           345,    15, |r| r.of(Category::Design)),
    term("debugging",        220,    15, |r| r.of(Category::Debug)),
    term("analysis",         280,    15, |r| r.of(Category::Analyse)),
    term("creative",         -70,     7, |r| r.of(Category::Creative)),
    term("constraints",      100,    15, |r| r.of(Category::Constraint)),
    term("stakes",           165,    15, |r| r.of(Category::Stakes)),
    term("reasoning",        130,     7, |r| r.of(Category::Reason)),
    term("sequence",          60,     7, |r| r.of(Category::Sequence)),
    term("software",         420,    15, |r| r.of(Category::Code)),
    term("mathematics",      235,    15, |r| r.of(Category::Maths)),
    term("science",           60,    15, |r| r.of(Category::Science)),
    term("law",              130,    15, |r| r.of(Category::Law)),
    term("medicine",         160,    15, |r| r.of(Category::Medicine)),
    term("finance",           60,    15, |r| r.of(Category::Finance)),
    term("humanities",        20,    15, |r| r.of(Category::Humanities)),
    term("numbers",          120,    31, |r| r.numbers),
    term("operators",        190,    63, |r| r.operators),
    term("formulas",         205,    63, |r| r.maths),
    term("code",              30,   255, |r| r.code + 4 * r.fences),
    term("files",            190,    15, |r| r.files),
    term("list_items",       150,    15, |r| r.items),
    term("options",          -30,    10, |r| if r.options < 3 { 0 } else { r.options }),
    term("breadth",          175,    31, breadth),
    term("question_marks",   -60,     7, |r| r.questions),
];

/// What surrounds the question.
#[rustfmt::skip]
pub(super) const AROUND: &[Term<Context>] = &[
    term("system_prompt",      25,   8_191, |c| clamp(c.system.length())),
    term("system_demands",     60,      15, |c| hard_words(&c.system)),
    term("tools",              80,     127, |c| c.tools),
    term("tool_parameters",    12,  65_535, |c| c.tool_bytes / 64),
    term("tool_calls",        150,      63, |c| c.tool_calls),
    term("tool_steps",        100,      63, |c| c.steps),
    term("images",            350,       7, |c| c.images),
    term("audio",             250,       7, |c| c.audio),
    term("attachments",       350,       7, |c| c.files),
    term("schema",            200,       1, |c| c.schema),
    term("effort",            400,       7, |c| c.effort),
];

/// What was said before.
#[rustfmt::skip]
pub(super) const HISTORY: &[Term<Context>] = &[
    term("history",            80,     511, |c| c.turns),
    term("history_length",     25, 524_287, history_length),
    term("history_code",      120,       7, |c| code_words(&c.recent) + code_words(&c.older)),
    term("history_demands",   120,      15, |c| hard_words(&c.recent) + hard_words(&c.older)),
    term("history_reasoning", 130,       7, reasoning),
];

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
