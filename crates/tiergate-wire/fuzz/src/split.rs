use arbitrary::Unstructured;

/// Cuts a fuzz input at its last `\0\0` into what is tested and the choices that a test makes.
///
/// A file without the mark is tested as it is, so a corpus can be read and written by hand.
pub fn split(input: &[u8]) -> (&[u8], Unstructured<'_>) {
    let mark = input.windows(2).rposition(|pair| pair == b"\0\0");
    let (tested, choices) = match mark {
        Some(at) => (&input[..at], &input[at + 2..]),
        None => (input, &[][..]),
    };
    (tested, Unstructured::new(choices))
}
