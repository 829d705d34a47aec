//! How many dimensions the vectors of known models have.

use crate::inner::Unfit;

/// What is known of the vectors of a family of models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Family {
    /// Part of the names of its models, at every host.
    part: &'static str,
    /// How many dimensions its vectors have unless others are asked for.
    native: u32,
    /// Which others a vendor makes.
    offered: Offered,
    /// What matters stands first (Matryoshka), so that a vector can be cut.
    nested: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Offered {
    /// These.
    These(&'static [u32]),
    /// From the one to the other.
    Range(u32, u32),
}

/// How asked dimensions come about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// What the vendor is asked for.
    pub sent: Option<u32>,
    /// What its vectors may be cut to.
    pub cut: Option<u32>,
}

impl Family {
    /// The family of a model by its name at any host.
    pub fn of(model: &str) -> Option<&'static Self> {
        FAMILIES.iter().find(|family| model.contains(family.part))
    }

    /// How many dimensions its vectors have unless others are asked for.
    pub fn native(&self) -> u32 {
        self.native
    }

    /// How vectors of so many dimensions can be had.
    ///
    /// # Errors
    /// [`Unfit`] when they cannot.
    pub fn sizes(&self, asked: u32) -> Result<Sizes, Unfit> {
        if asked == self.native {
            return Ok(Sizes::default());
        }
        let sent = match self.offered {
            Offered::These(sizes) => sizes.iter().copied().find(|size| *size >= asked),
            Offered::Range(least, most) => (asked <= most).then(|| asked.max(least)),
        };
        if sent == Some(asked) {
            let cut = self.nested.then_some(asked);
            return Ok(Sizes { sent, cut });
        }
        let most = sent.unwrap_or(self.native);
        if self.nested && asked < most {
            // the native size need not be named
            let sent = sent.filter(|size| *size != self.native);
            let cut = Some(asked);
            return Ok(Sizes { sent, cut });
        }
        let message = match self.offered {
            Offered::These(&[]) if !self.nested => {
                format!(
                    "the model's vectors have {} dimensions, and no others can be had",
                    self.native
                )
            }
            Offered::These(sizes) => {
                let most = sizes.iter().copied().fold(self.native, u32::max);
                format!("the model's vectors have at most {most} dimensions, not {asked}")
            }
            Offered::Range(_, most) => {
                format!("the model's vectors have at most {most} dimensions, not {asked}")
            }
        };
        Err(Unfit::new("dimensions", message))
    }
}

/// A family that offers no other dimensions than its own.
const fn fixed(part: &'static str, native: u32) -> Family {
    Family {
        part,
        native,
        offered: Offered::These(&[]),
        nested: false,
    }
}

/// A family whose vectors are cut here, since not every host does it.
const fn cut(part: &'static str, native: u32) -> Family {
    Family {
        nested: true,
        ..fixed(part, native)
    }
}

/// A Matryoshka family of which the vendor makes these sizes.
const fn these(part: &'static str, native: u32, sizes: &'static [u32]) -> Family {
    Family {
        part,
        native,
        offered: Offered::These(sizes),
        nested: true,
    }
}

/// A Matryoshka family of which the vendor makes every size in a range.
const fn range(part: &'static str, native: u32, least: u32, most: u32) -> Family {
    Family {
        part,
        native,
        offered: Offered::Range(least, most),
        nested: true,
    }
}

/// As the makers document them, November 2026: the guides to embeddings of OpenAI, Google, Cohere, Mistral and Voyage,
/// Amazon's parameters of Titan, and the model cards of open models. A part that is a part of another stands behind it.
const FAMILIES: &[Family] = &[
    range("text-embedding-3-small", 1_536, 1, 1_536),
    range("text-embedding-3-large", 3_072, 1, 3_072),
    fixed("text-embedding-ada-002", 1_536),
    range("gemini-embedding", 3_072, 128, 3_072),
    range("text-embedding-004", 768, 1, 768),
    range("text-embedding-005", 768, 1, 768),
    these("embed-v4", 1_536, &[256, 512, 1_024, 1_536]),
    these("embed-v-4", 1_536, &[256, 512, 1_024, 1_536]),
    these("embed-v5", 2_048, &[256, 512, 768, 1_024, 1_536, 2_048]),
    // as Azure names it
    fixed("embed-v3-", 1_024),
    fixed("embed-english-light-v3", 384),
    fixed("embed-multilingual-light-v3", 384),
    fixed("embed-english-v3", 1_024),
    fixed("embed-multilingual-v3", 1_024),
    these("titan-embed-text-v2", 1_024, &[256, 512, 1_024]),
    fixed("titan-embed-text-v1", 1_536),
    fixed("titan-embed-g1-text", 1_536),
    fixed("mistral-embed", 1_024),
    range("codestral-embed", 1_536, 1, 3_072),
    these("voyage-3-large", 1_024, &[256, 512, 1_024, 2_048]),
    these("voyage-3.5", 1_024, &[256, 512, 1_024, 2_048]),
    these("voyage-4", 1_024, &[256, 512, 1_024, 2_048]),
    these("voyage-code-3", 1_024, &[256, 512, 1_024, 2_048]),
    fixed("voyage-3-lite", 512),
    fixed("voyage-3", 1_024),
    cut("nomic-embed-text", 768),
    cut("embeddinggemma", 768),
    cut("mxbai-embed-large", 1_024),
    cut("qwen3-embedding-0", 1_024),
    cut("qwen3-embedding-4b", 2_560),
    cut("qwen3-embedding-8b", 4_096),
    cut("qwen3-embedding:0.6b", 1_024),
    cut("qwen3-embedding:4b", 2_560),
    cut("qwen3-embedding:8b", 4_096),
    fixed("bge-base-en", 768),
    fixed("bge-large-en", 1_024),
    fixed("bge-m3", 1_024),
    fixed("all-minilm", 384),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(model: &str, asked: u32) -> Result<(Option<u32>, Option<u32>), String> {
        let family = Family::of(model).unwrap();
        let sizes = family.sizes(asked).map_err(|unfit| unfit.message)?;
        Ok((sizes.sent, sizes.cut))
    }

    #[test]
    fn the_vendor_makes_what_it_can_and_the_rest_is_cut() {
        assert_eq!(
            sizes("text-embedding-3-small", 512),
            Ok((Some(512), Some(512)))
        );
        assert_eq!(sizes("text-embedding-3-small", 1_536), Ok((None, None)));
        assert_eq!(sizes("gemini-embedding-001", 64), Ok((Some(128), Some(64))));
        assert_eq!(
            sizes("amazon.titan-embed-text-v2:0", 300),
            Ok((Some(512), Some(300)))
        );
        assert_eq!(sizes("cohere.embed-v4:0", 1_200), Ok((None, Some(1_200))));
        assert_eq!(
            sizes("voyage-3.5-lite", 2_048),
            Ok((Some(2_048), Some(2_048)))
        );
        assert_eq!(sizes("nomic-embed-text:v1.5", 256), Ok((None, Some(256))));
        assert_eq!(sizes("embed-v5.0-pro", 2_048), Ok((None, None)));
        assert_eq!(sizes("embed-v5.0-fast", 800), Ok((Some(1_024), Some(800))));
        assert_eq!(
            sizes("codestral-embed-2505", 3_072),
            Ok((Some(3_072), Some(3_072)))
        );
    }

    #[test]
    fn what_cannot_be_had_is_refused() {
        for (model, asked) in [
            ("text-embedding-3-small", 1_537),
            ("text-embedding-ada-002", 256),
            ("voyage-3", 512),
            ("voyage-3-lite", 1_024),
            ("amazon.titan-embed-text-v2:0", 2_048),
            ("nomic-embed-text", 769),
            ("cohere.embed-english-v3", 512),
            ("cohere-embed-v3-multilingual", 512),
        ] {
            assert!(sizes(model, asked).is_err(), "{model} {asked}");
        }
        assert_eq!(Family::of("house-model"), None);
    }

    #[test]
    fn no_family_hides_another() {
        for (at, family) in FAMILIES.iter().enumerate() {
            let found = FAMILIES
                .iter()
                .position(|other| family.part.contains(other.part));
            assert_eq!(found, Some(at), "{}", family.part);
        }
    }
}
