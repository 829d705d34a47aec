//! Vectors of several calls to a vendor, joined.

use std::borrow::Cow;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use tiergate_dialects::embeddings::{Batch, Family, Input, Sizes, vectors};
use tiergate_dialects::inner::{Text, Unfit};
use tiergate_wire::usage::MOST;

use crate::error::{Error, Kind};
use crate::http::Upstream;
use crate::seam::{Edit, EmbedCall, Embedded, Head};

/// The most calls of one attempt that are under way at once.
pub(crate) const AT_ONCE: usize = 8;

/// The vectors of one call, and what is known of it.
pub(crate) type Part = (Head, Batch);

/// Which dimensions the vendor is asked for, and to which its vectors are cut.
///
/// # Errors
/// [`Kind::Unsupported`] when the model cannot have as many as are asked for.
pub(crate) fn sizes(upstream: &Upstream, call: &EmbedCall<'_>) -> Result<Sizes, Error> {
    let Some(asked) = call.request.dimensions else {
        return Ok(Sizes::default());
    };
    match Family::of(call.model).or_else(|| Family::of(call.canonical)) {
        Some(family) => family
            .sizes(asked)
            .map_err(|unfit| refused(upstream, &unfit)),
        // what is not known is asked for, and the answer looked at
        None => Ok(Sizes {
            sent: Some(asked),
            cut: None,
        }),
    }
}

/// The inputs as texts, for a vendor whose models have a vocabulary of their own.
///
/// # Errors
/// [`Kind::Unsupported`] for tokens that cannot be read.
pub(crate) fn texts<'a>(
    upstream: &Upstream,
    call: &EmbedCall<'a>,
) -> Result<Cow<'a, [Text<'static>]>, Error> {
    let texts = call.request.input.in_words();
    texts.map_err(|unfit| refused(upstream, &unfit))
}

/// The edit of a request whose tokens were made into texts.
pub(crate) fn decoded(input: &Input) -> Option<Edit> {
    let tokens = matches!(input, Input::Tokens(_));
    tokens.then_some("decoded input".into())
}

/// A request that cannot be said to the vendor.
pub(crate) fn refused(upstream: &Upstream, unfit: &Unfit) -> Error {
    upstream
        .error(Kind::Unsupported, &unfit.message)
        .with_status(400)
        .with_param(unfit.param)
}

/// All vectors of a request, in order, checked and of the size that was asked for.
///
/// # Errors
/// [`Kind::Invalid`] for vectors that are none, [`Kind::Unsupported`] for ones of another size.
pub(crate) fn join(
    upstream: &Upstream,
    call: &EmbedCall<'_>,
    sizes: Sizes,
    parts: Vec<Part>,
) -> Result<Embedded, Error> {
    let mut whole = Embedded {
        tokens: Some(0),
        ..Embedded::default()
    };
    for (head, (vectors, tokens)) in parts {
        if whole.vectors.is_empty() {
            whole.head = head;
        }
        whole.vectors.extend(vectors);
        // tokens that some calls tell and some do not are not known
        whole.tokens = whole
            .tokens
            .zip(tokens)
            .map(|(sum, more)| sum.saturating_add(more));
    }
    whole.tokens = whole.tokens.filter(|tokens| *tokens <= MOST);
    let checked = vectors::check(&whole.vectors, call.request.input.len());
    checked.map_err(|fault| upstream.odd(http::StatusCode::OK, &fault.message))?;
    let Some(asked) = call.request.dimensions else {
        return Ok(whole);
    };
    let size = usize::try_from(asked).unwrap_or(usize::MAX);
    if let Some(cut) = sizes.cut {
        let cut = usize::try_from(cut).unwrap_or(usize::MAX);
        for vector in &mut whole.vectors {
            vectors::shorten(vector, cut);
            // not every vendor keeps to length 1 below the model's own size
            vectors::unit(vector);
        }
    }
    let got = whole.vectors.first().map_or(0, Vec::len);
    if got != size {
        let message = format!("the model gave vectors of {got} dimensions, not {asked}");
        return Err(refused(upstream, &Unfit::new("dimensions", message)));
    }
    Ok(whole)
}

/// Waits for all calls, at most [`AT_ONCE`] at a time; what they give comes in their order.
///
/// # Errors
/// That of the first call to fail; the others are dropped.
pub(crate) async fn together<F, T>(calls: impl IntoIterator<Item = F>) -> Result<Vec<T>, Error>
where
    F: Future<Output = Result<T, Error>> + Send,
    T: Send,
{
    let waiting = calls.into_iter().map(Box::pin);
    let mut waiting = waiting.collect::<Vec<_>>().into_iter();
    let mut given: Vec<Option<T>> = Vec::with_capacity(waiting.len());
    let mut running: Vec<(usize, Pin<Box<F>>)> = Vec::with_capacity(AT_ONCE);
    poll_fn(|context| {
        loop {
            while running.len() < AT_ONCE
                && let Some(call) = waiting.next()
            {
                running.push((given.len(), call));
                given.push(None);
            }
            let before = running.len();
            let mut at = 0;
            while let Some((place, call)) = running.get_mut(at) {
                match call.as_mut().poll(context) {
                    Poll::Pending => at += 1,
                    Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                    Poll::Ready(Ok(one)) => {
                        let place = *place;
                        drop(running.swap_remove(at));
                        if let Some(slot) = given.get_mut(place) {
                            *slot = Some(one);
                        }
                    }
                }
            }
            if running.is_empty() && waiting.len() == 0 {
                return Poll::Ready(Ok(()));
            }
            // a call that has ended makes room for one that must be polled too
            if running.len() == before || waiting.len() == 0 {
                return Poll::Pending;
            }
        }
    })
    .await?;
    Ok(given.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn calls_end_in_any_order_and_come_back_in_theirs() {
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let call = |number: u64| {
            let (now, most) = (&now, &most);
            async move {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(number * 37 % 11)).await;
                now.fetch_sub(1, Ordering::SeqCst);
                Ok(number)
            }
        };
        let given = together((0..50).map(call)).await.unwrap();
        assert_eq!(given, (0..50).collect::<Vec<_>>());
        assert_eq!(most.load(Ordering::SeqCst), AT_ONCE);
        assert!(together((0..0).map(call)).await.unwrap().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_failure_ends_all() {
        let call = |number: u64| async move {
            tokio::time::sleep(Duration::from_secs(number)).await;
            if number == 2 {
                return Err(Error::new(Kind::Server, "p", "down"));
            }
            Ok(number)
        };
        let began = tokio::time::Instant::now();
        let error = together((1..20).map(call)).await.unwrap_err();
        assert_eq!((error.kind(), began.elapsed().as_secs()), (Kind::Server, 2));
    }
}
