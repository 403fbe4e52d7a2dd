//! A server of moto.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use cspm::testkit::Request;

use super::http::{self, Answer};
use super::python;

/// A server of moto; it ends when this is dropped, or with the process.
pub struct Moto {
    pub address: SocketAddr,
    server: Child,
}

impl Moto {
    /// Starts a server with an empty account.
    pub fn start(interpreter: &Path) -> Self {
        let mut command = Command::new(interpreter);
        command.arg(python::root().join("tests/support/moto_server.py"));
        command.env("MOTO_IAM_LOAD_MANAGED_POLICIES", "true");
        let mut server =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("Python runs");
        let mut port = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut port).unwrap();
        let port: u16 = port.trim().parse().expect("moto says its port: is moto[server] installed?");
        Self { address: ([127, 0, 0, 1], port).into(), server }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Makes a call of a service with the query protocol, as nobody in particular.
    pub fn query(&self, service: &str, region: &str, form: &str) -> Answer {
        let scope = format!("Credential=test/20260101/{region}/{service}/aws4_request");
        let authorization = format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0");
        let of_form = ("content-type", "application/x-www-form-urlencoded");
        let answer = self.post("/", form, &[("authorization", &authorization), of_form]);
        assert_eq!(answer.status, 200, "{form}: {}", answer.text());
        answer
    }

    /// Whether IAM is enforced from now on.
    pub fn enforce(&self, on: bool) {
        let calls_without = if on { "0" } else { "inf" };
        assert_eq!(self.post("/moto-api/reset-auth", calls_without, &[]).status, 200);
    }

    fn post(&self, path: &str, body: &str, headers: &[(&str, &str)]) -> Answer {
        let host = self.address.to_string();
        let length = body.len().to_string();
        let own = [("host", host.as_str()), ("content-length", length.as_str())];
        let headers = own.iter().chain(headers).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let (method, target) = ("POST".to_owned(), path.to_owned());
        let request = Request { method, target, headers: headers.collect(), body: body.as_bytes().to_vec() };
        http::send(self.address, &request).unwrap()
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        // Closing its input ends it too; this is sooner.
        drop(self.server.kill());
        drop(self.server.wait());
    }
}
