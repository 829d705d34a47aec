//! Reasoning and its signatures on their way back.

use super::contents::Talk;
use super::encode::note;
use super::request::{Content, Item, Part, Speaker};
use super::signature;
use crate::inner::Text;

/// Google's documented word for a signature that is lost.
const SENTINEL: &str = "skip_thought_signature_validator";

impl<'r> Talk<'r, '_> {
    /// Gemini's own thoughts go back with their signature; all others mean nothing to it.
    pub(super) fn thinking(&mut self, text: &Text<'r>, signed: Option<&Text<'_>>) {
        let Some(signed) = signed else {
            note(self.edits, "removed unsigned reasoning");
            return;
        };
        let Some((_, signature)) = signature::unmark(signed) else {
            self.foreign_reasoning();
            return;
        };
        if text.is_empty() {
            self.sign(signature);
            return;
        }
        let thought = Part {
            text: Some(text.clone()),
            thought: Some(true),
            thought_signature: Some(signature),
            ..Part::default()
        };
        self.push(Speaker::Model, Item::Part(thought));
    }

    /// Signs the words just before, or nothing but themselves.
    fn sign(&mut self, signature: Text<'r>) {
        if let Some(Content {
            role: Speaker::Model,
            parts,
        }) = self.contents.last_mut()
            && let Some(Item::Part(before)) = parts.last_mut()
            && before.text.is_some()
            && before.thought.is_none()
            && before.thought_signature.is_none()
        {
            before.thought_signature = Some(signature);
            return;
        }
        let bare = Part {
            text: Some(Text::default()),
            thought_signature: Some(signature),
            ..Part::default()
        };
        self.push(Speaker::Model, Item::Part(bare));
    }

    /// Signs the picture just before.
    pub(super) fn sign_picture(&mut self, signature: Text<'r>) {
        if let Some(content) = self.contents.last_mut()
            && let Some(Item::Part(before)) = content.parts.last_mut()
            && before.inline_data.is_some()
        {
            before.thought_signature = Some(signature);
        }
    }

    pub(super) fn foreign_reasoning(&mut self) {
        note(self.edits, "removed reasoning signed by another vendor");
    }

    /// From Gemini 3 on, the first call of each of the model's turns must be signed.
    pub(super) fn sign_calls(&mut self) {
        let models = self.contents.iter_mut();
        for content in models.filter(|content| content.role == Speaker::Model) {
            let mut calls = content.parts.iter_mut().filter_map(|item| match item {
                Item::Part(part) if part.function_call.is_some() => Some(part),
                _ => None,
            });
            if let Some(first) = calls.next()
                && first.thought_signature.is_none()
            {
                first.thought_signature = Some(Text::new(SENTINEL));
                note(self.edits, format!("added {SENTINEL}"));
            }
        }
    }
}
