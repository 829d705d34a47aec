//! Places inside JSON text that is known to be valid, and edits of them that leave every other
//! byte as it was.

use std::borrow::Cow;
use std::ops::Range;

use bytes::Bytes;

/// A value inside a text of valid JSON.
///
/// On text that is not valid nothing panics; what is found is then without meaning.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Json<'a> {
    text: &'a [u8],
    start: usize,
    end: usize,
}

/// A member of an object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member<'a> {
    /// The name without its quotes, escapes not resolved.
    pub(crate) name: &'a [u8],
    /// Where the name's opening quote stands.
    pub(crate) start: usize,
    pub(crate) value: Json<'a>,
}

impl<'a> Json<'a> {
    pub(crate) fn new(text: &'a [u8]) -> Self {
        let start = skip_space(text, 0);
        Self {
            text,
            start,
            end: value_end(text, start),
        }
    }

    pub(crate) fn raw(self) -> &'a [u8] {
        self.text.get(self.start..self.end).unwrap_or_default()
    }

    pub(crate) fn place(self) -> Range<usize> {
        self.start..self.end
    }

    /// The inside of a string literal, escapes not resolved.
    pub(crate) fn string(self) -> Option<&'a [u8]> {
        self.raw().strip_prefix(b"\"")?.strip_suffix(b"\"")
    }

    pub(crate) fn is_null(self) -> bool {
        self.raw() == b"null"
    }

    pub(crate) fn is_array(self) -> bool {
        self.raw().first() == Some(&b'[')
    }

    /// The first member of this name, if this is an object.
    pub(crate) fn get(self, name: &str) -> Option<Self> {
        let mut members = self.members();
        let found = members.find(|member| member.name == name.as_bytes())?;
        Some(found.value)
    }

    /// The members, if this is an object.
    pub(crate) fn members(self) -> impl Iterator<Item = Member<'a>> {
        let mut rest = self.inside(b'{');
        std::iter::from_fn(move || {
            let name = rest.value()?;
            rest.at = skip_space(self.text, name.end) + 1;
            let value = rest.value()?;
            rest.at = skip_space(self.text, value.end) + 1;
            Some(Member {
                name: name.string()?,
                start: name.start,
                value,
            })
        })
    }

    /// The elements, if this is an array.
    pub(crate) fn elements(self) -> impl Iterator<Item = Self> {
        let mut rest = self.inside(b'[');
        std::iter::from_fn(move || {
            let value = rest.value()?;
            rest.at = skip_space(self.text, value.end) + 1;
            Some(value)
        })
    }

    fn inside(self, open: u8) -> Rest<'a> {
        let opens = self.raw().first() == Some(&open);
        Rest {
            text: self.text,
            at: if opens { self.start + 1 } else { self.end },
            end: self.end.saturating_sub(1),
        }
    }
}

/// What is left of the inside of an object or array.
struct Rest<'a> {
    text: &'a [u8],
    at: usize,
    end: usize,
}

impl<'a> Rest<'a> {
    /// The value that begins after white space, without moving on.
    fn value(&self) -> Option<Json<'a>> {
        let start = skip_space(self.text, self.at);
        let end = value_end(self.text, start);
        (start < self.end && end > start).then_some(Json {
            text: self.text,
            start,
            end,
        })
    }
}

/// Edits of one JSON text, collected in any order.
#[derive(Debug)]
pub(crate) struct Splice<'a> {
    text: &'a [u8],
    cuts: Vec<(Range<usize>, Cow<'a, [u8]>)>,
}

impl<'a> Splice<'a> {
    pub(crate) fn new(text: &'a [u8]) -> Self {
        Self {
            text,
            cuts: Vec::new(),
        }
    }

    pub(crate) fn replace(&mut self, value: Json<'_>, with: impl Into<Cow<'a, [u8]>>) {
        self.cuts.push((value.place(), with.into()));
    }

    /// Puts a member (`"name":value`) at the front of an object.
    pub(crate) fn add_member(&mut self, object: Json<'_>, member: &str) {
        let comma = if object.members().next().is_some() {
            ","
        } else {
            ""
        };
        let at = object.start + 1;
        self.cuts
            .push((at..at, format!("{member}{comma}").into_bytes().into()));
    }

    /// Puts an element at the end of an array.
    pub(crate) fn add_element(&mut self, array: Json<'_>, element: &str) {
        let comma = if array.elements().next().is_some() {
            ","
        } else {
            ""
        };
        let at = array.end.saturating_sub(1);
        self.cuts
            .push((at..at, format!("{comma}{element}").into_bytes().into()));
    }

    /// Puts an element into an array, in front of another.
    pub(crate) fn insert_element(&mut self, before: Json<'_>, element: &str) {
        let at = before.start;
        self.cuts
            .push((at..at, format!("{element},").into_bytes().into()));
    }

    /// Takes members out of an object; tells whether there were any.
    pub(crate) fn remove_members(
        &mut self,
        object: Json<'_>,
        unwanted: impl Fn(&Member<'_>) -> bool,
    ) -> bool {
        let places = object.members().map(|member| {
            let place = member.start..member.value.end;
            (place, unwanted(&member))
        });
        self.remove(&places.collect::<Vec<_>>())
    }

    /// Takes elements out of an array, by position; tells whether there were any.
    pub(crate) fn remove_elements(
        &mut self,
        array: Json<'_>,
        unwanted: impl Fn(usize) -> bool,
    ) -> bool {
        let places = array.elements().enumerate();
        let places = places.map(|(at, element)| (element.place(), unwanted(at)));
        self.remove(&places.collect::<Vec<_>>())
    }

    /// The edited text, or `None` when nothing was edited.
    pub(crate) fn finish(mut self) -> Option<Bytes> {
        if self.cuts.is_empty() {
            return None;
        }
        self.cuts.sort_by_key(|(place, _)| (place.start, place.end));
        let mut out = Vec::with_capacity(self.text.len() + 64);
        let mut at = 0;
        for (place, with) in &self.cuts {
            if place.start >= at {
                out.extend_from_slice(self.text.get(at..place.start).unwrap_or_default());
                out.extend_from_slice(with);
                at = place.end;
            }
        }
        out.extend_from_slice(self.text.get(at..).unwrap_or_default());
        Some(out.into())
    }

    /// Cuts the unwanted places, each with one of the commas beside it.
    fn remove(&mut self, places: &[(Range<usize>, bool)]) -> bool {
        let mut kept_before = false;
        for (at, (place, unwanted)) in places.iter().enumerate() {
            if !unwanted {
                kept_before = true;
                continue;
            }
            let before = at.checked_sub(1).and_then(|at| places.get(at));
            let cut = match (before, places.get(at + 1)) {
                (Some((before, _)), _) if kept_before => before.end..place.end,
                (_, Some((after, _))) => place.start..after.start,
                _ => place.clone(),
            };
            self.cuts.push((cut, Cow::Borrowed(b"")));
        }
        places.iter().any(|(_, unwanted)| *unwanted)
    }
}

fn skip_space(text: &[u8], from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    let space = rest
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    from + space.count()
}

/// Where the value that begins at `start` ends.
fn value_end(text: &[u8], start: usize) -> usize {
    match text.get(start) {
        Some(b'"') => string_end(text, start),
        Some(b'{' | b'[') => container_end(text, start),
        Some(_) => {
            let rest = text.get(start..).unwrap_or_default();
            let stop =
                |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r');
            start + rest.iter().position(stop).unwrap_or(rest.len())
        }
        None => start,
    }
}

fn string_end(text: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(found) = memchr::memchr2(b'"', b'\\', text.get(at..).unwrap_or_default()) {
        at += found;
        if text.get(at) == Some(&b'"') {
            return at + 1;
        }
        at += 2;
    }
    text.len()
}

fn container_end(text: &[u8], start: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = start;
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => {
                at = string_end(text, at);
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
        if depth == 0 {
            break;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    use super::*;

    #[test]
    fn places_are_found_past_spaces_escapes_and_nesting() {
        let text = br#" { "a" : "x\"}" , "b":[1, {"c":"]"} ,null ], "d":{} } "#;
        let json = Json::new(text);
        assert_eq!(json.get("a").unwrap().string().unwrap(), br#"x\"}"#);
        let b: Vec<_> = json.get("b").unwrap().elements().map(Json::raw).collect();
        assert_eq!(b, [&b"1"[..], br#"{"c":"]"}"#, b"null"]);
        assert!(json.get("d").unwrap().members().next().is_none());
        assert!(json.get("e").is_none());
        assert!(Json::new(b"7").members().next().is_none());
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<i32>().prop_map(Value::from),
            "[a-z\"\\\\{}\\[\\], ]{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[a-d]", inner, 0..4)
                    .prop_map(|map| Value::Object(Map::from_iter(map))),
            ]
        })
    }

    proptest! {
        #[test]
        fn removed_members_go_and_the_rest_stays(
            members in prop::collection::btree_map("[a-f]", value(), 0..6),
            unwanted in prop::collection::btree_set("[a-f]", 0..6),
            pretty in any::<bool>(),
        ) {
            let mut object = Map::from_iter(members);
            let value = Value::Object(object.clone());
            let text = if pretty { format!("{value:#}") } else { value.to_string() };
            let mut splice = Splice::new(text.as_bytes());
            let json = Json::new(text.as_bytes());
            splice.remove_members(json, |m| unwanted.contains(str::from_utf8(m.name).unwrap()));
            let edited = splice.finish().unwrap_or_else(|| Bytes::copy_from_slice(text.as_bytes()));
            object.retain(|name, _| !unwanted.contains(name));
            let edited: Value = serde_json::from_slice(&edited).unwrap();
            prop_assert_eq!(edited, Value::Object(object));
        }

        #[test]
        fn elements_go_and_come(array in prop::collection::vec(value(), 0..6), gone in any::<u8>()) {
            let text = Value::Array(array.clone()).to_string();
            let mut splice = Splice::new(text.as_bytes());
            let json = Json::new(text.as_bytes());
            let unwanted = |at: usize| gone >> at & 1 == 1;
            splice.remove_elements(json, unwanted);
            let edited = splice.finish().unwrap_or_else(|| Bytes::copy_from_slice(text.as_bytes()));
            let left = array.into_iter().enumerate().filter(|(at, _)| !unwanted(*at));
            let left: Vec<_> = left.map(|(_, value)| value).collect();
            let edited: Value = serde_json::from_slice(&edited).unwrap();
            prop_assert_eq!(edited, Value::Array(left));
        }

        #[test]
        fn any_bytes_are_survived(text in prop::collection::vec(any::<u8>(), 0..40)) {
            for member in Json::new(&text).members() {
                member.value.elements().for_each(drop);
            }
        }
    }

    #[test]
    fn additions_fit_empty_and_full_containers() {
        for text in [r#"{"m":[{},{"a":1}],"e":[]}"#] {
            let json = Json::new(text.as_bytes());
            let mut splice = Splice::new(text.as_bytes());
            let array = json.get("m").unwrap();
            for object in array.elements() {
                splice.add_member(object, r#""n":0"#);
            }
            splice.add_element(array, "7");
            splice.add_element(json.get("e").unwrap(), "8");
            let edited: Value = serde_json::from_slice(&splice.finish().unwrap()).unwrap();
            assert_eq!(
                edited,
                json!({"m": [{"n": 0}, {"a": 1, "n": 0}, 7], "e": [8]})
            );
        }
    }
}
