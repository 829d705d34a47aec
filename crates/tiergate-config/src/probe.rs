//! What was found on this machine besides files and the environment.

/// Services that answered on this machine. The default is: none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Probe {
    /// The models of an Ollama server by name; `None` when none answered.
    pub ollama_models: Option<Vec<String>>,
}
