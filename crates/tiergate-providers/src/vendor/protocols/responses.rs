//! OpenAI's Responses.

use http::{HeaderMap, HeaderName};
use tiergate_dialects::inner::{Answer, Event, Request, Undo, Unfit};
use tiergate_dialects::responses;
use tiergate_dialects::{Fault, Form, Target, Translated};

use crate::seam::Call;
use crate::vendor::protocol::{Decode, Protocol, Sending, bearer, set};

const API_KEY: HeaderName = HeaderName::from_static("api-key");

#[derive(Debug)]
pub(super) struct Responses {
    /// Azure has another path, and another header for keys.
    pub(super) azure: bool,
}

impl Protocol for Responses {
    fn name(&self) -> &'static str {
        "openai-responses"
    }

    fn form(&self) -> Option<Form> {
        Some(Form::Responses)
    }

    fn path(&self, _model: &str, _stream: bool) -> String {
        let path = if self.azure {
            "/openai/v1/responses"
        } else {
            "/responses"
        };
        path.to_owned()
    }

    fn encode(
        &self,
        request: &Request<'_>,
        _call: &Call<'_>,
        target: &Target<'_>,
    ) -> Result<Translated, Unfit> {
        responses::encode(request, target)
    }

    fn pass(&self, call: &Call<'_>) -> Option<Translated> {
        // OpenAI knows neither the ids nor the ciphertexts of reasoning that other vendors have given
        let ours = call
            .front
            .body
            .is_some_and(|body| responses::has_items_of_ours(body));
        (!ours).then(|| super::pass(call, "max_output_tokens"))?
    }

    fn authorize(&self, sending: &Sending<'_>, headers: &mut HeaderMap) -> Result<(), Box<str>> {
        match sending.credential {
            Some(credential) if self.azure => set(headers, API_KEY, credential.key()?),
            _ => bearer(sending, headers),
        }
    }

    fn answer<'a>(&self, body: &'a [u8], undo: &Undo) -> Result<Answer<'a>, Fault> {
        responses::answer(body, undo)
    }

    fn stream(&self, undo: Undo) -> Box<dyn Decode> {
        Box::new(responses::Stream::new(undo))
    }

    fn fault(&self, status: u16, kind: Option<&str>, body: &[u8]) -> Fault {
        responses::fault(status, kind, body)
    }
}

impl Decode for responses::Stream {
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
}
