//! A server on this machine that answers as a target wants.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, RwLock};

/// What is answered to a path, with its query; the second is what was sent.
type Answer = dyn Fn(&str, &[u8]) -> Vec<u8> + Send + Sync;

/// A server whose answers are changed from run to run.
pub struct Server {
    pub url: String,
    answer: Arc<RwLock<Box<Answer>>>,
}

impl Server {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let answer: Arc<RwLock<Box<Answer>>> = Arc::new(RwLock::new(Box::new(|_, _| Vec::new())));
        let shared = answer.clone();
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let answer = shared.clone();
                std::thread::spawn(move || serve(connection, &answer));
            }
        });
        Self { url, answer }
    }

    /// From now on these answers are given.
    pub fn answers(&self, answer: impl Fn(&str, &[u8]) -> Vec<u8> + Send + Sync + 'static) {
        *self.answer.write().expect("no thread has panicked") = Box::new(answer);
    }
}

/// Answers the requests of a connection with status 200, until it ends.
fn serve(connection: TcpStream, answer: &RwLock<Box<Answer>>) -> Option<()> {
    connection.set_nodelay(true).ok()?;
    let mut reader = BufReader::new(connection.try_clone().ok()?);
    let mut writer = connection;
    loop {
        let mut first = String::new();
        reader.read_line(&mut first).ok().filter(|n| *n > 0)?;
        let path = first.split(' ').nth(1)?.to_owned();
        let mut length = 0;
        loop {
            let mut header = String::new();
            reader.read_line(&mut header).ok().filter(|n| *n > 0)?;
            if header.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = header.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().ok()?;
            }
        }
        let mut sent = vec![0; length];
        reader.read_exact(&mut sent).ok()?;
        let body = (answer.read().ok()?)(&path, &sent);
        let kind = if body.starts_with(b"<") { "text/xml" } else { "application/json" };
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n", body.len());
        writer.write_all(&[head.as_bytes(), &body].concat()).ok()?;
    }
}
