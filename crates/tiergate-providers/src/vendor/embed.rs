//! Vectors.

use http::HeaderMap;
use tiergate_dialects::embeddings::Options;
use tiergate_dialects::inner::{Text, Unfit};

use super::Vendor;
use super::protocol::Embedder;
use crate::batches::{self, join, refused, sizes, together};
use crate::error::{Error, Kind};
use crate::seam::{EmbedCall, Embedded};

impl Vendor {
    /// The vectors of all inputs, in as many calls as the vendor needs.
    pub(super) async fn vectors(&self, call: &EmbedCall<'_>) -> Result<Embedded, Error> {
        let (upstream, protocol) = (&self.0.upstream, &self.0.protocol);
        let Some(embedder) = protocol.embedder() else {
            let message = format!("no embeddings are made by the dialect {}", protocol.name());
            return Err(refused(upstream, &Unfit::new("model", message)));
        };
        let Some(texts) = call.request.input.texts() else {
            let message = format!("{} takes texts and no tokens", protocol.name());
            return Err(refused(upstream, &Unfit::new("input", message)));
        };
        let sizes = sizes(upstream, call)?;
        let options = call.request.options(call.model, sizes.sent);
        let parts = texts.chunks(embedder.batch(call.model).max(1));
        let calls = parts.map(|texts| self.batch(call, embedder, texts, &options));
        join(upstream, call, sizes, together(calls).await?)
    }

    async fn batch(
        &self,
        call: &EmbedCall<'_>,
        embedder: &dyn Embedder,
        texts: &[Text<'_>],
        options: &Options<'_>,
    ) -> Result<batches::Part, Error> {
        let (upstream, protocol) = (&self.0.upstream, &self.0.protocol);
        let body = embedder.encode(texts, options);
        let body = body.map_err(|unfit| refused(upstream, &unfit))?;
        let told = (call.deadline, call.created);
        let shown = self.shown(call.credential, told).await?;
        let shown = shown.as_deref();
        let told = (shown, call.hops, call.created);
        let request = self.post(&embedder.path(call.model), &body, told, &[]);
        let request = request.map_err(|message| upstream.error(Kind::Auth, &message))?;
        let read = |status, headers: &HeaderMap, body: &[u8]| {
            let name = protocol.error_header();
            let kind = name.and_then(|name| headers.get(name)?.to_str().ok());
            protocol.fault(status, kind, body)
        };
        let told = (call.deadline, call.created);
        let exchanged = upstream.exchange(request, told, read).await;
        let (headers, body) =
            exchanged.inspect_err(|error| self.rejected(call.credential, shown, error))?;
        let batch = embedder.decode(&headers, &body);
        let batch = batch.map_err(|fault| upstream.faulty(&fault, &headers, call.created))?;
        Ok((upstream.head(&headers, embedder.edits(options)), batch))
    }
}
