//! The gateway inside a program: it serves on a free port of this machine and is asked one question.
#![expect(clippy::print_stdout, reason = "a program for a person to read")]

use std::sync::Arc;

use tiergate_catalog::{Catalog, Tier};
use tiergate_policy::{KeyDigest, MemoryKeys, Principal};
use tiergate_providers::Demo;
use tiergate_router::Router;
use tiergate_server::{App, Live, Settings, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

const SECRET: &str = "a-secret-for-this-example";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let router = Router::builder(Catalog::bundled())
        .provider(Demo::new().named("openai"))
        .build()?;
    let team = Principal::new("team").with_max_tier(Tier::Premium);
    let keys = MemoryKeys::from_iter([(KeyDigest::try_new(SECRET)?, team)]);
    let app = App::new(
        router,
        Live {
            settings: Settings::default(),
            keys,
        },
    );

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let (stop, stopped) = oneshot::channel::<()>();
    let gateway = tokio::spawn(serve(Arc::new(app), listener, async move {
        let _ = stopped.await;
    }));

    let body = r#"{"model":"auto","messages":[{"role":"user","content":"Why is the sky blue?"}]}"#;
    let head = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {SECRET}\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let mut connection = TcpStream::connect(address).await?;
    connection.write_all((head + body).as_bytes()).await?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await?;
    println!("{answer}");

    let _ = stop.send(());
    gateway.await??;
    Ok(())
}
