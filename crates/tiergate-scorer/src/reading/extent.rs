//! How much of a long text is read.

/// Head, tail and evenly spread probes; a text that fits in the head is read whole.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    /// Code points from the beginning.
    pub(crate) head: usize,
    /// Bytes from the end.
    pub(crate) tail: usize,
    /// Probes of [`PROBE`] bytes between them.
    pub(crate) probes: usize,
}

const PROBE: usize = 48;

impl Extent {
    /// The parts beyond the head of a text of which `read` bytes were read, in order.
    pub(crate) fn rest(self, raw: &[u8], read: usize) -> impl Iterator<Item = (usize, usize)> {
        let end = raw.len();
        let tail = end.saturating_sub(self.tail).max(read);
        let gap = tail.saturating_sub(read) / (self.probes + 1);
        let probes = if gap > 4 * PROBE { self.probes } else { 0 };
        (1..=probes)
            .map(move |nth| {
                let start = align(raw, read + nth * gap);
                (start, start + PROBE)
            })
            .chain((tail < end).then(|| (align(raw, tail), end)))
    }
}

/// A place at or shortly after `at` where a word begins, or at least a code point.
fn align(raw: &[u8], at: usize) -> usize {
    let near = &raw[at..(at + 32).min(raw.len())];
    if let Some(space) = near.iter().position(|&byte| byte == b' ') {
        return at + space + 1;
    }
    // not inside `\uXXXX`, and not inside a code point
    let escape = (1..=5).find(|back| at.checked_sub(*back).map(|i| raw[i]) == Some(b'\\'));
    let mut start = at - escape.unwrap_or(0);
    while raw.get(start).is_some_and(|byte| byte & 0xc0 == 0x80) {
        start += 1;
    }
    start
}
