//! The file that weights come in. Numbers are little-endian.
//!
//! ```text
//! "tgweight" · u16 version · u8[32] recipe · u8[32] data · i32 base · i32[5] even
//! u16 signals, then each: u8 length · name · i32 points · i32[5] relief
//! u32 words, then each, by rising hash: u32 hash · i16 points · i8[5] relief
//! ```

use super::{Rate, Weights, Word};

const MAGIC: &[u8; 8] = b"tgweight";
const VERSION: u16 = 1;
/// Words that a file may hold; more would be no gain and a large table.
const MOST_WORDS: usize = 1 << 18;

/// Why bytes are no weights that this scorer can use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadWeights {
    /// They do not begin as such a file does.
    #[error("this is not a file of scorer weights")]
    NotWeights,
    /// They are of another version of the format.
    #[error("these weights are of format {0}, and this scorer reads format 1; train them again")]
    Version(u16),
    /// They end too early, or go on after the end.
    #[error("the weights file is cut off or has something after its end")]
    Length,
    /// Its signals are not those of this scorer.
    #[error("weights of signal {found:?} where {expected:?} is due; train them again")]
    Signal {
        /// The name in the file.
        found: String,
        /// The name of the signal in this place; empty when there are no more.
        expected: &'static str,
    },
    /// A number is out of the range in which scores can be reckoned.
    #[error("the weight of {0} is out of range")]
    Range(&'static str),
    /// The words are not in order, or too many.
    #[error("the vocabulary must hold at most 262144 words by rising hash")]
    Words,
}

impl Weights {
    /// Reads a weights file.
    ///
    /// # Errors
    /// [`BadWeights`]; nothing that this returns can make a scorer panic or leave 0 to 100.
    pub fn parse(bytes: &[u8]) -> Result<Self, BadWeights> {
        let bytes = bytes.strip_prefix(MAGIC).ok_or(BadWeights::NotWeights)?;
        let mut from = Cursor(bytes);
        match u16::from_le_bytes(from.take()?) {
            VERSION => {}
            other => return Err(BadWeights::Version(other)),
        }
        let weights = Self {
            recipe: from.take()?,
            data: from.take()?,
            base: bounded(from.i32()?, "the base")?,
            even: from.five()?,
            rates: from.rates()?,
            words: from.words()?,
        };
        from.0
            .is_empty()
            .then_some(weights)
            .ok_or(BadWeights::Length)
    }

    /// The file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut file = MAGIC.to_vec();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        file.extend(VERSION.to_le_bytes());
        file.extend(self.recipe);
        file.extend(self.data);
        file.extend(self.base.to_le_bytes());
        file.extend(self.even.iter().flat_map(|each| each.to_le_bytes()));
        file.extend(&count(self.rates.len()).to_le_bytes()[..2]);
        for (name, rate) in Self::signals().zip(&self.rates) {
            file.push(name.len().to_le_bytes()[0]);
            file.extend(name.as_bytes());
            file.extend(rate.points.to_le_bytes());
            file.extend(rate.relief.iter().flat_map(|each| each.to_le_bytes()));
        }
        file.extend(count(self.words.len()).to_le_bytes());
        for word in &self.words {
            file.extend(word.hash.to_le_bytes());
            file.extend(word.points.to_le_bytes());
            file.extend(word.relief.map(|each| each.to_le_bytes()[0]));
        }
        file
    }
}

/// What is left to read.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], BadWeights> {
        let (head, rest) = self.0.split_first_chunk().ok_or(BadWeights::Length)?;
        self.0 = rest;
        Ok(*head)
    }

    fn i32(&mut self) -> Result<i32, BadWeights> {
        Ok(i32::from_le_bytes(self.take()?))
    }

    fn five(&mut self) -> Result<[i32; 5], BadWeights> {
        let mut five = [0; 5];
        for each in &mut five {
            *each = bounded(self.i32()?, "a tier")?;
        }
        Ok(five)
    }

    fn rates(&mut self) -> Result<Vec<Rate>, BadWeights> {
        let count = u16::from_le_bytes(self.take()?);
        let mut expected = Self::expected();
        let mut rates = Vec::new();
        for _ in 0..count {
            let [length] = self.take()?;
            let (name, rest) = self
                .0
                .split_at_checked(length.into())
                .ok_or(BadWeights::Length)?;
            self.0 = rest;
            let due = expected.next().unwrap_or_default();
            if name != due.as_bytes() {
                let found = String::from_utf8_lossy(name).into_owned();
                return Err(BadWeights::Signal {
                    found,
                    expected: due,
                });
            }
            rates.push(Rate {
                points: bounded(self.i32()?, due)?,
                relief: self.five()?,
            });
        }
        match expected.next() {
            None => Ok(rates),
            Some(expected) => Err(BadWeights::Signal {
                found: String::new(),
                expected,
            }),
        }
    }

    fn expected() -> impl Iterator<Item = &'static str> {
        Weights::signals()
    }

    fn words(&mut self) -> Result<Vec<Word>, BadWeights> {
        let count = u32::from_le_bytes(self.take()?) as usize;
        if count > MOST_WORDS {
            return Err(BadWeights::Words);
        }
        let mut words: Vec<Word> = Vec::with_capacity(count.min(self.0.len()));
        for _ in 0..count {
            let word = Word {
                hash: u32::from_le_bytes(self.take()?),
                points: i16::from_le_bytes(self.take()?),
                relief: self.take::<5>()?.map(|byte| i8::from_le_bytes([byte])),
            };
            if words.last().is_some_and(|last| last.hash >= word.hash) {
                return Err(BadWeights::Words);
            }
            words.push(word);
        }
        Ok(words)
    }
}

/// Weights of more than 2^27 could overflow in a sum; nothing sensible comes near them.
fn bounded(weight: i32, name: &'static str) -> Result<i32, BadWeights> {
    let sane = weight.unsigned_abs() < 1 << 27;
    sane.then_some(weight).ok_or(BadWeights::Range(name))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn small() -> Weights {
        let rates = Weights::signals().map(|name| Rate {
            points: i32::try_from(name.len()).unwrap() * -1000,
            relief: [1, 2, 3, 4, 5],
        });
        let word = |hash| Word {
            hash,
            points: -300,
            relief: [-5, 4, 3, 2, 1],
        };
        Weights {
            recipe: [1; 32],
            data: [2; 32],
            base: 77,
            even: [1, 2, 3, 4, 5],
            rates: rates.collect(),
            words: [3, 9, u32::MAX].map(word).to_vec(),
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let weights = small();
        assert_eq!(Weights::parse(&weights.to_bytes()), Ok(weights));
    }

    #[test]
    fn the_shipped_weights_are_whole() {
        let weights = Weights::parse(super::super::SHIPPED).unwrap();
        assert!(weights.words.len() > 10_000);
        assert!(super::super::SHIPPED.len() < 4 << 20);
    }

    #[test]
    fn says_what_is_wrong() {
        let file = small().to_bytes();
        assert_eq!(Weights::parse(b"x"), Err(BadWeights::NotWeights));
        assert_eq!(Weights::parse(&file[..99]), Err(BadWeights::Length));
        assert_eq!(
            Weights::parse(&[&file[..], b"x"].concat()),
            Err(BadWeights::Length)
        );
        let mut newer = file.clone();
        newer[8] = 2;
        assert_eq!(Weights::parse(&newer), Err(BadWeights::Version(2)));
        let mut disordered = small();
        disordered.words.swap(0, 1);
        assert_eq!(
            Weights::parse(&disordered.to_bytes()),
            Err(BadWeights::Words)
        );
        let mut fewer = small();
        fewer.rates.pop();
        let told = Weights::parse(&fewer.to_bytes()).unwrap_err().to_string();
        assert!(told.contains("history_reasoning"), "{told}");
    }

    proptest! {
        #[test]
        fn broken_files_are_refused_or_read(at in 0..400_usize, byte: u8) {
            let mut file = small().to_bytes();
            let at = at % file.len();
            file[at] = byte;
            let _ = Weights::parse(&file);
            prop_assert!(Weights::parse(&file[..at]).is_err());
        }
    }
}
