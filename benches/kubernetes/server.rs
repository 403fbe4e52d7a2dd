//! An endpoint that answers as an API server does: discovery, the version, and lists in pages.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use serde_json::{Value, json};

use super::objects::{TYPES, Type};

/// Tells its port on the standard output, and answers until the standard input is closed.
pub fn run() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?.port());
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            // A connection that breaks is the client's to notice.
            thread::spawn(move || drop(serve(&client)));
        }
    });
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

fn serve(client: &TcpStream) -> io::Result<()> {
    client.set_nodelay(true)?;
    let mut reader = BufReader::new(client);
    let mut writer = client;
    loop {
        let mut first = String::new();
        if reader.read_line(&mut first)? == 0 {
            return Ok(());
        }
        let mut length = 0;
        loop {
            let mut header = String::new();
            reader.read_line(&mut header)?;
            let header = header.trim().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            length = header.strip_prefix("content-length:").map_or(length, |value| value.trim().parse().unwrap_or(0));
        }
        reader.read_exact(&mut vec![0; length])?;
        let target = first.split(' ').nth(1).unwrap_or_default();
        let (status, answer) = answer(target);
        let body = answer.to_string();
        let head = format!(
            "HTTP/1.1 {status} Answer\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        writer.write_all(head.as_bytes())?;
        writer.write_all(body.as_bytes())?;
    }
}

fn answer(target: &str) -> (u16, Value) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    match path {
        "/version" => (200, json!({"major": "1", "minor": "37", "gitVersion": "v1.37.2"})),
        "/apis" => (200, groups()),
        "/apis/authentication.k8s.io/v1/selfsubjectreviews" => {
            (201, json!({"status": {"userInfo": {"username": "bench"}}}))
        }
        _ if path.contains("/namespaces/") => (404, json!({"kind": "Status", "message": "not found", "code": 404})),
        _ => (200, list(path, query)),
    }
}

fn groups() -> Value {
    let mut versions: Vec<_> = TYPES.iter().filter_map(|of| of.api_version.split_once('/')).collect();
    versions.dedup();
    let group = |(group, version): &(&str, &str)| {
        let resources = TYPES.iter().filter(|of| of.api_version.split_once('/') == Some((group, version)));
        let resources: Vec<_> = resources.map(|of| json!({"resource": of.plural})).collect();
        json!({"metadata": {"name": group}, "versions": [{"version": version, "resources": resources}]})
    };
    json!({"kind": "APIGroupDiscoveryList", "items": versions.iter().map(group).collect::<Vec<_>>()})
}

/// A page of a list; one of a type that there is nothing of is empty.
fn list(path: &str, query: &str) -> Value {
    let number = |name: &str| {
        let value = query.split('&').find_map(|part| part.strip_prefix(name)?.strip_prefix('='))?;
        value.parse::<usize>().ok()
    };
    let of = |of: &&Type| {
        path.trim_start_matches("/apis/").trim_start_matches("/api/") == format!("{}/{}", of.api_version, of.plural)
    };
    let (from, limit) = (number("continue").unwrap_or(0), number("limit").unwrap_or(usize::MAX));
    let (items, all) = match TYPES.iter().find(of) {
        Some(of) => {
            let to = from.saturating_add(limit).min(of.in_cluster);
            ((from..to).map(|n| of.listed(n)).collect::<Vec<_>>(), of.in_cluster)
        }
        None => (Vec::new(), 0),
    };
    let to = from + items.len();
    let next = if to < all { to.to_string() } else { String::new() };
    json!({"kind": "List", "metadata": {"resourceVersion": "1", "continue": next}, "items": items})
}
