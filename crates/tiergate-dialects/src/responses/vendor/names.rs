//! Names of tools and ids of calls, as OpenAI takes them.

use crate::inner::{Text, Undo};

/// The most characters of a tool's name and of a call's id.
const MOST: usize = 64;

/// The names that were changed.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) undo: Undo,
    /// The names of tools that need no change.
    taken: Vec<String>,
}

impl Names {
    /// Notes a tool's name, so that no changed one becomes the same.
    pub(super) fn note(&mut self, name: &Text<'_>) {
        if fits(name.inside()) {
            self.taken.push(name.inside().to_owned());
        }
    }

    /// The name that the vendor is told.
    pub(super) fn told<'a>(&mut self, name: &'a Text<'_>) -> Text<'a> {
        if fits(name.inside()) {
            return name.borrowed();
        }
        let own = name.value();
        let known = self.undo.names.iter().find(|(_, known)| *known == own);
        if let Some((told, _)) = known {
            return Text::new(told);
        }
        let clean = own.chars().take(MOST - 4).map(|c| match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '-' => c,
            _ => '_',
        });
        let clean: String = clean.collect();
        let clean = if clean.is_empty() {
            "tool".into()
        } else {
            clean
        };
        let mut told = clean.clone();
        let mut more = 1_u16;
        while self.is_taken(&told) && more < 1000 {
            more += 1;
            told = format!("{clean}_{more}");
        }
        let name = Text::new(&told);
        self.undo.names.push((told, own.into_owned()));
        name
    }

    fn is_taken(&self, told: &str) -> bool {
        let renamed = self.undo.names.iter().any(|(sent, _)| sent == told);
        renamed || self.taken.iter().any(|taken| taken == told)
    }
}

fn fits(name: &str) -> bool {
    let known = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    !name.is_empty() && name.len() <= MOST && name.bytes().all(known)
}

/// A call's id; one that is too long becomes its hash, the same for the call and its result.
pub(super) fn call_id<'a>(id: &'a Text<'_>) -> Text<'a> {
    if id.inside().len() <= MOST {
        return id.borrowed();
    }
    // FNV-1a
    let hash = id
        .inside()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, b| {
            (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)
        });
    Text::new(&format!("call_{hash:016x}"))
}
