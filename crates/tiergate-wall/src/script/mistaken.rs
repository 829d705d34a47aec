//! Names of models that were meant as orders and are none.

use super::{Spec, quoted};
use crate::catalogue;

/// What may follow a fault's name in an order, rightly or by mistake.
const BEHIND: [char; 8] = [':', '*', '=', ';', '|', '+', '#', ' '];
/// A fault's name with fewer letters is a slip away from words that are no orders: `small` from `stall`.
const SHORT: usize = 6;

/// Says what is wrong with the name of a model that is no order but was meant as one, also behind a provider's name.
/// Names such as `gpt-4o`, `anthropic.claude-3-haiku-v1:0` or `llama3.1:8b` are just names.
pub(crate) fn mistaken(name: &str) -> Option<String> {
    let behind = name.rsplit_once('/').map(|(_, behind)| behind);
    let written = [Some(name), behind].into_iter().flatten();
    let mut told = written.filter_map(|text| Spec::parse(text).err().filter(|_| meant(text)));
    let told = told.next()?;
    Some(format!(
        "the model's name {name:?} was meant as an order, but {told}"
    ))
}

/// Does a text look like an order?
fn meant(text: &str) -> bool {
    let Ok(items) = quoted::parts(text, ',') else {
        return begins(text);
    };
    let mut items = items.into_iter().map(str::trim);
    let several = items.len() > 1;
    items.any(|item| begins(item) || several && Spec::parse(item).is_ok())
}

fn begins(item: &str) -> bool {
    let head = item.split(BEHIND).next().unwrap_or_default();
    let rest = item.get(head.len()..).unwrap_or_default();
    if !rest.is_empty() && catalogue::find(head).is_some() || like_a_status(head) {
        return true;
    }
    let Some(near) = catalogue::nearest(head) else {
        return false;
    };
    let another_case = near.len() == head.len() && near.eq_ignore_ascii_case(head);
    // `stal:9` is `stall:9`; `small:8b` is nothing, nor is `small`
    let right = || !rest.is_empty() && Spec::parse(&format!("{near}{rest}")).is_ok();
    another_case || near.len() >= SHORT || right()
}

/// `505` and `50O` are, `4o` and `o1` are not.
fn like_a_status(word: &str) -> bool {
    let digit = |c: char| c.is_ascii_digit();
    let alike = |c: char| digit(c) || matches!(c, 'O' | 'o' | 'I' | 'l');
    word.starts_with(digit)
        && match word.len() {
            3 => word.chars().all(alike),
            2 | 4 => word.chars().all(digit),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::mistaken;

    #[test]
    fn names_that_were_meant_as_orders() {
        for (name, told) in [
            ("cut-att:3", "no fault \"cut-att\", but there is cut-at"),
            ("openai/cut_at:3", "there is cut-at"),
            ("503:retry_after=2", "no parameter retry_after"),
            ("openai/50O", "no fault \"50O\""),
            ("505", "status:N"),
            ("5033", "no fault"),
            ("500*x", "how often"),
            ("500,5OO,ok", "no fault \"5OO\""),
            ("ok,gpt-4o", "no fault \"gpt-4o\""),
            ("503 retry-after=2", "no fault"),
            ("cut-at=3", "no fault"),
            ("cut-at:x", "not a number"),
            ("stal:9", "there is stall"),
            ("flapp:down=2", "there is flap"),
            ("OK", "there is ok"),
            ("slow-frist", "there is slow-first"),
            ("echo:latest", "no parameter"),
            ("503:retry-after='Wed, 21", "not closed"),
        ] {
            let said = mistaken(name).unwrap_or_default();
            assert!(said.contains(told), "{name}: {said:?}");
        }
    }

    #[test]
    fn names_that_are_just_names() {
        for name in [
            "",
            "m",
            "test",
            "small",
            "large",
            "base",
            "flan",
            "clap",
            "gpt-4o",
            "gpt-3.5-turbo",
            "o1",
            "o3",
            "o10",
            "4o",
            "o4-mini",
            "gpt-5",
            "claude-sonnet-4-5",
            "claude-3-haiku-20240307",
            "gemini-2.5-pro",
            "models/gemini-2.5-flash",
            "anthropic.claude-3:0",
            "us.anthropic.claude-3-5-sonnet-20240620-v1:0",
            "amazon.nova-lite-v1:0",
            "arn:aws:bedrock:us-east-1:1234:inference-profile/us.anthropic.claude-sonnet-4-v1:0",
            "cohere.command-r-plus-v1:0",
            "llama3.1:8b",
            "llama3.1:8b-instruct-q4_K_M",
            "qwen2.5:0.5b",
            "phi3:mini",
            "small:8b",
            "flan:7b",
            "clap:latest",
            "gemma:2b",
            "mistral",
            "mixtral-8x7b",
            "command-r+",
            "deepseek/deepseek-r1:free",
            "google/gemma-3-27b-it:nitro",
            "ft:gpt-4o-mini:team::abc",
            "accounts/fireworks/models/llama-v3p1-405b-instruct",
            "@cf/meta/llama-3-8b",
            "tiiuae/falcon-40b",
            "text-embedding-3-small",
            "smollm:135m",
            "grok-4",
            "sonar",
            "sonar-pro",
            "solar:10.7b",
        ] {
            assert_eq!(mistaken(name), None, "{name}");
        }
    }
}
