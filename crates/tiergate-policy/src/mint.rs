//! The form of the keys that the gateway makes itself.

use std::fmt::Write as _;

use secrecy::SecretString;

/// Random bytes that one key needs: 4 for its selector and 24 for its secret part.
pub const MINT_ENTROPY_BYTES: usize = 28;

/// Makes a spend key, `tg_live_` + 8 hex digits of selector + 48 hex digits of secret.
///
/// `entropy` must come from a cryptographic random source and be used once. The selector tells
/// keys apart in lists and logs; the other 192 bits are the secret.
pub fn mint(entropy: [u8; MINT_ENTROPY_BYTES]) -> SecretString {
    const PREFIX: &str = "tg_live_";
    let mut key = String::with_capacity(PREFIX.len() + 2 * MINT_ENTROPY_BYTES);
    key.push_str(PREFIX);
    for byte in entropy {
        // writing to a String cannot fail
        let _ = write!(key, "{byte:02x}");
    }
    SecretString::from(key)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;
    use crate::KeyDigest;

    #[test]
    fn a_minted_key_has_the_documented_form() {
        let mut entropy = [0; MINT_ENTROPY_BYTES];
        entropy[0] = 0xab;
        entropy[27] = 0x0f;
        let key = mint(entropy);
        let expected = format!("tg_live_ab000000{}0f", "0".repeat(46));
        assert_eq!(key.expose_secret(), expected);
        assert!(KeyDigest::try_new(key.expose_secret()).is_ok());
        assert!(!format!("{key:?}").contains("ab000000"));
    }
}
