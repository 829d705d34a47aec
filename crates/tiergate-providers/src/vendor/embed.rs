//! Vectors.

use http::HeaderMap;
use tiergate_dialects::embeddings::{Options, bounded};
use tiergate_dialects::inner::{Text, Unfit};

use super::Vendor;
use super::protocol::Embedder;
use crate::batches::{self, decoded, join, refused, sizes, texts, together};
use crate::error::{Error, Kind};
use crate::seam::{EmbedCall, Embedded};

impl Vendor {
    /// The vectors of all inputs, in as many calls as the vendor needs.
    pub(super) async fn vectors(&self, call: &EmbedCall<'_>) -> Result<Embedded, Error> {
        let (upstream, protocol) = (&self.0.upstream, &self.0.protocol);
        let embedder = protocol.embedder();
        let Some(embedder) = embedder.filter(|embedder| embedder.serves(call.model)) else {
            let name = protocol.name();
            let message = format!("how {} makes embeddings by {name} is not known", call.model);
            return Err(refused(upstream, &Unfit::new("model", message)));
        };
        let texts = texts(upstream, call)?;
        let sizes = sizes(upstream, call)?;
        let options = call.request.options(call.model, sizes.sent);
        // no token is shorter than a byte
        let (size, tokens) = (embedder.batch(call.model), embedder.batch_tokens());
        let calls =
            bounded(&texts, size, tokens).map(|texts| self.batch(call, embedder, texts, &options));
        let mut whole = join(upstream, call, sizes, together(calls).await?)?;
        whole.head.edits.extend(decoded(&call.request.input));
        Ok(whole)
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
        let (parts, body) =
            exchanged.inspect_err(|error| self.rejected(call.credential, shown, error))?;
        let batch = embedder.decode(&parts.headers, &body);
        let batch = batch.map_err(|fault| upstream.faulty(&fault, &parts, call.created))?;
        Ok((
            upstream.head(&parts.headers, embedder.edits(options)),
            batch,
        ))
    }
}
