//! A request body made of pieces that are sent as they are.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use smallvec::SmallVec;

/// A request body of known length, given as pieces that are never joined or copied.
///
/// Over HTTP/1.1 the pieces leave with the head in one vectored write.
#[derive(Debug, Default)]
pub struct Body {
    pieces: SmallVec<[Bytes; 4]>,
    next: usize,
    left: u64,
}

impl FromIterator<Bytes> for Body {
    fn from_iter<I: IntoIterator<Item = Bytes>>(pieces: I) -> Self {
        let pieces: SmallVec<[Bytes; 4]> = pieces.into_iter().filter(|p| !p.is_empty()).collect();
        let left = pieces.iter().map(|piece| piece.len() as u64).sum();
        Self {
            pieces,
            next: 0,
            left,
        }
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        std::iter::once(bytes).collect()
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let at = self.next;
        let Some(piece) = self.pieces.get_mut(at).map(std::mem::take) else {
            return Poll::Ready(None);
        };
        self.next += 1;
        self.left -= piece.len() as u64;
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

#[cfg(test)]
mod tests {
    use http_body::Body as _;
    use http_body_util::BodyExt;

    use super::*;

    #[tokio::test]
    async fn pieces_come_out_as_they_went_in() {
        let piece = Bytes::from_static(b"second");
        let mut body: Body = [Bytes::from_static(b"first"), Bytes::new(), piece.clone()]
            .into_iter()
            .collect();
        assert_eq!(body.size_hint().exact(), Some(11));

        let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
        assert_eq!(first, "first");
        assert_eq!(body.size_hint().exact(), Some(6));
        assert!(!body.is_end_stream());

        let second = body.frame().await.unwrap().unwrap().into_data().unwrap();
        assert_eq!(second.as_ptr(), piece.as_ptr(), "the piece was copied");
        assert!(body.is_end_stream());
        assert!(body.frame().await.is_none());
    }

    #[test]
    fn an_empty_body_is_at_its_end() {
        assert!(Body::default().is_end_stream());
        assert!(Body::from(Bytes::new()).is_end_stream());
    }
}
