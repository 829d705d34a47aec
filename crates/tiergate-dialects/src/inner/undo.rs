//! What was changed in a request and must be changed back in its answer.

/// What encoding a request did that decoding its answer has to undo.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Undo {
    /// Names of tools that the vendor would not take: what it was told, and what the client calls it.
    pub names: Vec<(String, String)>,
    /// The answer's JSON was asked for as the arguments of a tool of this name: its call is the text of the answer.
    pub json_tool: Option<&'static str>,
    /// What sets the ids apart that are invented for calls without any: the id of the request.
    pub seed: Box<str>,
}

impl Undo {
    /// The client's name of a tool.
    pub fn name<'a>(&'a self, told: &'a str) -> &'a str {
        let renamed = self.names.iter().find(|(sent, _)| sent == told);
        renamed.map_or(told, |(_, own)| own)
    }

    /// Whether nothing is to be undone.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty() && self.json_tool.is_none()
    }
}
