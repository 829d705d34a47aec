//! `keys`.

use secrecy::ExposeSecret;
use tiergate_catalog::{Tier, Timestamp};
use tiergate_policy::KeyDigest;

use super::{Placed, placed, short_name, texts, tier};
use crate::yaml::{Fields, Node, Read, Shape};

/// A spend key; its secret is a digest already.
pub(crate) struct KeyDraft {
    pub(crate) name: Placed<String>,
    pub(crate) digest: Placed<KeyDigest>,
    pub(crate) max_tier: Option<Tier>,
    pub(crate) models: Option<Vec<Placed<String>>>,
    pub(crate) block_providers: Vec<Placed<String>>,
    pub(crate) expires: Option<Timestamp>,
}

const NO_LIMITS: &str =
    "limits of keys are not part of this version, and a limit that is not enforced is not accepted";

const SHAPE: Shape = Shape {
    what: "a key",
    known: &[
        "block_providers",
        "expires",
        "max_tier",
        "models",
        "name",
        "secret",
    ],
    refused: &[
        ("budget", NO_LIMITS),
        ("limits", NO_LIMITS),
        ("rate_limits", NO_LIMITS),
    ],
};

pub(super) fn keys(node: &Node) -> Read<Vec<KeyDraft>> {
    node.items("keys")?.iter().map(key).collect()
}

fn key(node: &Node) -> Read<KeyDraft> {
    let fields = Fields::open(node, &SHAPE)?;
    Ok(KeyDraft {
        name: key_name(fields.required("name")?)?,
        digest: digest(fields.required("secret")?)?,
        max_tier: fields.read("max_tier", |node| tier(node, "max_tier"))?,
        models: fields.read("models", |node| texts(node, "models"))?,
        block_providers: fields
            .read("block_providers", |node| texts(node, "block_providers"))?
            .unwrap_or_default(),
        expires: fields.read("expires", |node| node.parsed("expires"))?,
    })
}

fn key_name(node: &Node) -> Read<Placed<String>> {
    let text = node.text("name")?;
    if !short_name(text) {
        return Err(node.fault("the name of a key has up to 64 letters, digits, `.`, `_` and `-`"));
    }
    if text == "anonymous" {
        return Err(node.fault("the name `anonymous` is kept for requests without a key"));
    }
    Ok(placed(node, text.to_owned()))
}

fn digest(node: &Node) -> Read<Placed<KeyDigest>> {
    let secret = node.secret("secret")?;
    let digest = KeyDigest::try_new(secret.expose_secret());
    digest
        .map(|digest| placed(node, digest))
        .map_err(|error| node.fault(error.to_string()))
}
