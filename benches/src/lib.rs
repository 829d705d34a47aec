//! Request bodies of four sizes, alike for every benchmark.

use serde_json::{Value, json};

/// A sentence or two with what real prompts have: quotes, line ends, tabs, accents, another script.
const PROSE: &str = "A team sends its requests to one address and lets the gateway find the model. \"Which one?\" you ask:\n\
    the cheapest that can do the work,\tand no other. Déjà vu, naïve, Größe - 日本語も。 ";

/// A short question with a system prompt: about 1 KB.
pub fn small(model: &str) -> Vec<u8> {
    body(model, &[system(), user(&PROSE.repeat(4))], None)
}

/// A conversation of 31 turns with ten tools: about 32 KB.
pub fn tools(model: &str) -> Vec<u8> {
    let mut messages = vec![system()];
    for _ in 0..15 {
        messages.push(user(&PROSE.repeat(4)));
        messages.push(json!({"role": "assistant", "content": PROSE.repeat(2)}));
    }
    messages.push(user(&PROSE.repeat(4)));
    body(model, &messages, Some((0..10).map(tool).collect()))
}

/// One long document and a short question: about 400 KB.
pub fn large(model: &str) -> Vec<u8> {
    body(
        model,
        &[system(), user(&PROSE.repeat(2_050)), user("Summarise.")],
        None,
    )
}

/// A conversation of 200 short messages and a short question: about 400 KB.
pub fn long(model: &str) -> Vec<u8> {
    let text = "The team wrote to the gateway again, and it answered as it had the time before, in two lines. ";
    let turn = [
        user(&text.repeat(10)),
        json!({"role": "assistant", "content": text.repeat(32)}),
    ];
    let mut messages: Vec<Value> = turn.into_iter().cycle().take(200).collect();
    messages.push(user("Summarise."));
    json!({"model": model, "messages": messages})
        .to_string()
        .into_bytes()
}

/// All four, with their names.
pub fn sizes() -> [(&'static str, Vec<u8>); 4] {
    [
        ("1k", small("auto")),
        ("32k_tools", tools("auto")),
        ("400k", large("auto")),
        ("400k_messages", long("auto")),
    ]
}

fn body(model: &str, messages: &[Value], tools: Option<Vec<Value>>) -> Vec<u8> {
    let mut body =
        json!({"model": model, "messages": messages, "temperature": 0.2, "max_tokens": 10});
    if let Some(tools) = tools {
        body["tools"] = tools.into();
    }
    body.to_string().into_bytes()
}

fn system() -> Value {
    json!({"role": "system", "content": "You are a concise assistant."})
}

fn user(text: &str) -> Value {
    json!({"role": "user", "content": text})
}

fn tool(number: usize) -> Value {
    let property = |at: usize| {
        (
            format!("arg_{at}"),
            json!({"type": "string", "description": &PROSE[..90], "enum": ["alpha", "beta", "gamma"]}),
        )
    };
    let properties: serde_json::Map<String, Value> = (0..6).map(property).collect();
    let parameters =
        json!({"type": "object", "properties": properties, "required": ["arg_0", "arg_1"]});
    json!({"type": "function", "function": {"name": format!("tool_{number}"), "description": &PROSE[..120], "parameters": parameters}})
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_sizes_are_what_they_are_called() {
        let kib = |body: Vec<u8>| body.len() / 1024;
        assert_eq!(kib(super::small("auto")), 0);
        assert!(
            (28..36).contains(&kib(super::tools("auto"))),
            "{}",
            kib(super::tools("auto"))
        );
        assert!(
            (380..420).contains(&kib(super::large("auto"))),
            "{}",
            kib(super::large("auto"))
        );
        assert!(
            (380..420).contains(&kib(super::long("auto"))),
            "{}",
            kib(super::long("auto"))
        );
    }
}
