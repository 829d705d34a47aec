//! The frames of a stream.

use serde::Serialize;

/// A frame that holds an item.
#[derive(Serialize)]
pub(super) struct Framed<'a, T> {
    pub(super) output_index: usize,
    pub(super) item: &'a T,
}

/// Counts frames and writes them.
#[derive(Debug, Default)]
pub(super) struct Frames {
    next: u64,
}

impl Frames {
    pub(super) fn send(&mut self, kind: &str, body: impl Serialize, out: &mut Vec<u8>) {
        #[derive(Serialize)]
        struct Frame<'a, T> {
            #[serde(rename = "type")]
            kind: &'a str,
            sequence_number: u64,
            #[serde(flatten)]
            body: T,
        }
        let frame = Frame {
            kind,
            sequence_number: self.next,
            body,
        };
        self.next += 1;
        out.extend_from_slice(b"event: ");
        out.extend_from_slice(kind.as_bytes());
        out.extend_from_slice(b"\ndata: ");
        // strings, numbers and JSON text can always be written to memory
        let _ = serde_json::to_writer(&mut *out, &frame);
        out.extend_from_slice(b"\n\n");
    }
}
