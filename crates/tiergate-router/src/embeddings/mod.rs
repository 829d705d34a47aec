//! Vectors for texts: the model that is named, at one provider after another until one answers.
//!
//! Vectors of different models have nothing to do with each other, so nothing is routed here: a name means one model,
//! and only its own targets may serve.

mod account;
mod attempt;
mod attempts;
mod course;
mod entry;
mod lists;
mod names;

use std::sync::Arc;

use smallvec::SmallVec;
use tiergate_catalog::{Mode, Model, Target, Timestamp};
use tiergate_providers::Edit;
use tiergate_providers::embeddings::Request;

use crate::health::{TargetHealth, view};
use crate::setup::Setup;
use crate::{Access, Bill, Context, Error, Router};
use account::Account;
use names::Home;

/// Vectors for all inputs of a request, and where they came from.
#[derive(Clone, Debug)]
pub struct Vectors {
    /// Where they came from.
    pub by: EmbeddedBy,
    /// A vector for each input, in order.
    pub vectors: Vec<Vec<f32>>,
    /// The tokens of all inputs; an estimate where the provider told none.
    pub tokens: u64,
    /// What they cost.
    pub bill: Bill,
}

/// Which target made vectors.
#[derive(Clone, Debug)]
pub struct EmbeddedBy {
    /// The id of the model.
    pub model: Arc<str>,
    /// The provider.
    pub provider: Arc<str>,
    /// Attempts made, the one that succeeded included.
    pub attempts: u8,
    /// What was changed in the request on its way.
    pub edits: SmallVec<[Edit; 4]>,
}

impl Router {
    /// Makes vectors on behalf of a caller.
    ///
    /// # Errors
    /// [`Error`] when the request is wrong, nothing may serve it, or every attempt failed. Its receipt is kept like
    /// that of any other.
    ///
    /// # Cancel safety
    /// Dropping the future cancels the attempt under way and records the request as cancelled.
    pub async fn embed(
        &self,
        request: &Request,
        access: &Access,
        context: &Context,
    ) -> Result<Vectors, Error> {
        let snapshot = self.snapshot(context.now);
        let mut account = Account::new(Arc::clone(self.receipts()), request, access, context);
        let outcome = match names::resolve(&request.model, &snapshot.setup, access, context.now) {
            Ok(choice) => {
                account.begun();
                attempts::embed(&choice, request, context, &mut account).await
            }
            Err(error) => Err(error),
        };
        let (served, embedded) = outcome.inspect_err(|error| account.failed(error))?;
        let by = EmbeddedBy {
            model: Arc::clone(&served.model.id),
            provider: Arc::clone(&served.target.provider),
            attempts: account.attempts(),
            edits: embedded.head.edits.clone(),
        };
        let counter = &*snapshot.setup.counter;
        let (tokens, bill) = account.complete(&served, &embedded, request, counter);
        Ok(Vectors {
            by,
            vectors: embedded.vectors,
            tokens,
            bill,
        })
    }

    /// Calls `visit` with each model that makes vectors for a caller, in the catalogue's order.
    pub fn embedders(
        &self,
        access: &Access,
        now: Timestamp,
        mut visit: impl FnMut(&Model, &[&Target]),
    ) {
        let snapshot = self.snapshot(now);
        let models = snapshot.setup.catalog.models().iter();
        for model in models.filter(|model| model.mode == Mode::Embedding) {
            if let Ok(choice) = names::homes(model, None, &snapshot.setup, access, now) {
                visit(model, &choice.targets());
            }
        }
    }

    /// Calls `visit` with the model that a name means in a caller's request for vectors, if it is served.
    pub fn embedder(
        &self,
        name: &str,
        access: &Access,
        now: Timestamp,
        visit: impl FnOnce(&Model, &[&Target]),
    ) {
        let snapshot = self.snapshot(now);
        if let Ok(choice) = names::resolve(name, &snapshot.setup, access, now)
            && let Some(home) = choice.homes.first()
        {
            visit(home.model, &choice.targets());
        }
    }
}

/// Whether any model for vectors is served.
pub(crate) fn any(setup: &Setup) -> bool {
    served(setup).next().is_some()
}

/// What is remembered of all that makes vectors, in the catalogue's order.
pub(crate) fn targets(setup: &Setup) -> Vec<TargetHealth> {
    let Some(health) = &setup.health else {
        return Vec::new();
    };
    let each = served(setup).flat_map(|home| {
        let remembered = entry::remembered(health, home);
        let names = [&*home.target.provider, &*home.model.id, &*home.target.model];
        let told: Vec<_> = view(names, &remembered, health.now()).collect();
        told
    });
    each.collect()
}

/// Everything that makes vectors.
fn served(setup: &Setup) -> impl Iterator<Item = Home<'_>> {
    let models = setup.catalog.models().iter();
    let models = models.filter(|model| model.mode == Mode::Embedding);
    models.flat_map(|model| names::reachable(model, setup))
}
