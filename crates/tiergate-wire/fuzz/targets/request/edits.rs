//! Edits of the bytes against the same edits of a list of members.

use arbitrary::{Arbitrary, Unstructured};
use serde_json::Value;
use tiergate_wire::chat::{Request, Rewrite, Role};
use tiergate_wire_fuzz::{members, raw, tree};

const NAMES: [&str; 10] = [
    "model",
    "messages",
    "prefer",
    "stream_options",
    "max_tokens",
    "max_completion_tokens",
    "x",
    "",
    "é\"\\",
    "new",
];

/// One edit; names and values are chosen by number.
#[derive(Arbitrary)]
enum Edit {
    Remove(u8),
    Rename(u8, u8),
    Set(u8, u8),
}

/// The edits that most hosts need.
pub fn usual(request: &Request) {
    let edits = [
        Edit::Set(0, 1),
        Edit::Remove(2),
        Edit::Set(3, 2),
        Edit::Rename(4, 5),
    ];
    check(request, &edits);
    roles(request);
}

/// Any edits in any order.
pub fn chosen(request: &Request, choices: &mut Unstructured<'_>) {
    let mut edits = Vec::new();
    while !choices.is_empty() && edits.len() < 40 {
        edits.extend(choices.arbitrary::<Edit>());
    }
    check(request, &edits);
}

fn check(request: &Request, edits: &[Edit]) {
    let mut rewrite = request.rewrite();
    let mut model = members(request.body()).map(|members| Model::new(&members));
    for edit in edits {
        let told = apply(edit, &mut rewrite);
        if let Some(model) = &mut model {
            assert_eq!(told, model.apply(edit));
        }
    }
    let pieces = rewrite.finish();
    assert!(pieces.iter().all(|piece| !piece.is_empty()));
    let edited = pieces.to_bytes();
    assert_eq!(edited.len(), pieces.len_bytes());
    assert!(raw(&edited).is_some());
    if let Some(model) = model {
        let found = members(&edited).expect("names stay text");
        let found = found
            .into_iter()
            .map(|(name, value)| (name, value.get().to_owned()));
        assert_eq!(found.collect::<Vec<_>>(), model.finish());
    }
    if edits.is_empty() {
        assert_eq!(edited, request.body());
    }
}

fn roles(request: &Request) {
    let mut rewrite = request.rewrite();
    let any = rewrite.role(Role::Developer, "system");
    let edited = rewrite.finish().to_bytes();
    assert_eq!(any, edited != *request.body());
    if let Some(mut body) = tree(request.body()) {
        for message in body["messages"].as_array_mut().into_iter().flatten() {
            if message["role"] == "developer" {
                message["role"] = Value::from("system");
            }
        }
        assert_eq!(tree(&edited), Some(body));
    }
}

fn name(choice: u8) -> &'static str {
    NAMES[usize::from(choice) % NAMES.len()]
}

fn value(choice: u8) -> String {
    match choice % 4 {
        0 => choice.to_string(),
        1 => r#""text""#.to_owned(),
        2 => r#"{"include_usage":true}"#.to_owned(),
        _ => "[ 1, {} ]".to_owned(),
    }
}

fn apply(edit: &Edit, rewrite: &mut Rewrite<'_>) -> bool {
    match *edit {
        Edit::Remove(at) => rewrite.remove(name(at)),
        Edit::Rename(from, to) => rewrite.rename(name(from), name(to)),
        Edit::Set(at, to) => {
            rewrite.set(name(at), value(to));
            true
        }
    }
}

/// What a body should become.
struct Model {
    members: Vec<Member>,
    added: Vec<(String, String)>,
}

struct Member {
    came_as: String,
    name: String,
    value: String,
    gone: bool,
}

impl Model {
    fn new(members: &tiergate_wire_fuzz::Members<'_>) -> Self {
        let members = members.iter().map(|(name, value)| Member {
            came_as: name.clone(),
            name: name.clone(),
            value: value.get().to_owned(),
            gone: false,
        });
        Self {
            members: members.collect(),
            added: Vec::new(),
        }
    }

    fn apply(&mut self, edit: &Edit) -> bool {
        match *edit {
            Edit::Remove(at) => self.remove(name(at)),
            Edit::Rename(from, to) => self.rename(name(from), name(to)),
            Edit::Set(at, to) => {
                self.set(name(at), &value(to));
                true
            }
        }
    }

    fn named(&mut self, name: &str) -> Vec<&mut Member> {
        self.members
            .iter_mut()
            .filter(|member| member.came_as == name)
            .collect()
    }

    fn remove(&mut self, name: &str) -> bool {
        let added = self.added.len();
        self.added.retain(|(key, _)| key != name);
        let came = self.named(name);
        let any = !came.is_empty();
        came.into_iter().for_each(|member| member.gone = true);
        any || added > self.added.len()
    }

    fn rename(&mut self, from: &str, to: &str) -> bool {
        if self.named(from).is_empty() {
            return false;
        }
        if from != to {
            self.remove(to);
            self.named(from)
                .into_iter()
                .for_each(|member| to.clone_into(&mut member.name));
        }
        true
    }

    fn set(&mut self, name: &str, value: &str) {
        let came = self.named(name);
        if came.is_empty() {
            self.added.retain(|(key, _)| key != name);
            self.added.push((name.to_owned(), value.to_owned()));
            return;
        }
        for member in came {
            member.gone = false;
            value.clone_into(&mut member.value);
        }
    }

    fn finish(self) -> Vec<(String, String)> {
        let stays = self.members.into_iter().filter(|member| !member.gone);
        stays
            .map(|member| (member.name, member.value))
            .chain(self.added)
            .collect()
    }
}
