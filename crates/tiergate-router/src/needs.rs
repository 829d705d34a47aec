//! What a request needs of a model, as a set.

use std::ops::{BitAnd, BitOr, BitOrAssign};

use tiergate_catalog::Abilities;
use tiergate_wire::chat::{Format, Request, Role};

/// A set of abilities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Needs(u8);

impl Needs {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// Calling tools.
    pub const TOOLS: Self = Self(1);
    /// Reading images.
    pub const VISION: Self = Self(1 << 1);
    /// Keeping to a JSON schema.
    pub const JSON_SCHEMA: Self = Self(1 << 2);
    /// Reading audio.
    pub const AUDIO_INPUT: Self = Self(1 << 3);
    /// Answering with audio.
    pub const AUDIO_OUTPUT: Self = Self(1 << 4);
    /// Thinking before the answer.
    pub const REASONING: Self = Self(1 << 5);
    /// Reading files.
    pub const FILES: Self = Self(1 << 6);

    /// Every single need with the word for it.
    pub const NAMES: [(Self, &'static str); 7] = [
        (Self::TOOLS, "tools"),
        (Self::VISION, "vision"),
        (Self::JSON_SCHEMA, "json_schema"),
        (Self::AUDIO_INPUT, "audio_input"),
        (Self::AUDIO_OUTPUT, "audio_output"),
        (Self::REASONING, "reasoning"),
        (Self::FILES, "files"),
    ];

    /// What this request needs.
    ///
    /// A request that asks for some effort of reasoning needs a model that reasons: others refuse the parameter.
    pub fn of(request: &Request) -> Self {
        let mut needs = Self::NONE;
        let mut add = |need, wanted: bool| needs |= if wanted { need } else { Self::NONE };
        add(Self::TOOLS, request.tool_count() > 0);
        add(
            Self::JSON_SCHEMA,
            request.response_format() == Format::JsonSchema,
        );
        add(Self::AUDIO_OUTPUT, request.wants_audio());
        add(
            Self::REASONING,
            request
                .reasoning_effort()
                .is_some_and(|effort| effort != "none"),
        );
        for message in request.messages() {
            add(
                Self::TOOLS,
                message.tool_calls > 0 || message.role == Role::Tool,
            );
            add(Self::VISION, message.images > 0);
            add(Self::AUDIO_INPUT, message.audio > 0);
            add(Self::FILES, message.files > 0);
        }
        needs
    }

    /// What a target is known to have, and what is not known of it.
    pub(crate) fn offered(abilities: Abilities) -> (Self, Self) {
        let facts = [
            (Self::TOOLS, abilities.tools),
            (Self::VISION, abilities.vision),
            (Self::JSON_SCHEMA, abilities.json_schema),
            (Self::AUDIO_INPUT, abilities.audio_input),
            (Self::AUDIO_OUTPUT, abilities.audio_output),
            (Self::REASONING, abilities.reasoning),
            (Self::FILES, abilities.pdf),
        ];
        let all = |wanted: Option<bool>| {
            facts
                .iter()
                .filter(|(_, fact)| *fact == wanted)
                .fold(Self::NONE, |set, (need, _)| set | *need)
        };
        (all(Some(true)), all(None))
    }

    /// What is in this set and not in the other.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether the set is empty.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The words for the needs in this set.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES
            .into_iter()
            .filter(move |(need, _)| !(self & *need).is_empty())
            .map(|(_, name)| name)
    }
}

impl BitOr for Needs {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitAnd for Needs {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl BitOrAssign for Needs {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}
