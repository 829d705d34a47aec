//! The wall on a thread of its own.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::time::sleep;

use crate::script::{Script, Spec};
use crate::serve::{House, Listener, Role};
use crate::tally::Tally;

/// A running wall. It has a thread and a clock of its own, so it works beside a paused runtime and beside none, and it
/// stops when it is dropped.
#[derive(Debug)]
pub struct Wall {
    house: Arc<House>,
    addresses: Vec<SocketAddr>,
    control: Option<SocketAddr>,
    #[cfg(feature = "tls")]
    tls: Vec<SocketAddr>,
    thread: Option<JoinHandle<()>>,
}

/// How long answers under way may take to end after a stop.
const GRACE: Duration = Duration::from_secs(1);
/// Between two looks at whether they have.
const LOOK: Duration = Duration::from_millis(5);

impl Wall {
    /// Starts on a free port of the loopback.
    ///
    /// # Errors
    ///
    /// If no port, thread or event loop is to be had.
    pub fn start(script: Script) -> io::Result<Self> {
        Self::builder(script).start()
    }

    /// A wall with more ports than one.
    pub fn builder(script: Script) -> Builder {
        Builder {
            script,
            ports: Vec::new(),
            control: None,
            #[cfg(feature = "tls")]
            tls: Vec::new(),
        }
    }

    /// The base of the first port's addresses, without a slash at its end.
    pub fn url(&self) -> String {
        self.urls().next().unwrap_or_default()
    }

    /// The bases of all ports' addresses, in the order they were asked for.
    pub fn urls(&self) -> impl Iterator<Item = String> {
        self.addresses
            .iter()
            .map(|address| format!("http://{address}"))
    }

    /// The ports, in the order they were asked for.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// The port that only takes orders, if there is one.
    pub fn control(&self) -> Option<SocketAddr> {
        self.control
    }

    /// The account so far.
    pub fn tally(&self) -> Tally {
        self.house.tally().clone()
    }

    /// Gives new orders; sequences and clocks begin anew.
    pub fn set_script(&self, script: Script) {
        self.house.set_script(script);
    }

    /// Forgets what was counted; sequences and clocks begin anew.
    pub fn reset(&self) {
        self.house.reset();
    }

    /// Refuses connections for so long, a day at most: nobody listens on the ports. Zero ends it. Connections that stand idle are
    /// closed, answers under way are not.
    pub fn refuse(&self, time: Duration) {
        self.house.refuse(time);
    }

    /// Stops: no more connections, a second for the answers under way.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.house.stop.cancel();
        if let Some(thread) = self.thread.take() {
            // a panic of the thread has been told by its message
            _ = thread.join();
        }
    }
}

impl Drop for Wall {
    fn drop(&mut self) {
        self.end();
    }
}

/// What a wall listens on.
#[derive(Debug)]
pub struct Builder {
    script: Script,
    ports: Vec<(SocketAddr, Option<Spec>)>,
    control: Option<SocketAddr>,
    #[cfg(feature = "tls")]
    tls: Vec<crate::tls::Certificate>,
}

impl Builder {
    /// One more port.
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.ports.push((address, None));
        self
    }

    /// One more port, with orders of its own.
    #[must_use]
    pub fn listen_as(mut self, address: SocketAddr, spec: Spec) -> Self {
        self.ports.push((address, Some(spec)));
        self
    }

    /// A port that only takes orders, and takes them while the others refuse.
    #[must_use]
    pub fn control(mut self, address: SocketAddr) -> Self {
        self.control = Some(address);
        self
    }

    /// One more port of the loopback that speaks TLS.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn tls(mut self, certificate: crate::tls::Certificate) -> Self {
        self.tls.push(certificate);
        self
    }

    /// Listens and serves.
    ///
    /// # Errors
    ///
    /// If a port, a thread or an event loop is not to be had.
    pub fn start(mut self) -> io::Result<Wall> {
        let free: SocketAddr = (Ipv4Addr::LOCALHOST, 0).into();
        if self.ports.is_empty() {
            self.ports.push((free, None));
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let inside = runtime.enter();
        let mut listeners = Vec::new();
        for (address, spec) in self.ports {
            let role = Role {
                spec,
                ..Role::default()
            };
            listeners.push(Listener::bind(address, role)?);
        }
        let addresses = listeners.iter().map(|listener| listener.address).collect();
        let mut control = None;
        if let Some(address) = self.control {
            let role = Role {
                control: true,
                ..Role::default()
            };
            let listener = Listener::bind(address, role)?;
            control = Some(listener.address);
            listeners.push(listener);
        }
        #[cfg(feature = "tls")]
        let mut tls = Vec::new();
        #[cfg(feature = "tls")]
        for certificate in self.tls {
            let role = Role {
                tls: Some(certificate.config()?),
                ..Role::default()
            };
            let listener = Listener::bind(free, role)?;
            tls.push(listener.address);
            listeners.push(listener);
        }
        drop(inside);
        let house = Arc::new(House::new(self.script));
        let shared = Arc::clone(&house);
        let thread = std::thread::Builder::new()
            .name("wall".to_owned())
            .spawn(move || live(runtime, listeners, &shared))?;
        Ok(Wall {
            house,
            addresses,
            control,
            #[cfg(feature = "tls")]
            tls,
            thread: Some(thread),
        })
    }
}

#[cfg(feature = "tls")]
impl Wall {
    /// The bases of the addresses with TLS, in the order they were asked for.
    pub fn tls_urls(&self) -> impl Iterator<Item = String> {
        self.tls
            .iter()
            .map(|address| format!("https://localhost:{}", address.port()))
    }
}

fn live(runtime: Runtime, listeners: Vec<Listener>, house: &Arc<House>) {
    runtime.block_on(async {
        for listener in listeners {
            tokio::spawn(listener.run(Arc::clone(house)));
        }
        house.stop.cancelled().await;
        let quiet = async {
            while house.tally().open > 0 {
                sleep(LOOK).await;
            }
        };
        // hangs would last for ever
        _ = tokio::time::timeout(GRACE, quiet).await;
    });
    runtime.shutdown_background();
}
