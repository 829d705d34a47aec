//! Vectors that follow from their inputs and nothing else.

use tiergate_dialects::embeddings::{Family, Input, vectors};

use crate::error::{Error, Kind};
use crate::seam::{EmbedCall, Embedded};

/// The size of vectors of a model of which nothing is known.
const SIZE: u32 = 1_024;

/// A vector for each input, of the model's size.
pub(super) fn vectors(name: &str, call: &EmbedCall<'_>) -> Result<Embedded, Error> {
    let family = Family::of(call.model).or_else(|| Family::of(call.canonical));
    let native = family.map_or(SIZE, Family::native);
    if let (Some(family), Some(asked)) = (family, call.request.dimensions) {
        family.sizes(asked).map_err(|unfit| {
            let error = Error::new(Kind::Unsupported, name, unfit.message);
            error.with_status(400).with_param(unfit.param)
        })?;
    }
    let size = call.request.dimensions.unwrap_or(native).min(LARGEST);
    let (vectors, tokens): (Vec<_>, Vec<u64>) = match &call.request.input {
        Input::Texts(texts) => texts
            .iter()
            .map(|text| {
                let text = text.value();
                (
                    vector(text.bytes().map(u64::from), size),
                    (text.len() as u64).div_ceil(4),
                )
            })
            .unzip(),
        Input::Tokens(texts) => texts
            .iter()
            .map(|tokens| {
                (
                    vector(tokens.iter().copied().map(u64::from), size),
                    tokens.len() as u64,
                )
            })
            .unzip(),
    };
    Ok(Embedded {
        vectors,
        tokens: Some(tokens.iter().sum()),
        ..Embedded::default()
    })
}

/// No model has larger vectors.
const LARGEST: u32 = 16_384;

/// A vector of length 1 (`SplitMix64` from the FNV-1a digest of the input).
fn vector(input: impl Iterator<Item = u64>, size: u32) -> Vec<f32> {
    let mut state = input.fold(0xcbf2_9ce4_8422_2325_u64, |digest, unit| {
        (digest ^ unit).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let mut vector: Vec<f32> = (0..size)
        .map(|_| {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = state;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            // 16 bits are exact in a float
            let bits = u16::try_from((mixed ^ (mixed >> 31)) >> 48).unwrap_or_default();
            f32::from(bits) - 32_767.5
        })
        .collect();
    vectors::unit(&mut vector);
    vector
}
