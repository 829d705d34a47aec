//! When to come back, in all the ways in which hosts say it.

use std::time::{Duration, UNIX_EPOCH};

use http::{HeaderMap, header};

/// The longest wait that is believed.
const LONGEST: f64 = 300.0;

/// Reads how long to wait, 0 to 300 s; `now` is in seconds since the Unix epoch.
///
/// In this order, and what is not understood counts as absent: `retry-after-ms` (milliseconds),
/// `retry-after` (seconds, fractions too, or an HTTP date), the `x-ratelimit-reset*` of what is used
/// up (seconds, a duration such as `6m0s`, or seconds or milliseconds since the epoch), a hint inside
/// the body, the words of the message (`try again in 41.7s`), and the shortest `x-ratelimit-reset*`.
pub(crate) fn retry_after(
    headers: &HeaderMap,
    hint: Option<&str>,
    message: &str,
    now: i64,
) -> Option<Duration> {
    let now = date(headers).unwrap_or(now);
    let (used_up, shortest) = resets(headers, now);
    let seconds = explicit(headers, now)
        .or(used_up)
        .or_else(|| hint.and_then(|hint| instant_or_duration(hint, now)))
        .or_else(|| words(message))
        .or(shortest)?;
    Some(Duration::from_secs_f64(seconds.clamp(0.0, LONGEST)))
}

fn explicit(headers: &HeaderMap, now: i64) -> Option<f64> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let milliseconds = text("retry-after-ms").and_then(number);
    milliseconds.map(|value| value / 1000.0).or_else(|| {
        let value = text("retry-after")?;
        number(value).or_else(|| Some(seconds_until(http_date(value)?, now)))
    })
}

/// The longest of the limits that are used up, and the shortest of all: where something is left of each, too little of
/// one is left for the request, and nothing tells of which.
fn resets(headers: &HeaderMap, now: i64) -> (Option<f64>, Option<f64>) {
    let mut used_up: Option<f64> = None;
    let mut shortest: Option<f64> = None;
    for (name, value) in headers {
        let Some(limit) = name.as_str().strip_prefix("x-ratelimit-reset") else {
            continue;
        };
        let Ok(text) = value.to_str() else {
            continue;
        };
        let wait = match limit {
            "-ms" => number(text).map(|value| value / 1000.0),
            _ => instant_or_duration(text, now),
        };
        let Some(wait) = wait else {
            continue;
        };
        let remaining = headers.get(format!("x-ratelimit-remaining{limit}"));
        if remaining.is_some_and(|left| left.as_bytes() == b"0") {
            used_up = Some(used_up.unwrap_or(0.0).max(wait));
        }
        shortest = Some(shortest.unwrap_or(wait).min(wait));
    }
    (used_up, shortest)
}

/// A duration, or a moment as seconds or milliseconds since the epoch.
fn instant_or_duration(text: &str, now: i64) -> Option<f64> {
    match number(text.trim()) {
        Some(value) if value > 1e12 => Some(seconds_until(value / 1000.0, now)),
        Some(value) if value > 1e9 => Some(seconds_until(value, now)),
        Some(value) => Some(value),
        None => duration(text.trim()),
    }
}

/// A finite number that is not negative.
fn number(text: &str) -> Option<f64> {
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    text.parse().ok().filter(|_| plain && !text.is_empty())
}

/// `1h2m3.5s`, `120ms`, `12 seconds`.
fn duration(text: &str) -> Option<f64> {
    let mut rest = text;
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
        let (value, after) = rest.split_at(digits);
        let after = after.trim_start();
        let letters = after.find(|c: char| !c.is_ascii_alphabetic());
        let (unit, after) = after.split_at(letters.unwrap_or(after.len()));
        let unit = match unit {
            "ms" | "milliseconds" => 0.001,
            "s" | "sec" | "second" | "seconds" => 1.0,
            "m" | "min" | "minute" | "minutes" => 60.0,
            "h" | "hour" | "hours" => 3600.0,
            "d" | "day" | "days" => 86_400.0,
            _ => return None,
        };
        seconds += number(value)? * unit;
        rest = after.trim_start();
    }
    (!text.is_empty()).then_some(seconds)
}

/// `…try again in 41.724s.`, `…retry after 12 seconds…`
fn words(message: &str) -> Option<f64> {
    let text = message.to_ascii_lowercase();
    let after = ["try again in ", "retry in ", "retry after "]
        .iter()
        .find_map(|phrase| text.split_once(phrase).map(|(_, after)| after))?;
    let mut words = after.split_whitespace();
    let first = words.next()?.trim_end_matches([',', ';', ')']);
    let first = first.strip_suffix('.').unwrap_or(first);
    duration(first).or_else(|| {
        let unit = words.next()?.trim_end_matches(['.', ',', ';', ')']);
        duration(&format!("{first} {unit}"))
    })
}

/// The host's own clock, against which its dates are meant.
fn date(headers: &HeaderMap) -> Option<i64> {
    let seconds = http_date(headers.get(header::DATE)?.to_str().ok()?)?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an HTTP date has a year of four digits"
    )]
    Some(seconds as i64)
}

fn http_date(text: &str) -> Option<f64> {
    let moment = httpdate::parse_http_date(text).ok()?;
    let since = moment.duration_since(UNIX_EPOCH).ok()?;
    Some(since.as_secs_f64())
}

fn seconds_until(moment: f64, now: i64) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "seconds since the epoch are far below 2^52"
    )]
    let now = now as f64;
    (moment - now).max(0.0)
}

#[cfg(test)]
mod tests {
    use http::HeaderName;
    use proptest::prelude::*;

    use super::*;

    /// 2026-11-21 00:00:00 UTC.
    const NOW: i64 = 1_795_219_200;

    #[track_caller]
    fn check(headers: &[(&str, &str)], hint: Option<&str>, message: &str, expected: Option<f64>) {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (HeaderName::try_from(*name).unwrap(), value.parse().unwrap()))
            .collect();
        let wait = retry_after(&headers, hint, message, NOW);
        assert_eq!(
            wait.map(|wait| wait.as_secs_f64()),
            expected,
            "{headers:?} {hint:?} {message}"
        );
    }

    #[test]
    fn headers_in_all_forms() {
        for (name, value, expected) in [
            ("retry-after", "7", Some(7.0)),
            ("retry-after", " 1.5 ", Some(1.5)),
            ("retry-after", "0", Some(0.0)),
            ("retry-after", "86400", Some(300.0)),
            ("retry-after", "Sat, 21 Nov 2026 00:00:42 GMT", Some(42.0)),
            ("retry-after", "Sat, 21 Nov 2026 02:00:00 GMT", Some(300.0)),
            ("retry-after", "Fri, 20 Nov 2026 00:00:42 GMT", Some(0.0)),
            ("retry-after", "soon", None),
            ("retry-after", "-3", None),
            ("retry-after", "1e3", None),
            ("retry-after", "NaN", None),
            ("retry-after", "", None),
            ("retry-after-ms", "250", Some(0.25)),
            ("x-ratelimit-reset", "12", Some(12.0)),
            ("x-ratelimit-reset", "1795219260", Some(60.0)),
            ("x-ratelimit-reset", "1795219205000", Some(5.0)),
            ("x-ratelimit-reset-ms", "1500", Some(1.5)),
            ("x-ratelimit-reset-requests", "2m3.5s", Some(123.5)),
            ("x-ratelimit-reset-tokens", "120ms", Some(0.12)),
            ("x-ratelimit-reset-tokens", "later", None),
        ] {
            check(&[(name, value)], None, "", expected);
        }
    }

    #[test]
    fn the_most_precise_word_wins() {
        check(
            &[("retry-after", "2"), ("retry-after-ms", "1500")],
            None,
            "",
            Some(1.5),
        );
        check(
            &[("retry-after", "junk"), ("x-ratelimit-reset", "9")],
            None,
            "",
            Some(9.0),
        );
        check(
            &[("retry-after", "2"), ("x-ratelimit-reset", "9")],
            None,
            "",
            Some(2.0),
        );
        let limits = [
            ("x-ratelimit-reset-requests", "4m0s"),
            ("x-ratelimit-remaining-requests", "70"),
            ("x-ratelimit-reset-tokens", "3s"),
            ("x-ratelimit-remaining-tokens", "0"),
        ];
        check(&limits, None, "", Some(3.0));
        check(&limits[..1], None, "", Some(240.0));
    }

    #[test]
    fn bodies_and_words_speak_last() {
        check(&[], Some("46s"), "", Some(46.0));
        check(&[], Some("1795219260000"), "", Some(60.0));
        check(
            &[],
            None,
            "Rate limit reached. Please try again in 41.724s.",
            Some(41.724),
        );
        check(&[], None, "Please retry after 12 seconds.", Some(12.0));
        check(&[], None, "Please retry in 10h17m5.7s", Some(300.0));
        check(&[], None, "try again in a while", None);
        check(
            &[("retry-after", "1")],
            Some("46s"),
            "try again in 9s",
            Some(1.0),
        );
    }

    #[test]
    fn a_date_is_meant_against_the_hosts_clock() {
        let headers = [
            ("date", "Sat, 21 Nov 2026 01:00:00 GMT"),
            ("retry-after", "Sat, 21 Nov 2026 01:00:05 GMT"),
        ];
        check(&headers, None, "", Some(5.0));
    }

    proptest! {
        #[test]
        fn any_text_is_survived(value in "[ -~]{0,24}|[0-9.]{1,20}(ms|s|m|h)?", message in "\\PC{0,40}") {
            let mut headers = HeaderMap::new();
            for name in ["retry-after", "retry-after-ms", "x-ratelimit-reset"] {
                headers.insert(name, value.parse().unwrap());
            }
            let wait = retry_after(&headers, Some(&value), &format!("retry in {message}"), NOW);
            prop_assert!(wait.is_none_or(|wait| wait <= Duration::from_mins(5)));
        }
    }
}
