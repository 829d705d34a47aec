//! Requests as they stand on the wire: heads and lengths.

/// The head of a request.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub method: String,
    pub target: String,
    /// Names in lower case, in the order they came.
    pub headers: Vec<(String, String)>,
    keep: bool,
}

/// How the body of a request is framed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Length {
    Chunked,
    Exactly(usize),
}

/// Bytes that are no HTTP/1 request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Malformed;

/// More is not read of a head.
pub(crate) const MOST_HEAD: usize = 256 * 1024;
/// More is not read of a body.
pub(crate) const MOST_BODY: usize = 256 * 1024 * 1024;

impl Head {
    /// The first head in the bytes and its length, or `None` while more must come.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>, Malformed> {
        let mut headers = [httparse::EMPTY_HEADER; 128];
        let mut request = httparse::Request::new(&mut headers);
        let length = match request.parse(bytes) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) if bytes.len() < MOST_HEAD => return Ok(None),
            _ => return Err(Malformed),
        };
        let (Some(method), Some(target)) = (request.method, request.path) else {
            return Err(Malformed);
        };
        let headers = request.headers.iter();
        let headers: Vec<_> = headers
            .map(|each| {
                let value = String::from_utf8_lossy(each.value).trim().to_owned();
                (each.name.to_ascii_lowercase(), value)
            })
            .collect();
        let keep = request.version == Some(1);
        let mut head = Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers,
            keep,
        };
        if let Some(asked) = head.header("connection") {
            let asked = asked.to_ascii_lowercase();
            head.keep = asked.contains("keep-alive") || keep && !asked.contains("close");
        }
        Ok(Some((head, length)))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// May another request follow on this connection?
    pub(crate) fn keeps(&self) -> bool {
        self.keep
    }

    /// A body that two headers frame differently is none: who forwards it can be tricked.
    pub(crate) fn length(&self) -> Result<Length, Malformed> {
        let named = |name: &'static str| {
            let each = self.headers.iter().filter(move |(known, _)| known == name);
            each.map(|(_, value)| value.as_str())
        };
        let coding = named("transfer-encoding").next();
        let mut lengths = named("content-length");
        match (coding, lengths.next(), lengths.next()) {
            (Some(coding), None, _) if coding.eq_ignore_ascii_case("chunked") => {
                Ok(Length::Chunked)
            }
            (None, Some(length), None) => {
                let digits = length.bytes().all(|byte| byte.is_ascii_digit());
                let length = length.parse().ok().filter(|_| digits);
                let fits = length.filter(|length| *length <= MOST_BODY);
                fits.map(Length::Exactly).ok_or(Malformed)
            }
            (None, None, _) => Ok(Length::Exactly(0)),
            _ => Err(Malformed),
        }
    }
}

/// The decoded body and the bytes it took, or `None` while more must come.
pub(crate) fn chunked(bytes: &[u8]) -> Result<Option<(Vec<u8>, usize)>, Malformed> {
    let mut body = Vec::new();
    let mut at = 0;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let (digits, size) = match httparse::parse_chunk_size(rest) {
            Ok(httparse::Status::Complete(found)) => found,
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(_) => return Err(Malformed),
        };
        let size = usize::try_from(size).or(Err(Malformed))?;
        if body.len().saturating_add(size) > MOST_BODY {
            return Err(Malformed);
        }
        let from = at + digits;
        if size == 0 {
            return Ok(trailers(bytes, from).map(|end| (body, end)));
        }
        let Some(chunk) = bytes.get(from..from + size + 2) else {
            return Ok(None);
        };
        let Some(data) = chunk.strip_suffix(b"\r\n") else {
            return Err(Malformed);
        };
        body.extend_from_slice(data);
        at = from + size + 2;
    }
}

/// The end of the lines after the last chunk.
fn trailers(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let rest = bytes.get(at..)?;
        let line = rest.windows(2).position(|pair| pair == b"\r\n")?;
        at += line + 2;
        if line == 0 {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Head, Length, chunked};

    fn head(text: &str) -> Head {
        Head::parse(text.as_bytes()).unwrap().unwrap().0
    }

    #[test]
    fn heads() {
        assert!(
            Head::parse(b"POST / HTTP/1.1\r\nhost: x\r\n")
                .unwrap()
                .is_none()
        );
        assert!(Head::parse(b"nonsense\r\n\r\n").is_err());
        let read = head("POST /v1?x HTTP/1.1\r\nX-Wall: ok\r\nContent-Length: 7\r\n\r\n");
        assert_eq!((&*read.method, &*read.target), ("POST", "/v1?x"));
        assert_eq!(read.header("x-wall"), Some("ok"));
        assert!(read.keeps());
        assert_eq!(read.length().unwrap(), Length::Exactly(7));
        assert!(!head("GET / HTTP/1.0\r\n\r\n").keeps());
        assert!(!head("GET / HTTP/1.1\r\nconnection: close\r\n\r\n").keeps());
    }

    #[test]
    fn framing_that_can_be_read_twice_is_refused() {
        for lines in [
            "content-length: 1\r\ntransfer-encoding: chunked",
            "content-length: 1\r\ncontent-length: 1",
            "content-length: +1",
            "transfer-encoding: gzip",
        ] {
            let read = head(&format!("POST / HTTP/1.1\r\n{lines}\r\n\r\n"));
            assert!(read.length().is_err(), "{lines}");
        }
    }

    #[test]
    fn chunks() {
        let wire = b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nt: v\r\n\r\nnext";
        for cut in 0..wire.len() - 4 {
            assert!(chunked(&wire[..cut]).unwrap().is_none(), "{cut}");
        }
        let (body, length) = chunked(wire).unwrap().unwrap();
        assert_eq!((&*body, length), (&b"abcde"[..], wire.len() - 4));
        assert!(chunked(b"zz\r\n").is_err());
        assert!(chunked(b"1\r\nabc\r\n").is_err());
    }
}
