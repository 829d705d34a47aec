//! What is done with vectors.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::fault::Fault;

/// Cuts a vector to its first dimensions and makes it of length 1 again.
///
/// Only models that put what matters first (Matryoshka) keep their sense by it. A vector that is short enough stays as
/// it is, and so does the length of one that is nothing but zeros.
pub fn shorten(vector: &mut Vec<f32>, dims: usize) {
    if vector.len() > dims {
        vector.truncate(dims);
        unit(vector);
    }
}

/// How far the length of a vector of 32-bit floats may be from 1 by rounding alone.
const ROUNDING: f64 = 1e-4;

/// Makes a vector of length 1; one that has it already, or is nothing but zeros, stays as it is.
pub fn unit(vector: &mut [f32]) {
    let squares = vector.iter().map(|value| f64::from(*value).powi(2));
    let length = squares.sum::<f64>().sqrt();
    if length > 0.0 && (length - 1.0).abs() > ROUNDING {
        for value in vector {
            #[expect(clippy::cast_possible_truncation, reason = "a part of a unit vector")]
            let part = (f64::from(*value) / length) as f32;
            *value = part;
        }
    }
}

/// The bytes of little-endian 32-bit floats, in base64.
pub fn to_base64(vector: &[f32]) -> String {
    let bytes: Vec<u8> = vector
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    STANDARD.encode(bytes)
}

/// The vector whose bytes these are; `None` for what is no such base64.
pub fn from_base64(text: &str) -> Option<Vec<f32>> {
    let bytes = STANDARD.decode(text).ok()?;
    let (floats, rest) = bytes.as_chunks::<4>();
    let vector = floats.iter().map(|bytes| f32::from_le_bytes(*bytes));
    rest.is_empty().then(|| vector.collect())
}

/// Checks that a batch of `inputs` texts has got a vector for each, all of one size and finite.
///
/// # Errors
/// A [`Fault`] that says what is wrong.
pub fn check(vectors: &[Vec<f32>], inputs: usize) -> Result<(), Fault> {
    if vectors.len() != inputs {
        let got = vectors.len();
        return Err(Fault::invalid(format!("{got} vectors for {inputs} inputs")));
    }
    let size = vectors.first().map_or(0, Vec::len);
    if inputs > 0 && size == 0 || vectors.iter().any(|vector| vector.len() != size) {
        return Err(Fault::invalid("vectors of no or of several sizes"));
    }
    if vectors.iter().flatten().any(|value| !value.is_finite()) {
        return Err(Fault::invalid("vectors with numbers that are not finite"));
    }
    Ok(())
}
