//! Addresses of APIs.

use http::Uri;

/// What an address must be.
pub(crate) const ADDRESS: &str = "must be an http or https address without user, query or fragment, such as https://api.example.com/v1";

/// An `http` or `https` address without user, query or fragment, a slash at its end removed.
pub(crate) fn address(text: &str) -> Option<&str> {
    let text = text.trim_end_matches('/');
    let uri: Uri = text.parse().ok()?;
    let authority = uri.authority()?;
    let port =
        authority.as_str() == authority.host() || authority.port_u16().is_some_and(|port| port > 0);
    let sound = matches!(uri.scheme_str(), Some("http" | "https"))
        && !authority.host().is_empty()
        && !authority.as_str().contains('@')
        && !text.contains(['?', '#']);
    (sound && port).then_some(text)
}

/// The path of an address, without a slash at its end.
pub(crate) fn path(address: &str) -> &str {
    let after = address.split_once("://").map_or(address, |(_, rest)| rest);
    let path = after.find('/').and_then(|at| after.get(at..));
    path.unwrap_or_default().trim_end_matches('/')
}

/// Whether an address is plain http to anything but this machine.
pub(crate) fn unencrypted(address: &str) -> bool {
    let Ok(uri) = address.parse::<Uri>() else {
        return false;
    };
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    let local = host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback());
    uri.scheme_str() == Some("http") && !local
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_addresses_pass() {
        for text in [
            "http://h",
            "https://h/v1",
            "http://[::1]:8080/a/b",
            "http://10.0.0.7:8000",
        ] {
            assert_eq!(address(text), Some(text));
            assert_eq!(address(&format!("{text}/")), Some(text));
        }
        for text in [
            "",
            "h",
            "h/v1",
            "h:80",
            "ftp://h",
            "http://",
            "http:///x",
            "http://u@h",
            "http://u:p@h",
            "http://h?q",
            "http://h#f",
            "http://h:port",
            "http://h:0",
            "http://h:99999",
            "http://a b",
            "http://h:",
        ] {
            assert_eq!(address(text), None, "{text}");
        }
    }

    #[test]
    fn only_this_machine_may_be_unencrypted() {
        for (text, expected) in [
            ("http://localhost:1/v1", false),
            ("http://127.0.0.1", false),
            ("http://[::1]:1", false),
            ("https://h", false),
            ("http://h", true),
            ("http://10.0.0.7:8000/v1", true),
        ] {
            assert_eq!(unencrypted(text), expected, "{text}");
        }
    }
}
