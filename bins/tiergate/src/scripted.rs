//! Simulated providers that misbehave as a script says, over real sockets of this machine.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Mutex, PoisonError};

use tiergate_wall::{Script, Wall};

use crate::Fault;
use crate::talk::say;

/// The walls that play them. One stays until the process ends, since requests under way may still be talking to it
/// when the configuration has changed.
#[derive(Debug, Default)]
pub(crate) struct Walls {
    /// By what they play, and what they are ordered.
    standing: Mutex<BTreeMap<(String, String), Wall>>,
}

impl Walls {
    /// The base of `who`'s address. With the same script it is the same wall, so that workers share its sequences
    /// and a change of something else does not begin them anew.
    pub(crate) fn base_url(&self, who: &str, script: &str) -> Result<String, Fault> {
        let mut standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        let wall = match standing.entry((who.to_owned(), script.to_owned())) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let orders = Script::parse(script)
                    .map_err(|told| Fault::other(format!("the script of {who}: {told}")))?;
                let wall = Wall::start(orders).map_err(|fault| {
                    Fault::other(format!("the wall of {who} cannot listen: {fault}"))
                })?;
                let url = wall.url();
                say(format_args!(
                    "{who} misbehaves as its script says, at {url} (its account: {url}/_wall/tally)"
                ));
                entry.insert(wall)
            }
        };
        Ok(format!("{}/v1", wall.url()))
    }
}

#[cfg(test)]
mod tests {
    use super::Walls;

    #[test]
    fn the_same_script_is_the_same_wall() {
        let walls = Walls::default();
        let first = walls.base_url("a", "500,ok").unwrap();
        assert!(first.starts_with("http://127.0.0.1:") && first.ends_with("/v1"));
        assert_eq!(walls.base_url("a", "500,ok").unwrap(), first);
        assert_ne!(walls.base_url("a", "ok").unwrap(), first);
        assert_ne!(walls.base_url("b", "500,ok").unwrap(), first);
    }

    #[test]
    fn a_mistake_says_whose_script_it_is_in() {
        let fault = Walls::default().base_url("provider `a`", "hiccup");
        let told = fault.unwrap_err().to_string();
        assert!(
            told.contains("the script of provider `a`: no fault"),
            "{told}"
        );
    }
}
