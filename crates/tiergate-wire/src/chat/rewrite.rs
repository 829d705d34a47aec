//! Edits of single members; every other byte stays and is not copied.

use std::cmp::Reverse;

use bytes::{BufMut, Bytes, BytesMut};
use smallvec::SmallVec;

use super::index::Index;
use super::message::Role;
use crate::json::Span;

/// Edits of a request's top-level members and of its roles.
///
/// Names are those of the body as it came. An edit reaches every member of its name, should one that
/// tiergate does not know stand twice, and the last edit of a name wins.
#[derive(Debug)]
pub struct Rewrite<'a> {
    body: &'a Bytes,
    index: &'a Index,
    /// Members that go, by position.
    removed: SmallVec<[usize; 8]>,
    /// Places that get other bytes.
    replaced: SmallVec<[(Span, Bytes); 8]>,
    /// Members that are added at the end: the name's string literal, and the value.
    added: SmallVec<[(Bytes, Bytes); 2]>,
}

/// A body in pieces, in order; most are slices of the body that came.
#[derive(Clone, Debug, Default)]
pub struct Pieces(SmallVec<[Bytes; 8]>);

impl<'a> Rewrite<'a> {
    pub(super) fn new(body: &'a Bytes, index: &'a Index) -> Self {
        Self {
            body,
            index,
            removed: SmallVec::new(),
            replaced: SmallVec::new(),
            added: SmallVec::new(),
        }
    }

    /// Gives a member a new value (JSON text); adds the member if there is none.
    pub fn set(&mut self, name: &str, value: impl Into<Bytes>) {
        let value = value.into();
        let found = self.find(name);
        if found.is_empty() {
            let literal = crate::json::string(name);
            self.added.retain(|(before, _)| *before != literal);
            self.added.push((literal, value));
            return;
        }
        self.removed.retain(|at| found.binary_search(at).is_err());
        for at in found {
            let place = self.index.members[at].value;
            self.replaced.push((place, value.clone()));
        }
    }

    /// Takes a member out; tells whether there was one.
    pub fn remove(&mut self, name: &str) -> bool {
        let mut found = self.find(name);
        let before = found.len() + self.added.len();
        self.added
            .retain(|(literal, _)| *literal != crate::json::string(name));
        let gone = before > self.added.len();
        self.removed.append(&mut found);
        gone
    }

    /// Gives a member another name, in place of one that had it; tells whether there was one.
    pub fn rename(&mut self, from: &str, to: &str) -> bool {
        let found = self.find(from);
        if found.is_empty() || from == to {
            return !found.is_empty();
        }
        self.remove(to);
        let literal = crate::json::string(to);
        for at in &found {
            let place = self.index.members[*at].name;
            self.replaced.push((place, literal.clone()));
        }
        true
    }

    /// Gives every message of one role another role; tells whether there was one.
    pub fn role(&mut self, from: Role, to: &str) -> bool {
        let before = self.replaced.len();
        let literal = crate::json::string(to);
        let matching = self
            .index
            .messages
            .iter()
            .filter(|message| message.role == from);
        self.replaced
            .extend(matching.map(|message| (message.role_place, literal.clone())));
        self.replaced.len() > before
    }

    /// The edited body.
    pub fn finish(mut self) -> Pieces {
        self.cut_removed();
        // the last edit of a place first, and a place before those inside it: what follows is passed over
        self.replaced.reverse();
        self.replaced
            .sort_by_key(|(span, _)| (span.start, Reverse(span.end)));
        let close = self.index.close;
        let mut pieces = Pieces::default();
        let mut at = 0;
        for (span, bytes) in self.replaced {
            if span.start >= at {
                pieces.slice(self.body, at, span.start);
                pieces.push(bytes);
                at = span.end;
            }
        }
        pieces.slice(self.body, at, close);
        let alone = self.removed.len() == self.index.members.len();
        pieces.push(written(&self.added, alone));
        pieces.slice(self.body, close, Span::new(0, self.body.len()).end);
        pieces
    }

    /// Turns removed members into places that get no bytes, each with one of its commas.
    fn cut_removed(&mut self) {
        self.removed.sort_unstable();
        self.removed.dedup();
        let members = &self.index.members;
        for run in self.removed.chunk_by(|a, b| a + 1 == *b) {
            let (Some(&first), Some(&last)) = (run.first(), run.last()) else {
                continue;
            };
            let start = match first.checked_sub(1) {
                Some(before) => members[before].value.end,
                None => members[first].name.start,
            };
            let end = match (first, members.get(last + 1)) {
                (0, Some(after)) => after.name.start,
                _ => members[last].value.end,
            };
            self.replaced.push((Span { start, end }, Bytes::new()));
        }
    }

    /// The members of a name, in order.
    fn find(&self, name: &str) -> SmallVec<[usize; 4]> {
        let members = self.index.members.iter().enumerate();
        members
            .filter(|(_, member)| member.is(self.body, name))
            .map(|(at, _)| at)
            .collect()
    }
}

/// Members as JSON text, each after its comma; the first goes without where it stands `alone`.
fn written(members: &[(Bytes, Bytes)], alone: bool) -> Bytes {
    let mut text = BytesMut::new();
    for (at, (name, value)) in members.iter().enumerate() {
        if at > 0 || !alone {
            text.put_u8(b',');
        }
        text.extend_from_slice(name);
        text.put_u8(b':');
        text.extend_from_slice(value);
    }
    text.freeze()
}

impl Pieces {
    /// A body in one piece.
    pub fn whole(body: Bytes) -> Self {
        Self(SmallVec::from_iter([body]))
    }

    /// Length of the body in bytes.
    pub fn len_bytes(&self) -> usize {
        self.0.iter().map(Bytes::len).sum()
    }

    /// The pieces in order; none is empty.
    pub fn iter(&self) -> impl Iterator<Item = &Bytes> {
        self.0.iter()
    }

    /// The body in one piece; copies unless it already is one.
    pub fn to_bytes(&self) -> Bytes {
        match self.0.as_slice() {
            [only] => only.clone(),
            pieces => pieces.concat().into(),
        }
    }

    fn push(&mut self, bytes: Bytes) {
        if !bytes.is_empty() {
            self.0.push(bytes);
        }
    }

    fn slice(&mut self, body: &Bytes, start: u32, end: u32) {
        self.push(body.slice(start as usize..end as usize));
    }
}

impl IntoIterator for Pieces {
    type Item = Bytes;
    type IntoIter = smallvec::IntoIter<[Bytes; 8]>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    use super::super::{Request, Role};
    use crate::json::string;

    const BODY: &str = r#"{ "model" : "auto", "a":1,"prefer":"cheap" ,"messages":[{"role":"developer","content":"x"}] ,"max_tier":"small"}"#;

    #[track_caller]
    fn check(edit: impl FnOnce(&mut super::Rewrite<'_>), expected: &str) {
        let request = Request::parse(BODY.into()).unwrap();
        let mut rewrite = request.rewrite();
        edit(&mut rewrite);
        assert_eq!(rewrite.finish().to_bytes(), expected);
    }

    #[test]
    fn no_edit_changes_no_byte() {
        check(|_| {}, BODY);
    }

    #[test]
    fn a_removed_member_takes_one_comma_along() {
        check(
            |edit| assert!(edit.remove("prefer")),
            &BODY.replace(r#","prefer":"cheap""#, ""),
        );
        check(
            |edit| assert!(edit.remove("max_tier")),
            &BODY.replace(r#" ,"max_tier":"small""#, ""),
        );
        check(
            |edit| assert!(edit.remove("model")),
            &BODY.replace(r#""model" : "auto", "#, ""),
        );
    }

    #[test]
    fn everything_can_go_and_something_new_come() {
        let request = Request::parse(BODY.into()).unwrap();
        let mut rewrite = request.rewrite();
        for name in ["model", "a", "prefer", "messages", "max_tier"] {
            assert!(rewrite.remove(name));
        }
        rewrite.set("b", "2");
        assert_eq!(rewrite.finish().to_bytes(), r#"{ "b":2}"#);
    }

    #[test]
    fn values_names_and_roles_change_in_place() {
        check(
            |edit| edit.set("model", string("x")),
            &BODY.replace("\"auto\"", "\"x\""),
        );
        check(
            |edit| assert!(edit.rename("a", "b")),
            &BODY.replace("\"a\":1", "\"b\":1"),
        );
        check(
            |edit| assert!(edit.role(Role::Developer, "system")),
            &BODY.replace("developer", "system"),
        );
        check(
            |edit| edit.set("new", "[]"),
            &BODY.replace("small\"}", "small\",\"new\":[]}"),
        );
    }

    #[test]
    fn long_bodies_are_not_copied() {
        let request = Request::user("auto", &"x".repeat(100_000));
        let mut rewrite = request.rewrite();
        rewrite.set("model", string("y"));
        rewrite.set("stream_options", r#"{"include_usage":true}"#);
        let pieces = rewrite.finish();
        let foreign: usize = pieces
            .iter()
            .filter(|piece| !request.body().as_ptr_range().contains(&piece.as_ptr()))
            .map(Bytes::len)
            .sum();
        assert!(foreign < 60, "{foreign} bytes are not slices of the body");
    }

    proptest! {
        #[test]
        fn edits_do_what_they_say_and_nothing_else(
            names in prop::collection::btree_set("[a-f]{1,2}", 0..8),
            removed in prop::collection::btree_set("[a-f]{1,2}", 0..6),
            set in prop::collection::btree_map("[a-f]{1,2}", 0..100_u8, 0..4),
        ) {
            let mut body = Map::new();
            for (at, name) in names.iter().enumerate() {
                if at == names.len() / 2 {
                    body.insert("model".into(), json!("m"));
                    body.insert("messages".into(), json!([{"role": "user", "content": "x"}]));
                }
                body.insert(name.clone(), json!({"k": [name]}));
            }
            body.entry("model").or_insert(json!("m"));
            body.entry("messages").or_insert(json!([{"role": "user", "content": "x"}]));
            let request = Request::parse(Value::Object(body.clone()).to_string().into()).unwrap();
            let mut rewrite = request.rewrite();
            for (name, value) in &set {
                rewrite.set(name, value.to_string());
                body.insert(name.clone(), json!(value));
            }
            for name in removed.iter().filter(|name| !set.contains_key(*name)) {
                prop_assert_eq!(rewrite.remove(name), body.remove(name).is_some());
            }
            let edited: Value = serde_json::from_slice(&rewrite.finish().to_bytes()).unwrap();
            prop_assert_eq!(edited, Value::Object(body));
        }
    }
}
