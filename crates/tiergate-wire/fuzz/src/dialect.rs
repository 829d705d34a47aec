use tiergate_dialects::inner::{Answer, Event, Request, Undo, Unfit};
use tiergate_dialects::{Fault, Target, Translated};
use tiergate_dialects::{anthropic, bedrock, cohere, gemini, ollama, openai, responses};

/// A dialect of vendors: what writes its requests and reads its answers.
#[derive(Clone, Copy)]
pub struct Dialect {
    pub name: &'static str,
    pub encode: fn(&Request<'_>, &Target<'_>) -> Result<Translated, Unfit>,
    pub answer: for<'a> fn(&'a [u8], &Undo) -> Result<Answer<'a>, Fault>,
    pub fault: fn(u16, Option<&str>, &[u8]) -> Fault,
    pub stream: fn() -> Box<dyn Decode>,
}

/// Reads the events of one stream.
pub trait Decode {
    fn event<'a>(
        &mut self,
        name: &str,
        data: &'a [u8],
        out: &mut Vec<Event<'a>>,
    ) -> Result<(), Fault>;
}

macro_rules! dialect {
    ($name:literal, $($codec:ident)::+, $encode:expr, $fault:expr) => {
        Dialect {
            name: $name,
            encode: $encode,
            answer: $($codec)::+::answer,
            fault: $fault,
            stream: || Box::new($($codec)::+::Stream::new(Undo::default())),
        }
    };
    ($name:literal, $codec:ident) => {
        dialect!($name, $codec, $codec::encode, $codec::fault)
    };
}

/// Every dialect, in the order of the digits that choose one.
pub const DIALECTS: [Dialect; 7] = [
    dialect!("anthropic", anthropic),
    dialect!("bedrock", bedrock),
    dialect!("cohere", cohere),
    dialect!(
        "gemini",
        gemini,
        |request, target| gemini::encode(request, target, gemini::Surface::Gemini),
        gemini::fault
    ),
    dialect!(
        "ollama",
        ollama,
        |request, target| ollama::encode(request, target, Some(4_096)),
        ollama::fault
    ),
    dialect!(
        "openai",
        openai::chat,
        openai::chat::encode,
        |status, _, body| { openai::fault(status, body, openai::Quirks::COMPATIBLE) }
    ),
    dialect!("responses", responses),
];

/// The choice that a leading digit makes among `many`, and what follows it.
pub fn choose(input: &[u8], many: usize) -> Option<(usize, &[u8])> {
    let (first, rest) = input.split_first()?;
    Some((usize::from(first.wrapping_sub(b'0')) % many, rest))
}

macro_rules! decode {
    ($($($stream:ident)::+),+) => {$(
        impl Decode for $($stream)::+ {
            fn event<'a>(&mut self, name: &str, data: &'a [u8], out: &mut Vec<Event<'a>>) -> Result<(), Fault> {
                Self::event(self, name, data, out)
            }
        }
    )+};
}

decode!(
    anthropic::Stream,
    bedrock::Stream,
    cohere::Stream,
    gemini::Stream,
    ollama::Stream,
    openai::chat::Stream,
    responses::Stream
);
