//! A picture in an answer: an item as OpenAI's own tool for pictures leaves it.

use serde::Serialize;

use super::frames::{Framed, Frames};
use super::item::Item;
use super::response::COMPLETED;
use crate::inner::{Json, Media};

/// A picture that is told whole.
pub(super) struct Picture<'a> {
    base64: &'a str,
    format: Option<&'a str>,
}

impl<'a> Picture<'a> {
    /// `None` for one that is only pointed to: the item has no place for an address.
    pub(super) fn of(source: &'a Media<'_>) -> Option<Self> {
        let Media::Base64 { media_type, data } = source else {
            return None;
        };
        Some(Self {
            base64: data,
            format: media_type.strip_prefix("image/"),
        })
    }

    /// The item, complete or only begun.
    pub(super) fn item(&self, id: &str, complete: bool) -> Json<'static> {
        let item = Item::ImageGenerationCall {
            id,
            status: if complete { COMPLETED } else { "in_progress" },
            result: complete.then_some(self.base64),
            output_format: self.format.filter(|_| complete),
        };
        item.json()
    }

    /// Writes all that a stream says of it, and gives the item.
    pub(super) fn tell(
        &self,
        id: &str,
        output_index: usize,
        frames: &mut Frames,
        out: &mut Vec<u8>,
    ) -> Json<'static> {
        #[derive(Clone, Copy, Serialize)]
        struct At<'a> {
            item_id: &'a str,
            output_index: usize,
        }
        let item = &self.item(id, false);
        frames.send(
            "response.output_item.added",
            Framed { output_index, item },
            out,
        );
        let at = At {
            item_id: id,
            output_index,
        };
        for step in ["in_progress", "generating", COMPLETED] {
            frames.send(&format!("response.image_generation_call.{step}"), at, out);
        }
        let whole = self.item(id, true);
        let item = &whole;
        frames.send(
            "response.output_item.done",
            Framed { output_index, item },
            out,
        );
        whole
    }
}
