//! Points so far, and where they come from.

use super::signals::{SIGNALS, Term};
use crate::assessment::{Signal, Signals};
use crate::fixed::OCTAVE;
use crate::weights::{FINE, Rate, Tally};

/// The most that the words of a question add or take off, in hundredths of a point.
const MOST_WORDS: i32 = 2_500;
/// The most that a tier's success is shifted against the score, in hundredths of a point.
const MOST_RELIEF: i32 = 1_500;

/// A sum under way.
#[derive(Debug)]
pub(super) struct Sum<'a> {
    rates: &'a [Rate; SIGNALS],
    pub(super) points: i32,
    pub(super) signals: Signals,
    /// How strong each signal was, in sixteenths of a doubling.
    pub(super) strengths: [i32; SIGNALS],
    /// In 1/1024 of a hundredth of a point for each tier.
    relief: [i64; 5],
}

impl<'a> Sum<'a> {
    pub(super) fn new(rates: &'a [Rate; SIGNALS]) -> Self {
        Self {
            rates,
            points: 0,
            signals: Signals::new(),
            strengths: [0; SIGNALS],
            relief: [0; 5],
        }
    }

    pub(super) fn add(&mut self, name: &'static str, points: i32, value: u32) {
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

    /// Adds a table's terms, whose weights begin at `first`, each divided by `share`.
    pub(super) fn add_terms<T>(&mut self, terms: &[Term<T>], of: &T, first: usize, share: i32) {
        for (term, at) in terms.iter().zip(first..) {
            let (value, strength) = term.read(of);
            if strength == 0 {
                continue;
            }
            let strength = strength / share;
            let rate = &self.rates[at];
            self.strengths[at] = strength;
            let weigh = |rate: i32| i64::from(rate) * i64::from(strength) / i64::from(OCTAVE);
            for (relief, each) in self.relief.iter_mut().zip(rate.relief) {
                *relief += weigh(each);
            }
            self.add(term.name, rounded(weigh(rate.points)), value);
        }
    }

    /// Adds what the words of the question say.
    pub(super) fn add_words(&mut self, words: &Tally<'_>) {
        for (relief, each) in self.relief.iter_mut().zip(words.relief()) {
            *relief += i64::from(each) * FINE;
        }
        let points = words.points().clamp(-MOST_WORDS, MOST_WORDS);
        self.add("words", points, words.found());
    }

    /// Takes off what is above `most`.
    pub(super) fn cap(&mut self, name: &'static str, most: i32) {
        self.add(name, (most - self.points).min(0), 1);
    }

    /// By how many hundredths of a point each tier finds the request easier than its score says.
    pub(super) fn relief(&self) -> [i32; 5] {
        self.relief
            .map(|fine| rounded(fine).clamp(-MOST_RELIEF, MOST_RELIEF))
    }
}

/// Hundredths of a point from 1/1024 of one, towards zero.
pub(super) fn rounded(fine: i64) -> i32 {
    i32::try_from(fine / FINE).unwrap_or(if fine < 0 {
        i32::MIN / 64
    } else {
        i32::MAX / 64
    })
}
