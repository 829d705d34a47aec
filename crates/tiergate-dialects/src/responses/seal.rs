//! Reasoning that only its vendor can read, on its way through clients and other dialects.
//!
//! Two wrappings, each a plain string with a tag in front. A *seal* (`tgr1:ID:CIPHERTEXT`) is how a reasoning item of
//! Responses looks in the inner form: its ciphertext is bound to the item's id, and streams of other dialects have a
//! place for one text only. An *envelope* (`tg1:{…}`) is what a client of Responses gets as `encrypted_content`: any
//! vendor's signature or ciphertext, and which of them it is.

use memchr::memmem;
use serde::{Deserialize, Serialize};

use super::literal::literal;
use crate::inner::Text;

const SEAL: &str = "tgr1:";
const ENVELOPE: &str = "tg1:";

/// Whether a body of Responses may hold items that tiergate made of another vendor's answer: an envelope, or the id of a
/// reasoning item that is named after one of our requests.
pub fn has_items_of_ours(body: &[u8]) -> bool {
    ["\"tg1:", "\"rs_req_"]
        .iter()
        .any(|mark| memmem::find(body, mark.as_bytes()).is_some())
}

/// Seals the ciphertext of a reasoning item.
pub(super) fn seal(id: Option<&Text<'_>>, ciphertext: &Text<'_>) -> Text<'static> {
    let id = id.map(Text::inside).filter(|id| !id.contains(':'));
    literal(&format!(
        "{SEAL}{}:{}",
        id.unwrap_or_default(),
        ciphertext.inside()
    ))
}

/// The item's id, if it is known, and its ciphertext; `None` for what another vendor wrote.
pub(super) fn unseal(sealed: &Text<'_>) -> Option<(Option<Text<'static>>, Text<'static>)> {
    let (id, ciphertext) = sealed.inside().strip_prefix(SEAL)?.split_once(':')?;
    Some(((!id.is_empty()).then(|| literal(id)), literal(ciphertext)))
}

/// What a client keeps for us in a reasoning item.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Envelope<'a> {
    /// The call to which the signature belongs; without it, it belongs to the item's own text.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(super) call: Option<Text<'a>>,
    /// Reasoning without text.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(super) redacted: Option<Text<'a>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(super) signature: Option<Text<'a>>,
}

impl Envelope<'_> {
    /// The `encrypted_content` for a client.
    pub(super) fn close(&self) -> Text<'static> {
        let inside = serde_json::to_string(self).unwrap_or_default();
        Text::new(&format!("{ENVELOPE}{inside}"))
    }

    /// Reads `encrypted_content`; `None` for one that is not ours.
    pub(super) fn open(content: &Text<'_>) -> Option<Envelope<'static>> {
        if !content.inside().starts_with(ENVELOPE) {
            return None;
        }
        let value = content.value();
        let inside = value.strip_prefix(ENVELOPE).unwrap_or_default();
        let read: Envelope<'_> = serde_json::from_str(inside).unwrap_or_default();
        Some(Envelope {
            call: read.call.map(Text::into_owned),
            redacted: read.redacted.map(Text::into_owned),
            signature: read.signature.map(Text::into_owned),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_comes_back() {
        let (id, data) = (Text::new("rs_1"), Text::new("gA:\"\n=="));
        assert_eq!(
            unseal(&seal(Some(&id), &data)),
            Some((Some(id), data.clone()))
        );
        assert_eq!(unseal(&seal(None, &data)), Some((None, data)));
        assert_eq!(unseal(&Text::new("EqQB")), None);
    }

    #[test]
    fn an_envelope_is_opened_by_us_only() {
        let closed = Envelope {
            signature: Some(Text::new("a\"b\\")),
            ..Envelope::default()
        }
        .close();
        assert_eq!(closed.value(), r#"tg1:{"signature":"a\"b\\"}"#);
        let opened = Envelope::open(&closed).unwrap();
        assert_eq!(opened.signature, Some(Text::new("a\"b\\")));
        assert!(Envelope::open(&Text::new("gAAAA")).is_none());
        let broken = Envelope::open(&Text::new("tg1:{")).unwrap();
        assert!(broken.signature.is_none() && broken.redacted.is_none());
    }
}
