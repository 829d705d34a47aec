//! Vectors.

use tiergate_dialects::embeddings::openai::decode;
use tiergate_dialects::embeddings::{Input, Options, Part};
use tiergate_dialects::openai::fault;
use tiergate_transport::Body;

use super::OpenAi;
use crate::batches::{self, decoded, join, sizes, texts, together};
use crate::error::Error;
use crate::seam::{EmbedCall, Embedded};

impl OpenAi {
    /// The vectors of all inputs, in as many calls as the host needs.
    pub(super) async fn vectors(&self, call: &EmbedCall<'_>) -> Result<Embedded, Error> {
        let (upstream, host) = (&self.0.upstream, self.0.embeddings.1);
        let words;
        let input = if host.takes_tokens() {
            &call.request.input
        } else {
            words = Input::Texts(texts(upstream, call)?.into_owned());
            &words
        };
        let sizes = sizes(upstream, call)?;
        let options = call.request.options(call.model, sizes.sent);
        // no token is shorter than a byte
        let parts = input.bounded(host.batch(), host.batch_tokens());
        let calls = parts
            .into_iter()
            .map(|part| self.batch(call, part, &options));
        let mut whole = join(upstream, call, sizes, together(calls).await?)?;
        if !host.takes_tokens() {
            whole.head.edits.extend(decoded(&call.request.input));
        }
        Ok(whole)
    }

    async fn batch(
        &self,
        call: &EmbedCall<'_>,
        part: Part<'_>,
        options: &Options<'_>,
    ) -> Result<batches::Part, Error> {
        let (upstream, (url, host)) = (&self.0.upstream, &self.0.embeddings);
        let body = Body::from(host.encode(part, options));
        let request = self.request(url, call.credential, call.hops, body);
        let told = (call.deadline, call.created);
        let quirks = self.0.quirks;
        let read = |status, _: &_, body: &[u8]| fault(status, body, quirks);
        let (parts, body) = upstream.exchange(request, told, read).await?;
        let batch = decode(&body).map_err(|fault| upstream.faulty(&fault, &parts, call.created))?;
        Ok((upstream.head(&parts.headers, host.edits(options)), batch))
    }
}
