//! Whether an Ollama server answers on this machine.

use std::time::Duration;

use http::Uri;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::compose::ollama_origin;
use crate::environment::Environment;
use crate::error::Error;
use crate::probe::Probe;

/// How long the answer may take.
const LIMIT: Duration = Duration::from_millis(200);
/// The longest list of models that is read.
const LONGEST: u64 = 4 << 20;

/// Asks the server of `OLLAMA_HOST`, else of 127.0.0.1:11434, for its models.
pub(super) async fn probe(environment: &Environment) -> Result<Probe, Error> {
    let origin = ollama_origin(environment)?;
    let found = tokio::time::timeout(LIMIT, models(&origin)).await;
    Ok(Probe {
        ollama_models: found.ok().flatten(),
    })
}

/// One HTTP/1.0 exchange in the clear: the answer ends with the connection.
async fn models(origin: &str) -> Option<Vec<String>> {
    let uri: Uri = format!("{origin}/api/tags").parse().ok()?;
    if uri.scheme_str() != Some("http") {
        return None;
    }
    let authority = uri.authority()?;
    let address = (
        authority.host().trim_matches(['[', ']']),
        authority.port_u16()?,
    );
    let mut stream = TcpStream::connect(address).await.ok()?;
    let request = format!(
        "GET {} HTTP/1.0\r\nHost: {authority}\r\nAccept: application/json\r\n\r\n",
        uri.path()
    );
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = Vec::new();
    stream.take(LONGEST).read_to_end(&mut answer).await.ok()?;
    names(&answer)
}

/// The names in `{"models":[{"name":…}]}` of a whole HTTP answer with status 200.
fn names(answer: &[u8]) -> Option<Vec<String>> {
    #[derive(serde::Deserialize)]
    struct Tags {
        models: Vec<Model>,
    }
    #[derive(serde::Deserialize)]
    struct Model {
        name: String,
    }
    let status = answer.strip_prefix(b"HTTP/1.")?.get(1..5)?;
    let head = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let body = answer.get(head + 4..).filter(|_| status == b" 200")?;
    let tags: Tags = serde_json::from_slice(body).ok()?;
    Some(tags.models.into_iter().map(|model| model.name).collect())
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    async fn answered(answer: &'static str) -> Probe {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 1_024];
            let length = stream.read(&mut request).await.unwrap();
            assert!(request[..length].starts_with(b"GET /api/tags HTTP/1.0\r\n"));
            stream.write_all(answer.as_bytes()).await.unwrap();
        });
        let probe = probe(&Environment::from_iter([("OLLAMA_HOST", host)]))
            .await
            .unwrap();
        server.await.unwrap();
        probe
    }

    #[tokio::test]
    async fn a_server_that_answers_is_found() {
        let answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n\
            {\"models\":[{\"name\":\"llama3.2:3b\",\"size\":1},{\"name\":\"qwen3:8b\"}]}";
        let models = answered(answer).await.ollama_models.unwrap();
        assert_eq!(models, ["llama3.2:3b", "qwen3:8b"]);
    }

    #[tokio::test]
    async fn anything_else_is_not_ollama() {
        for answer in [
            "",
            "HTTP/1.0 404 Not Found\r\n\r\n{\"models\":[]}",
            "HTTP/1.0 200 OK\r\n\r\n<html>",
            "SSH-2.0-x\r\n",
        ] {
            assert_eq!(answered(answer).await, Probe::default(), "{answer}");
        }
    }

    #[tokio::test]
    async fn a_silent_or_absent_server_is_none() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let environment = Environment::from_iter([("OLLAMA_HOST", host)]);
        assert_eq!(probe(&environment).await.unwrap(), Probe::default());
        drop(listener);
        assert_eq!(probe(&environment).await.unwrap(), Probe::default());
    }
}
