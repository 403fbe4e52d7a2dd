//! A proxy between a client and a server on this machine that misbehaves call by call, as told.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// The largest request that is taken, headers and body.
const MAX_REQUEST: usize = 4 << 20;

/// An HTTP request as the proxy saw it.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The method, e.g. `GET`.
    pub method: String,
    /// The path with its query.
    pub target: String,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// What the proxy does with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Passes it on, and the answer back.
    None,
    /// Answers itself.
    Answer {
        /// The HTTP status.
        status: u16,
        /// The headers.
        headers: Vec<(String, String)>,
        /// The body.
        body: Vec<u8>,
    },
    /// Waits, then passes it on.
    Delay(Duration),
    /// Passes it on, and breaks the connection after so many bytes of the answer's body.
    Truncate(usize),
    /// Breaks the connection without an answer.
    Reset,
    /// Never answers.
    Hang,
}

/// A running proxy; it stops when dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Proxy {
    /// Starts a proxy on a free port of this machine, before the server at `upstream`. `decide` is asked for every
    /// request what to do with it.
    ///
    /// # Errors
    /// Where no port can be had.
    pub async fn start(
        upstream: SocketAddr,
        decide: impl Fn(&Request) -> Fault + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let decide = Arc::new(decide);
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let decide = decide.clone();
                // A connection that breaks is the client's to notice.
                connections.spawn(async move { drop(serve(client, upstream, &*decide).await) });
                while connections.try_join_next().is_some() {}
            }
        });
        Ok(Self { address, task })
    }

    /// The URL to give to the client.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut client: TcpStream,
    upstream: SocketAddr,
    decide: &(dyn Fn(&Request) -> Fault + Sync),
) -> io::Result<()> {
    let (request, raw) = read_request(&mut client).await?;
    match decide(&request) {
        Fault::Answer { status, headers, body } => {
            let mut head =
                format!("HTTP/1.1 {status} Fault\r\ncontent-length: {}\r\nconnection: close\r\n", body.len());
            for (name, value) in headers {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
            client.write_all(format!("{head}\r\n").as_bytes()).await?;
            client.write_all(&body).await?;
            client.shutdown().await
        }
        Fault::Reset => Ok(()),
        Fault::Hang => std::future::pending().await,
        Fault::Delay(wait) => {
            tokio::time::sleep(wait).await;
            pass_on(client, upstream, &raw, usize::MAX).await
        }
        Fault::Truncate(bytes) => pass_on(client, upstream, &raw, bytes).await,
        Fault::None => pass_on(client, upstream, &raw, usize::MAX).await,
    }
}

async fn read_request(client: &mut TcpStream) -> io::Result<(Request, Vec<u8>)> {
    let bad = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let mut raw = Vec::new();
    let head_end = loop {
        if let Some(end) = raw.windows(4).position(|w| w == b"\r\n\r\n") {
            break end + 4;
        }
        if client.read_buf(&mut raw).await? == 0 || raw.len() > MAX_REQUEST {
            return Err(bad("no whole request"));
        }
    };
    let head = String::from_utf8_lossy(&raw[..head_end]).into_owned();
    let mut lines = head.lines();
    let mut start = lines.next().unwrap_or_default().split(' ');
    let (method, target) = (start.next().unwrap_or_default().to_owned(), start.next().unwrap_or_default().to_owned());
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let mut request = Request { method, target, headers, body: Vec::new() };
    let length: usize =
        request.header("content-length").map_or(Ok(0), str::parse).map_err(|_| bad("content-length"))?;
    while raw.len() < head_end + length {
        if client.read_buf(&mut raw).await? == 0 || raw.len() > MAX_REQUEST {
            return Err(bad("no whole body"));
        }
    }
    request.body = raw[head_end..].to_vec();
    // One request a connection keeps the proxy simple; the client opens another.
    let mut sent = Vec::with_capacity(raw.len() + 32);
    let line_end = raw.windows(2).position(|w| w == b"\r\n").unwrap_or(0) + 2;
    sent.extend_from_slice(&raw[..line_end]);
    sent.extend_from_slice(b"connection: close\r\n");
    for line in head[line_end..].split_inclusive("\r\n") {
        if !line.to_ascii_lowercase().starts_with("connection:") {
            sent.extend_from_slice(line.as_bytes());
        }
    }
    sent.extend_from_slice(&raw[head_end..]);
    Ok((request, sent))
}

async fn pass_on(mut client: TcpStream, upstream: SocketAddr, raw: &[u8], body_bytes: usize) -> io::Result<()> {
    let mut server = TcpStream::connect(upstream).await?;
    server.write_all(raw).await?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer).await?;
    let head_end = answer.windows(4).position(|w| w == b"\r\n\r\n").map_or(answer.len(), |end| end + 4);
    let (head, body) = answer.split_at(head_end);
    client.write_all(head).await?;
    client.write_all(&body[..body.len().min(body_bytes)]).await?;
    client.shutdown().await
}
