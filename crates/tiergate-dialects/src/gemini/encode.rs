//! A request in Gemini's words.

use bytes::Bytes;

use super::config;
use super::contents::{self, Contents};
use super::family::Family;
use super::request::Body;
use super::tools::{self, Names};
use super::unsent;
use crate::encoded::{Edit, Edits, Target, Translated};
use crate::inner::{Request, Undo, Unfit};

/// Where Gemini is served.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Surface {
    /// The developer API.
    #[default]
    Gemini,
    /// Vertex: calls have no ids, files lie in buckets.
    Vertex,
}

/// Says a request in the body of `generateContent`.
///
/// # Errors
/// [`Unfit`] when the model cannot be asked for this without another result.
pub fn encode(
    request: &Request<'_>,
    target: &Target<'_>,
    surface: Surface,
) -> Result<Translated, Unfit> {
    let mut edits = Edits::new();
    if surface == Surface::Vertex
        && let Some(vendor) = foreign_vendor(target.model)
    {
        let what =
            format!("Vertex speaks generateContent for Google's own models, not for {vendor}");
        return Err(Unfit::new("model", what));
    }
    unsent::check(request, &mut edits)?;
    let names = Names::of(request);
    let to = To {
        family: Family::of(target.model),
        surface,
        names: &names,
    };
    let said = contents::write(request, to, &mut edits)?;
    let choice = tools::choice(request, to, &mut edits)?;
    let body = body(request, target, said, choice, to, &mut edits)?;
    // only strings, numbers and JSON texts: this cannot fail
    let body = serde_json::to_vec(&body).unwrap_or_default();
    Ok(Translated {
        body: Bytes::from(body),
        edits,
        undo: Undo {
            names: names.into_undo(),
            json_tool: None,
            ..Undo::default()
        },
    })
}

/// Whose a model on Vertex is, if it is not Google's: those have addresses and bodies of their own there.
fn foreign_vendor(model: &str) -> Option<&str> {
    const OWN: [&str; 6] = [
        "google",
        "models",
        "projects",
        "publishers",
        "tunedModels",
        "vertex_ai",
    ];
    if model.rsplit('/').next()?.starts_with("claude-") {
        return Some("Anthropic's");
    }
    let (vendor, _) = model.split_once('/')?;
    let vendor = match model.strip_prefix("publishers/") {
        Some(rest) => rest.split('/').next()?,
        None => vendor,
    };
    (!OWN.contains(&vendor)).then_some(vendor)
}

fn body<'r>(
    request: &'r Request<'_>,
    target: &Target<'_>,
    said: Contents<'r>,
    tool_config: Option<super::request::ToolConfig<'r>>,
    to: To<'r>,
    edits: &mut Edits,
) -> Result<Body<'r>, Unfit> {
    Ok(Body {
        system_instruction: said.system,
        contents: said.contents,
        tools: tools::declarations(request, to, edits)?,
        tool_config,
        generation_config: config::write(request, target, to, edits)?,
        service_tier: unsent::service_tier(request, to.surface, edits),
    })
}

/// To whom a request is said.
#[derive(Clone, Copy, Debug)]
pub(super) struct To<'r> {
    pub(super) family: Family,
    pub(super) surface: Surface,
    pub(super) names: &'r Names,
}

/// Notes an edit once.
pub(super) fn note(edits: &mut Edits, edit: impl Into<Edit>) {
    let edit = edit.into();
    if !edits.contains(&edit) {
        edits.push(edit);
    }
}
