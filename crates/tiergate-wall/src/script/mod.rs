//! Who gets which fault.

pub(crate) mod fault;
pub(crate) mod manner;
mod members;
mod mistaken;
mod quoted;
mod spec;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use members::Single;
pub(crate) use mistaken::mistaken;
pub use spec::Spec;

/// The wall's orders. A text alone is what everybody gets; JSON tells models, routes and ports apart.
#[derive(Clone, Debug)]
pub struct Script {
    pub(crate) default: Spec,
    pub(crate) models: BTreeMap<String, Spec>,
    pub(crate) routes: BTreeMap<String, Spec>,
    pub(crate) ports: BTreeMap<u16, Spec>,
    pub(crate) seed: u64,
    pub(crate) keep: usize,
    pub(crate) strict: bool,
}

/// Requests that the tally keeps one by one, unless the script says otherwise.
const KEPT: usize = 1024;
/// The most that a script may ask to be kept.
const MOST_KEPT: usize = 100_000;

impl Script {
    /// The same sequence for everybody who names none.
    pub fn new(default: Spec) -> Self {
        Self {
            default,
            models: BTreeMap::new(),
            routes: BTreeMap::new(),
            ports: BTreeMap::new(),
            seed: 1,
            keep: KEPT,
            strict: false,
        }
    }

    /// Reads `500,500,ok`, or the JSON of a script file.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the first part that cannot be understood.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if !text.starts_with('{') {
            return Spec::parse(text).map(Self::new);
        }
        let Single(value) = serde_json::from_str(text)
            .map_err(|fault| format!("the script is not JSON: {fault}"))?;
        let mut script = Self::new(Spec::parse("ok")?);
        for (name, value) in value.as_object().into_iter().flatten() {
            let read = script.member(name, value);
            read.map_err(|fault| format!("{name}: {fault}"))?;
        }
        Ok(script)
    }

    /// With orders of its own for one model.
    #[must_use]
    pub fn model(mut self, name: &str, spec: Spec) -> Self {
        self.models.insert(name.to_owned(), spec);
        self
    }

    /// With another seed of words and chance.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// With so many requests kept one by one in the tally, at most 100,000; none is fastest.
    #[must_use]
    pub fn keep(mut self, requests: usize) -> Self {
        self.keep = requests.min(MOST_KEPT);
        self
    }

    /// With a model's name refused that is no order and has none in the script.
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    /// The models that have orders of their own.
    pub fn models(&self) -> impl Iterator<Item = &str> {
        self.models.keys().map(String::as_str)
    }

    /// The ports that have orders of their own.
    pub fn ports(&self) -> impl Iterator<Item = u16> {
        self.ports.keys().copied()
    }

    fn member(&mut self, name: &str, value: &Value) -> Result<(), String> {
        match name {
            "default" => self.default = spec(value)?,
            "models" => self.models = specs(value, |name| Ok(name.to_owned()))?,
            "routes" => self.routes = specs(value, |name| Ok(name.to_owned()))?,
            "ports" => {
                self.ports = specs(value, |port| {
                    port.parse()
                        .ok()
                        .ok_or_else(|| format!("not a port: {port}"))
                })?;
            }
            "seed" => self.seed = value.as_u64().ok_or("not a number")?,
            "keep" => {
                let keep = value.as_u64().and_then(|keep| usize::try_from(keep).ok());
                let keep = keep.filter(|keep| *keep <= MOST_KEPT);
                self.keep = keep.ok_or_else(|| format!("not a number from 0 to {MOST_KEPT}"))?;
            }
            "strict" => self.strict = value.as_bool().ok_or("neither true nor false")?,
            _ => {
                return Err(
                    "no such member; there are default, models, routes, ports, seed, keep, strict"
                        .to_owned(),
                );
            }
        }
        Ok(())
    }

    /// The script as JSON.
    pub(crate) fn json(&self) -> Value {
        fn texts<K: ToString>(specs: &BTreeMap<K, Spec>) -> Value {
            let each = specs.iter();
            let each = each.map(|(name, spec)| (name.to_string(), Value::from(spec.to_string())));
            Value::Object(each.collect())
        }
        json!({
            "default": self.default.to_string(),
            "models": texts(&self.models),
            "routes": texts(&self.routes),
            "ports": texts(&self.ports),
            "seed": self.seed,
            "keep": self.keep,
            "strict": self.strict,
        })
    }
}

fn spec(value: &Value) -> Result<Spec, String> {
    Spec::parse(value.as_str().ok_or("not a text")?)
}

fn specs<K: Ord>(
    value: &Value,
    key: impl Fn(&str) -> Result<K, String>,
) -> Result<BTreeMap<K, Spec>, String> {
    let members = value.as_object().ok_or("not an object")?;
    let one = |(name, value): (&String, &Value)| {
        let spec = spec(value).map_err(|fault| format!("{name}: {fault}"))?;
        Ok((key(name)?, spec))
    };
    members.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::Script;

    #[test]
    fn scripts_are_text_or_json() {
        assert_eq!(
            Script::parse(" 500,ok ").unwrap().default.to_string(),
            "500,ok"
        );
        let text = r#"{"default":"503","models":{"m":"cut-at:4"},"routes":{"/v1/embeddings":"429"},"ports":{"9001":"hang"},"seed":9,"keep":5,"strict":true}"#;
        let script = Script::parse(text).unwrap();
        let again = Script::parse(&script.json().to_string()).unwrap();
        assert_eq!(script.json(), again.json());
        assert_eq!(script.json()["ports"]["9001"], "hang");
    }

    #[test]
    fn mistakes_name_their_place() {
        for (text, told) in [
            ("{", "not JSON"),
            (r#"{"defualt":"ok"}"#, "defualt: no such member"),
            (r#"{"models":{"m":"nope"}}"#, "models: m: no fault"),
            (r#"{"ports":{"x":"ok"}}"#, "ports: not a port: x"),
            (r#"{"seed":-1}"#, "seed: not a number"),
            (r#"{"keep":100001}"#, "keep: not a number from 0 to 100000"),
            (r#"{"strict":1}"#, "strict: neither true nor false"),
            (r#"{"seed":1,"seed":2}"#, "`seed` stands there twice"),
            (
                r#"{"models":{"m":"ok","m":"500"}}"#,
                "`m` stands there twice at line 1",
            ),
        ] {
            let fault = Script::parse(text).unwrap_err();
            assert!(fault.contains(told), "{text}: {fault}");
        }
    }
}
