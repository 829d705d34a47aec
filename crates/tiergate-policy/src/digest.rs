//! The only form in which a key's secret is kept.

use std::fmt;
use std::hash::{Hash, Hasher};

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The SHA-256 of a key's secret.
///
/// A plain hash is the right one for secrets of 192 random bits: nothing can be guessed from it,
/// and it costs a request well under a microsecond. Comparison takes the same time wherever two
/// digests differ. `Debug` shows nothing of it, for a secret that an operator chose may be weak.
#[derive(Clone, Copy)]
pub struct KeyDigest([u8; 32]);

impl KeyDigest {
    /// Fewest characters of a secret.
    pub const MIN_SECRET: usize = 16;

    /// Most characters of a secret; anything longer is unknown without being hashed.
    pub const MAX_SECRET: usize = 512;

    /// The digest of a secret that becomes a key.
    ///
    /// # Errors
    ///
    /// A secret of fewer than 16 or more than 512 characters, or with a character that cannot
    /// travel in an `Authorization` header (anything but visible ASCII).
    pub fn try_new(secret: &str) -> Result<Self, UnusableSecret> {
        if !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(UnusableSecret::Character);
        }
        match secret.len() {
            0..Self::MIN_SECRET => Err(UnusableSecret::Short),
            Self::MIN_SECRET..=Self::MAX_SECRET => Ok(Self::of(secret)),
            _ => Err(UnusableSecret::Long),
        }
    }

    /// The digest of whatever a caller presented.
    pub fn of(presented: &str) -> Self {
        Self(Sha256::digest(presented.as_bytes()).into())
    }

    /// A digest that was computed elsewhere.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes, for storage.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for KeyDigest {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for KeyDigest {}

impl Hash for KeyDigest {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write(&self.0);
    }
}

impl fmt::Debug for KeyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyDigest([redacted])")
    }
}

/// A secret that cannot become a key. The message never shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnusableSecret {
    /// A character outside of visible ASCII.
    #[error("a secret may hold only visible ASCII characters, no spaces")]
    Character,
    /// More than 512 characters.
    #[error("a secret may have at most 512 characters")]
    Long,
    /// Fewer than 16 characters.
    #[error("a secret needs at least 16 characters")]
    Short,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_sha_256() {
        // FIPS 180-2, appendix B.1
        let expected = [
            0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae,
            0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61,
            0xf2, 0x00, 0x15, 0xad,
        ];
        assert_eq!(KeyDigest::of("abc").as_bytes(), &expected);
        assert_eq!(KeyDigest::of("abc"), KeyDigest::from_bytes(expected));
        assert_ne!(KeyDigest::of("abd"), KeyDigest::from_bytes(expected));
    }

    #[test]
    fn unusable_secrets_are_refused() {
        let long = "x".repeat(513);
        for (secret, expected) in [
            ("", UnusableSecret::Short),
            ("fifteen-letters", UnusableSecret::Short),
            ("sixteen letters!", UnusableSecret::Character),
            ("sixteen-lettersé", UnusableSecret::Character),
            ("sixteen-letters\n", UnusableSecret::Character),
            (&long, UnusableSecret::Long),
        ] {
            assert_eq!(KeyDigest::try_new(secret), Err(expected), "{secret:?}");
        }
        assert!(KeyDigest::try_new("sixteen-letters!").is_ok());
        assert!(KeyDigest::try_new(&long[1..]).is_ok());
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(
            format!("{:?}", KeyDigest::of("abc")),
            "KeyDigest([redacted])"
        );
    }
}
