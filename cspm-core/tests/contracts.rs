//! Our own implementations against the contracts that we give to others.
#![cfg(feature = "testkit")]
#![allow(clippy::unwrap_used, missing_docs)]

use std::time::{Duration, Instant};

use cspm_core::testkit::{Fault, Proxy, check_collector, check_sink};
use cspm_core::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[tokio::test]
async fn collectors_keep_their_contract() {
    let none = Vec::<String>::new();
    assert_eq!(check_collector(&Memory::new("cmdb", "acme"), Wanted::default()).await, none);
    let mut bytes = Vec::new();
    write_snapshot(&Inventory::default(), &mut bytes).unwrap();
    assert_eq!(check_collector(&Snapshot::from_bytes("empty", bytes), Wanted::default()).await, none);
}

#[tokio::test]
async fn sinks_keep_their_contract() {
    let mut graph = MemoryGraph::default();
    assert_eq!(check_sink(&mut graph).await, Vec::<String>::new());
    assert_eq!((graph.nodes().len(), graph.edges().len()), (2, 1));
}

async fn ask(proxy: &Proxy, target: &str) -> String {
    let address = proxy.url().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(format!("GET {target} HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn the_proxy_misbehaves_as_told() {
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let upstream = server.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = server.accept().await.unwrap();
            let mut buffer = [0; 1024];
            let n = stream.read(&mut buffer).await.unwrap();
            assert!(String::from_utf8_lossy(&buffer[..n]).contains("connection: close"));
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n0123456789").await.unwrap();
        }
    });
    let proxy = Proxy::start(upstream, |request| match request.target.as_str() {
        "/denied" => Fault::Answer { status: 403, headers: vec![("x-a".into(), "b".into())], body: b"no".to_vec() },
        "/slow" => Fault::Delay(Duration::from_millis(50)),
        "/cut" => Fault::Truncate(4),
        "/reset" => Fault::Reset,
        _ => Fault::None,
    })
    .await
    .unwrap();
    assert!(ask(&proxy, "/").await.ends_with("\r\n\r\n0123456789"));
    assert!(ask(&proxy, "/cut").await.ends_with("\r\n\r\n0123"));
    assert_eq!(ask(&proxy, "/reset").await, "");
    let denied = ask(&proxy, "/denied").await;
    assert!(denied.starts_with("HTTP/1.1 403") && denied.contains("x-a: b") && denied.ends_with("no"));
    let began = Instant::now();
    assert!(ask(&proxy, "/slow").await.ends_with("0123456789"));
    assert!(began.elapsed() >= Duration::from_millis(50));
}
