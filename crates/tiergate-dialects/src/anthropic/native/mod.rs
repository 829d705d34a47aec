//! A client's own body for this vendor.
//!
//! It passes as it came but for what the vendor is known to refuse and the client cannot know of: what other vendors
//! have left in the conversation, and what fits the model that the client had in mind but not the one that answers.

mod history;

use bytes::Bytes;

use super::decode;
use super::models::{Can, Model, Off};
use super::thinking::{self, Plan};
use super::wire::Notes;
use crate::encoded::{Target, Translated};
use crate::inner::{self, Effort, Format, Request, Role, Text, ToolChoice};
use crate::json::{Json, Splice};
use crate::passed::passed;

/// The body for a model; every byte that no edit names is as it was. `None` where it must be translated instead.
pub fn native(body: &Bytes, target: &Target<'_>) -> Option<Translated> {
    let asked = Json::new(body).get("model").and_then(Json::string);
    let meant = asked.and_then(|name| Model::known(str::from_utf8(name).ok()?));
    let cap = target.cap.map(|most| ("max_tokens", most));
    let mut passed = passed(body, target.model, cap)?;
    let is_cap = |edit: &crate::Edit| edit.starts_with("max_tokens");
    let lowered = passed.edits.iter().any(is_cap);
    let text = passed.body.clone();
    let mut editor = Editor {
        object: Json::new(&text),
        splice: Splice::new(&text),
        notes: Notes::default(),
        unwanted: Vec::new(),
    };
    let bare = editor.history();
    let model = Model::known(target.model);
    let other = model.filter(|model| meant.is_none_or(|meant| !std::ptr::eq(meant, *model)));
    if let Some(model) = model
        && (other.is_some() || lowered || bare)
    {
        let request = decode(&text).ok()?;
        if other.is_some() {
            if is_refused(&request, model) {
                return None;
            }
            editor.sampling(model);
            editor.prefill(&request, model);
        }
        editor.thinking(&request, model, bare);
    }
    let (mended, notes) = editor.finish();
    if let Some(mended) = mended {
        passed.body = mended;
    }
    passed.edits.extend(notes.0);
    Some(passed)
}

/// Whether more than single members would have to change.
fn is_refused(request: &Request<'_>, model: &Model) -> bool {
    let forced = matches!(
        request.tool_choice,
        Some(ToolChoice::Required | ToolChoice::Named(_))
    );
    let structured = matches!(request.format, Format::JsonSchema { .. });
    forced && !model.can(Can::ForceTool) || structured && !model.can(Can::Json)
}

/// A body under change.
struct Editor<'a> {
    object: Json<'a>,
    splice: Splice<'a>,
    notes: Notes,
    /// Members at the top that go.
    unwanted: Vec<&'static str>,
}

impl Editor<'_> {
    /// Mends the conversation; tells whether the model is to go on after results of calls that no thinking leads to.
    fn history(&mut self) -> bool {
        let messages = self.object.get("messages");
        messages.is_some_and(|messages| history::mend(messages, &mut self.splice, &mut self.notes))
    }

    /// Takes out what steers sampling where the model does not take it.
    fn sampling(&mut self, model: &Model) {
        let has = |name| self.object.get(name).is_some_and(|value| !value.is_null());
        let both = model.can(Can::SampleBoth) || !has("temperature");
        for (name, taken) in [("temperature", true), ("top_p", both), ("top_k", true)] {
            if has(name) && !(taken && model.can(Can::Sample)) {
                self.notes.removed(name);
                self.unwanted.push(name);
            }
        }
    }

    /// Asks to go on where the model does not go on from the start of an answer by itself.
    fn prefill(&mut self, request: &Request<'_>, model: &Model) {
        let last = request.turns.last();
        let begun = last.is_some_and(|turn| turn.role == Role::Assistant);
        if begun
            && !model.can(Can::Prefill)
            && let Some(messages) = self.object.get("messages")
        {
            let more = r#"{"role":"user","content":"Continue."}"#;
            self.splice.add_element(messages, more);
            self.notes.add("added a user turn at the end");
        }
    }

    /// Says how much to think in the way of the model, where it was said in another.
    fn thinking(&mut self, request: &Request<'_>, model: &Model, bare: bool) {
        let Some(asked) = request.reasoning else {
            return;
        };
        let room = request.max_output.unwrap_or_default();
        let told = self.object.get("thinking").filter(|told| !told.is_null());
        let kind = told
            .and_then(|told| told.get("type"))
            .and_then(Json::string);
        let fits = match kind {
            Some(b"adaptive") => model.can(Can::Adaptive),
            Some(b"between_tools") => model.off == Off::BetweenTools,
            Some(b"disabled") => match model.off {
                Off::Always | Off::Yes => true,
                Off::ToHigh => asked.effort <= Some(Effort::High),
                Off::BetweenTools | Off::Never => false,
            },
            Some(b"enabled") => {
                let within = asked.budget.is_some_and(|budget| budget < room);
                model.can(Can::Budget) && within && !bare
            }
            _ => true,
        };
        let steers = asked.effort.is_none_or(|effort| {
            effort == Effort::None
                || model.can(Can::Adaptive) && (effort != Effort::XHigh || model.can(Can::XHigh))
        });
        if !(fits && steers) {
            let plan = thinking::plan(Some(asked), model, room, bare, &mut self.notes);
            self.plan(told, &plan);
        }
    }

    /// Puts a plan in the place of what the body says, where it says anything.
    fn plan(&mut self, told: Option<Json<'_>>, plan: &Plan) {
        match (&plan.thinking, told) {
            (Some(plan), Some(told)) => {
                let plan = inner::Json::of(plan).get().as_bytes().to_vec();
                self.splice.replace(told, plan);
            }
            (None, Some(_)) => self.unwanted.push("thinking"),
            (_, None) => {}
        }
        let config = self.object.get("output_config");
        let effort = config.and_then(|config| Some((config, config.get("effort")?)));
        match (effort, plan.effort) {
            (Some((_, effort)), Some(word)) => {
                let word = Text::new(word).raw().as_bytes().to_vec();
                self.splice.replace(effort, word);
            }
            (Some((config, _)), None) => {
                self.splice
                    .remove_members(config, |member| member.name == b"effort");
            }
            (None, _) => {}
        }
    }

    fn finish(mut self) -> (Option<Bytes>, Notes) {
        let unwanted = self.unwanted;
        self.splice.remove_members(self.object, |member| {
            unwanted.iter().any(|name| name.as_bytes() == member.name)
        });
        (self.splice.finish(), self.notes)
    }
}
