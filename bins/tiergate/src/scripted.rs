//! Simulated providers that misbehave as a script says, over real sockets of this machine.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Mutex, PoisonError};

use tiergate_wall::{Script, Wall};

use crate::Fault;
use crate::talk::say;

/// The walls that play them, where anybody is served. One stays until the process ends, since requests under way may still be talking to it
/// when the configuration has changed.
#[derive(Debug)]
pub(crate) struct Walls {
    /// By what they play, and what they are ordered; `None` where nobody is served and so none is built.
    standing: Option<Mutex<BTreeMap<(String, String), Wall>>>,
}

/// The address of walls that are not built: nobody asks them.
const NOWHERE: &str = "http://127.0.0.1:9/v1";

impl Walls {
    /// Walls that are built when they are needed.
    pub(crate) fn standing() -> Self {
        Self {
            standing: Some(Mutex::default()),
        }
    }

    /// Walls of which only the scripts are read.
    pub(crate) fn on_paper() -> Self {
        Self { standing: None }
    }

    /// The base of `who`'s address. With the same script it is the same wall, so that workers share its sequences
    /// and a change of something else does not begin them anew.
    pub(crate) fn base_url(&self, who: &str, script: &str) -> Result<String, Fault> {
        // the configuration has read it before, so that this cannot fail
        let read = || {
            Script::parse(script)
                .map_err(|told| Fault::other(format!("the script of {who}: {told}")))
        };
        let Some(standing) = &self.standing else {
            return read().map(|_| NOWHERE.to_owned());
        };
        let mut standing = standing.lock().unwrap_or_else(PoisonError::into_inner);
        let wall = match standing.entry((who.to_owned(), script.to_owned())) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let wall = Wall::start(read()?).map_err(|fault| {
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
        let walls = Walls::standing();
        let first = walls.base_url("a", "500,ok").unwrap();
        assert!(first.starts_with("http://127.0.0.1:") && first.ends_with("/v1"));
        assert_eq!(walls.base_url("a", "500,ok").unwrap(), first);
        assert_ne!(walls.base_url("a", "ok").unwrap(), first);
        assert_ne!(walls.base_url("b", "500,ok").unwrap(), first);
    }

    #[test]
    fn a_mistake_says_whose_script_it_is_in() {
        for walls in [Walls::standing(), Walls::on_paper()] {
            let fault = walls.base_url("provider `a`", "hiccup");
            let told = fault.unwrap_err().to_string();
            assert!(
                told.contains("the script of provider `a`: no fault"),
                "{told}"
            );
        }
    }

    #[test]
    fn on_paper_nobody_listens() {
        let walls = Walls::on_paper();
        assert_eq!(walls.base_url("a", "ok").unwrap(), super::NOWHERE);
    }
}
