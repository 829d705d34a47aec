//! Anthropic's Messages.

use http::{HeaderMap, HeaderName};
use tiergate_dialects::anthropic;
use tiergate_dialects::inner::{Answer, Event, Request, Undo, Unfit};
use tiergate_dialects::{Fault, Form, Target, Translated};

use crate::seam::Call;
use crate::vendor::protocol::{Decode, Protocol, Sending, set};

/// The version whose rules our own requests keep to: the one in which sampling can still be steered.
const VERSION: &str = "2023-06-01";

/// What of a native client's headers an upstream must see.
const NATIVE: [HeaderName; 2] = [
    HeaderName::from_static("anthropic-version"),
    HeaderName::from_static("anthropic-beta"),
];

#[derive(Debug)]
pub(super) struct Anthropic;

impl Protocol for Anthropic {
    fn name(&self) -> &'static str {
        "anthropic"
    }

    fn form(&self) -> Option<Form> {
        Some(Form::Messages)
    }

    fn takes_claude(&self) -> bool {
        true
    }

    fn path(&self, _model: &str, _stream: bool) -> String {
        "/v1/messages".to_owned()
    }

    fn encode(
        &self,
        request: &Request<'_>,
        _call: &Call<'_>,
        target: &Target<'_>,
    ) -> Result<Translated, Unfit> {
        anthropic::encode(request, target)
    }

    fn pass(&self, call: &Call<'_>) -> Option<Translated> {
        let target = Target {
            model: call.model,
            max_output: call.max_output,
            cap: call.cap,
        };
        anthropic::native(call.front.body?, &target)
    }

    fn authorize(&self, sending: &Sending<'_>, headers: &mut HeaderMap) -> Result<(), Box<str>> {
        if let Some(credential) = sending.credential {
            set(
                headers,
                HeaderName::from_static("x-api-key"),
                credential.key()?,
            )?;
        }
        let [version, _] = &NATIVE;
        set(headers, version.clone(), VERSION)?;
        for name in &NATIVE {
            let given = sending
                .native
                .iter()
                .find(|(each, _)| **each == *name.as_str());
            if let Some((_, value)) = given {
                set(headers, name.clone(), value)?;
            }
        }
        Ok(())
    }

    fn answer<'a>(&self, body: &'a [u8], undo: &Undo) -> Result<Answer<'a>, Fault> {
        anthropic::answer(body, undo)
    }

    fn stream(&self, undo: Undo) -> Box<dyn Decode> {
        Box::new(anthropic::Stream::new(undo))
    }

    fn fault(&self, status: u16, kind: Option<&str>, body: &[u8]) -> Fault {
        anthropic::fault(status, kind, body)
    }
}

impl Decode for anthropic::Stream {
    fn event<'a>(
        &mut self,
        name: &str,
        data: &'a [u8],
        out: &mut Vec<Event<'a>>,
    ) -> Result<(), Fault> {
        Self::event(self, name, data, out)
    }

    fn is_over(&self) -> bool {
        Self::is_over(self)
    }

    fn repeats(&self) -> bool {
        Self::repeats(self)
    }
}
