//! `GET /metrics`: what is known of targets, for Prometheus.
//!
//! A catalogue has hundreds of targets, most of which nobody ever asks, so only those that were used are told unless
//! all are asked for; breakers of endpoints and credentials stand once for all models behind them.

use std::collections::BTreeMap;
use std::fmt;

use http::{HeaderValue, Response, header};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode_registry;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;
use tiergate_router::{Access, Scope, TargetHealth};

use super::targets::Wanted;
use crate::app::App;
use crate::body::Body;
use crate::problem::Problem;

pub(crate) fn metrics(
    app: &App,
    access: &Access,
    query: Option<&str>,
) -> Result<Response<Body>, Problem> {
    let wanted = Wanted::read(query.unwrap_or_default())?;
    let text = told(wanted.of(app, access), wanted.all).map_err(|_fault| Problem::internal())?;
    let mut response = Response::new(Body::full(text));
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"),
    );
    Ok(response)
}

/// The text of the format 0.0.4. Of gauges the library's newer format differs from it only in its last line, which is
/// left out.
fn told(targets: Vec<TargetHealth>, all: bool) -> Result<String, fmt::Error> {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Page { targets, all }));
    let mut text = String::new();
    encode_registry(&mut text, &registry)?;
    Ok(text)
}

#[derive(Debug)]
struct Page {
    targets: Vec<TargetHealth>,
    /// Also those that nobody has used.
    all: bool,
}

/// One family: its name, what it means, and its value where there is one.
struct Family<T> {
    name: &'static str,
    help: &'static str,
    read: fn(&T) -> Option<f64>,
}

type Labels = Vec<(&'static str, String)>;

const TARGETS: [Family<TargetHealth>; 8] = [
    Family {
        name: "tiergate_target_ready",
        help: "Whether a request would be sent to the target now",
        read: |target| Some(f64::from(u8::from(target.ready))),
    },
    Family {
        name: "tiergate_target_cooling_seconds",
        help: "How long the target still rests because its provider asked for it",
        read: |target| {
            let scopes = scopes(target).into_iter();
            let cooling = scopes.filter_map(|(_, scope)| scope.cooling_ms).max();
            Some(cooling.map_or(0.0, seconds))
        },
    },
    Family {
        name: "tiergate_target_in_flight",
        help: "Requests under way",
        read: |target| Some(target.in_flight.into()),
    },
    Family {
        name: "tiergate_target_waiting",
        help: "Requests under way whose answer has not begun",
        read: |target| Some(target.waiting.into()),
    },
    Family {
        name: "tiergate_target_limit",
        help: "The most requests that may be under way at a time",
        read: |target| Some(target.limit.into()),
    },
    Family {
        name: "tiergate_target_allowed",
        help: "What of the limit is allowed now, in slow start",
        read: |target| Some(target.allowed.into()),
    },
    Family {
        name: "tiergate_target_expected_first_seconds",
        help: "The expected time to the first event of an answer",
        read: |target| target.expected_first_ms.map(seconds),
    },
    Family {
        name: "tiergate_target_expected_total_seconds",
        help: "The expected time to the end of an answer",
        read: |target| target.expected_total_ms.map(seconds),
    },
];

const BREAKERS: [Family<Scope>; 3] = [
    Family {
        name: "tiergate_breaker_state",
        help: "The state of a breaker: 0 closed, 1 half open, 2 open",
        read: |scope| {
            Some(match scope.state {
                "closed" => 0.0,
                "half_open" => 1.0,
                _ => 2.0,
            })
        },
    },
    Family {
        name: "tiergate_breaker_openings",
        help: "How often a breaker has opened in a row",
        read: |scope| Some(scope.openings.into()),
    },
    Family {
        name: "tiergate_breaker_next_probe_seconds",
        help: "How long until a breaker that is not closed lets a probe pass, and 0 if it is closed",
        read: |scope| Some(scope.next_probe_ms.map_or(0.0, seconds)),
    },
];

impl Page {
    /// The targets that are told, by their labels; the map makes sure that none stands there twice.
    fn targets(&self) -> BTreeMap<Labels, &TargetHealth> {
        let told = self.targets.iter().filter(|target| self.all || target.used);
        told.map(|target| (labels(target), target)).collect()
    }

    /// The breakers that are told: those of such targets, and what is shared if there is something to tell of it.
    fn breakers(&self) -> BTreeMap<Labels, &Scope> {
        let mut breakers = BTreeMap::new();
        for target in &self.targets {
            let told = self.all || target.used;
            for (name, scope) in scopes(target) {
                if told || name != "target" && !scope.is_fresh() {
                    breakers.insert(shared_labels(name, target), scope);
                }
            }
        }
        breakers
    }
}

impl Collector for Page {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        write(&mut encoder, &TARGETS, &self.targets())?;
        write(&mut encoder, &BREAKERS, &self.breakers())
    }
}

fn write<T>(
    encoder: &mut DescriptorEncoder<'_>,
    families: &[Family<T>],
    rows: &BTreeMap<Labels, &T>,
) -> fmt::Result {
    for family in families {
        let mut told =
            encoder.encode_descriptor(family.name, family.help, None, MetricType::Gauge)?;
        for (labels, row) in rows {
            if let Some(value) = (family.read)(row) {
                ConstGauge::new(value).encode(told.encode_family(labels)?)?;
            }
        }
    }
    Ok(())
}

fn labels(target: &TargetHealth) -> Labels {
    vec![
        ("provider", target.provider.to_string()),
        ("model", target.model.to_string()),
        ("upstream_model", target.upstream_model.to_string()),
        ("credential", target.credential.to_string()),
    ]
}

fn scopes(target: &TargetHealth) -> [(&'static str, &Scope); 3] {
    [
        ("endpoint", &target.endpoint_breaker),
        ("credential", &target.credential_breaker),
        ("target", &target.target_breaker),
    ]
}

/// The labels of a breaker: only what all that it stands before have in common.
fn shared_labels(scope: &'static str, target: &TargetHealth) -> Labels {
    let mut shared = vec![("scope", scope.to_owned())];
    shared.extend(labels(target).into_iter().filter(|(name, _)| match scope {
        "endpoint" => *name == "provider",
        "credential" => matches!(*name, "provider" | "credential"),
        _ => true,
    }));
    shared
}

fn seconds(millis: u64) -> f64 {
    std::time::Duration::from_millis(millis).as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLOSED: Scope = Scope {
        state: "closed",
        cause: None,
        next_probe_ms: None,
        cooling_ms: None,
        openings: 0,
        samples: 0,
        failures: 0,
    };

    fn target(model: &str, used: bool) -> TargetHealth {
        TargetHealth {
            provider: "p\"1\\".into(),
            model: model.into(),
            upstream_model: "a/b\nc:d".into(),
            credential: 0,
            ready: true,
            used,
            endpoint_breaker: CLOSED,
            credential_breaker: CLOSED,
            target_breaker: CLOSED,
            in_flight: 2,
            waiting: 1,
            limit: 64,
            allowed: 64,
            expected_first_ms: used.then_some(1_250),
            p99_first_ms: None,
            expected_total_ms: None,
        }
    }

    #[test]
    fn what_was_never_used_is_told_only_when_asked_for() {
        let text = told(vec![target("x", true), target("y", false)], false).unwrap();
        assert!(text.contains("# TYPE tiergate_target_ready gauge\n"));
        assert!(text.contains(
            "tiergate_target_expected_first_seconds{provider=\"p\\\"1\\\\\",model=\"x\",\
             upstream_model=\"a/b\\nc:d\",credential=\"0\"} 1.25\n"
        ));
        assert!(!text.contains("model=\"y\""));
        let text = told(vec![target("x", true), target("y", false)], true).unwrap();
        assert!(text.contains("model=\"y\""));
        assert!(!text.contains("EOF"));
    }

    #[test]
    fn a_breaker_that_is_shared_stands_once_and_its_targets_do_not_fill_the_page() {
        let open = Scope {
            state: "open",
            next_probe_ms: Some(2_500),
            openings: 1,
            ..CLOSED
        };
        let down = |model| TargetHealth {
            ready: false,
            endpoint_breaker: open,
            ..target(model, false)
        };
        let text = told(vec![down("x"), down("y")], false).unwrap();
        let rows: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(
            rows,
            [
                "tiergate_breaker_state{scope=\"endpoint\",provider=\"p\\\"1\\\\\"} 2.0",
                "tiergate_breaker_openings{scope=\"endpoint\",provider=\"p\\\"1\\\\\"} 1.0",
                "tiergate_breaker_next_probe_seconds{scope=\"endpoint\",provider=\"p\\\"1\\\\\"} 2.5",
            ]
        );
    }
}
