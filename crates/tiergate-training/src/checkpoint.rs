//! All that a training has reached, as bytes.
//!
//! Numbers are little-endian; reals are the bits of an f64, so nothing is rounded. A text, and every
//! list, begins with its length as a u64.
//!
//! | bytes | |
//! |---|---|
//! | `"tgresume"`, u16 | what it is, and the version of the format: 1 |
//! | 32, u64, 32 | the [`Place`]: `of`, `lines`, `read` |
//! | list | benches: the name, and a list of rows: their numbers, then a byte with a bit for each tier that has a result, and the results |
//! | list | hand-written requests: the body, the lowest and the highest tier as bytes, the weight |
//! | list, list | pairs and paraphrases: two bodies each |
//! | list | none before the fit; then one: u64 passes, the numbers of the blend and of the score so far |
//! | 32 | the SHA-256 of all before |
//!
//! It grows with the rows: some 900 bytes each, and the bodies of hand-written ones.

use sha2::{Digest, Sha256};
use tiergate_wire::chat::Request;

use crate::Trainer;
use crate::bench::{Benches, Labelled};
use crate::train::{Expected, Fit};

const MAGIC: &[u8; 8] = b"tgresume";
const VERSION: u16 = 1;

/// Where a training stands in what it is made of. The digests are the caller's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// A digest of all that decides about the weights beside the lines: recipe, vectors, choices.
    pub of: [u8; 32],
    /// The lines that were read.
    pub lines: u64,
    /// A digest of them.
    pub read: [u8; 32],
}

/// Why a training cannot go on from some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadCheckpoint {
    /// They do not begin as a checkpoint does.
    #[error("this is not a checkpoint of a training")]
    NotACheckpoint,
    /// They are a checkpoint of another training.
    #[error(
        "the checkpoint is of a training with another recipe, other vectors, other rows left out, or \
         another version of the program"
    )]
    Other,
    /// They are cut off, or not as they were written.
    #[error("the checkpoint is cut off or damaged")]
    Torn,
    /// Their format is another one.
    #[error("the checkpoint has version {0} of the format, and only {VERSION} is known")]
    Version(u16),
}

impl Trainer {
    /// All that was reached, for [`Trainer::resume`]. The module's source has the format.
    pub fn checkpoint(&self, place: &Place) -> Vec<u8> {
        let mut to = Writer(MAGIC.to_vec());
        to.bytes(&VERSION.to_le_bytes());
        to.bytes(&place.of);
        to.bytes(&place.lines.to_le_bytes());
        to.bytes(&place.read);
        to.list(&self.benches.0, |to, (name, rows)| {
            to.text(name.as_bytes());
            to.list(rows, Writer::row);
        });
        to.list(&self.expected, Writer::expected);
        for couples in [&self.pairs, &self.paraphrases] {
            to.list(couples, |to, [one, other]| {
                to.text(one.body());
                to.text(other.body());
            });
        }
        to.list(&self.fit, Writer::fit);
        let digest = Sha256::digest(&to.0);
        to.bytes(&digest);
        to.0
    }

    /// Goes on from a checkpoint of a trainer with the same recipe and vectors, and gives its place.
    ///
    /// # Errors
    /// [`BadCheckpoint`], also when its [`Place::of`] is not `of`; nothing has changed then.
    pub fn resume(&mut self, bytes: &[u8], of: [u8; 32]) -> Result<Place, BadCheckpoint> {
        let (place, from) = open(bytes)?;
        if place.of != of {
            return Err(BadCheckpoint::Other);
        }
        self.take(from).ok_or(BadCheckpoint::Torn)?;
        Ok(place)
    }

    /// Takes what stands after the place; none, and nothing taken, when it is not whole.
    fn take(&mut self, mut from: Reader<'_>) -> Option<()> {
        let width = self.layout.width();
        let benches = from.list(|from| {
            let name = from.text()?.to_vec();
            let rows = from.list(|from| from.row(width))?;
            Some((String::from_utf8(name).ok()?, rows))
        })?;
        let expected = from.list(Reader::expected)?;
        let pairs = from.list(Reader::couple)?;
        let paraphrases = from.list(Reader::couple)?;
        let fit = from.list(|from| from.fit(width))?.pop();
        from.0.is_empty().then_some(())?;
        self.benches = Benches(benches.into_iter().collect());
        self.expected = expected;
        self.pairs = pairs;
        self.paraphrases = paraphrases;
        self.fit = fit;
        Some(())
    }
}

/// Looks at the frame: the beginning, the digest at the end, and the place.
fn open(bytes: &[u8]) -> Result<(Place, Reader<'_>), BadCheckpoint> {
    use BadCheckpoint::{NotACheckpoint, Torn, Version};

    let begun = &bytes[..bytes.len().min(MAGIC.len())];
    if !MAGIC.starts_with(begun) {
        return Err(NotACheckpoint);
    }
    let (_, rest) = bytes.split_first_chunk::<8>().ok_or(Torn)?;
    let (version, _) = rest.split_first_chunk().ok_or(Torn)?;
    let version = u16::from_le_bytes(*version);
    if version != VERSION {
        return Err(Version(version));
    }
    let (all, digest) = bytes.split_last_chunk::<32>().ok_or(Torn)?;
    if Sha256::digest(all)[..] != *digest {
        return Err(Torn);
    }
    let mut from = Reader(all);
    let place = from.place().ok_or(Torn)?;
    Ok((place, from))
}

struct Writer(Vec<u8>);

impl Writer {
    fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn count(&mut self, count: usize) {
        self.bytes(&(count as u64).to_le_bytes());
    }

    fn text(&mut self, text: &[u8]) {
        self.count(text.len());
        self.bytes(text);
    }

    fn real(&mut self, number: f64) {
        self.bytes(&number.to_bits().to_le_bytes());
    }

    fn reals(&mut self, numbers: &[f64]) {
        for number in numbers {
            self.real(*number);
        }
    }

    fn list<I>(&mut self, all: I, each: impl Fn(&mut Self, I::Item))
    where
        I: IntoIterator<IntoIter: ExactSizeIterator>,
    {
        let all = all.into_iter();
        self.count(all.len());
        all.for_each(|item| each(self, item));
    }

    fn row(&mut self, row: &Labelled) {
        self.reals(&row.x);
        let bit = |(tier, result): (usize, &Option<f64>)| u8::from(result.is_some()) << tier;
        let known = row.tiers.iter().enumerate().map(bit).sum();
        self.bytes(&[known]);
        row.tiers.iter().flatten().for_each(|each| self.real(*each));
    }

    fn expected(&mut self, expected: &Expected) {
        self.text(expected.request.body());
        // there are five tiers
        self.bytes(&expected.tiers.map(|tier| tier.to_le_bytes()[0]));
        self.real(expected.weight);
    }

    fn fit(&mut self, fit: &Fit) {
        self.count(fit.passes);
        self.reals(&fit.blended);
        self.reals(&fit.score);
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn chunk<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (chunk, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*chunk)
    }

    fn number(&mut self) -> Option<u64> {
        self.chunk().map(u64::from_le_bytes)
    }

    fn count(&mut self) -> Option<usize> {
        self.number()?.try_into().ok()
    }

    fn text(&mut self) -> Option<&'a [u8]> {
        let length = self.count()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(text)
    }

    fn real(&mut self) -> Option<f64> {
        self.number().map(f64::from_bits)
    }

    fn reals(&mut self, count: usize) -> Option<Vec<f64>> {
        (0..count).map(|_| self.real()).collect()
    }

    fn list<T>(&mut self, each: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.count()?;
        (0..count).map(|_| each(self)).collect()
    }

    /// The place, after what [`open`] looked at.
    fn place(&mut self) -> Option<Place> {
        self.chunk::<10>()?;
        Some(Place {
            of: self.chunk()?,
            lines: self.number()?,
            read: self.chunk()?,
        })
    }

    fn row(&mut self, width: usize) -> Option<Labelled> {
        let x = self.reals(width)?;
        let [known] = self.chunk()?;
        let mut tiers = [None; 5];
        for (tier, result) in tiers.iter_mut().enumerate() {
            if known & (1 << tier) != 0 {
                *result = Some(self.real()?);
            }
        }
        Some(Labelled { x, tiers })
    }

    fn request(&mut self) -> Option<Request> {
        Request::parse(self.text()?.to_vec().into()).ok()
    }

    fn expected(&mut self) -> Option<Expected> {
        let request = self.request()?;
        let tiers = self.chunk()?.map(|tier: u8| usize::from(tier));
        let weight = self.real()?;
        Some(Expected {
            request,
            tiers,
            weight,
        })
    }

    fn couple(&mut self) -> Option<[Request; 2]> {
        Some([self.request()?, self.request()?])
    }

    fn fit(&mut self, width: usize) -> Option<Fit> {
        Some(Fit {
            passes: self.count()?,
            blended: self.reals(width)?,
            score: self.reals(width)?,
        })
    }
}
