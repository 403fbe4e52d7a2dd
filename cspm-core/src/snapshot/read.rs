//! A file to an inventory, one resource at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;

use jiff::Timestamp;
use serde::de::DeserializeOwned;

use super::row::{CallRow, GapRow, Names, Row};
use super::text::{Bounds, Fault, Text};
use super::{
    MARK, MAX_BYTES, MAX_FOREIGN_BYTES, MAX_FOREIGN_VALUES, MAX_RESOURCE_BYTES, MAX_RESOURCE_VALUES, MAX_VALUES,
    VERSION,
};
use crate::{Account, CallCounts, CallKey, Error, ErrorKind, Gap, Resource, Result};

/// How much of a resource is read.
const RESOURCE: Bounds = Bounds { bytes: (MAX_RESOURCE_BYTES, ""), values: (MAX_RESOURCE_VALUES, "") };
/// How much of what comes before the resources.
const HEADER: Bounds = Bounds { bytes: (64 << 20, ""), values: (8_000_000, "") };
/// What begins every file that zstd compressed.
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// What an error says that the caller set, where it did.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Limits {
    pub(super) max_bytes: Option<u64>,
    pub(super) max_values: Option<u64>,
}

impl Limits {
    fn bounds(self, max_bytes: u64, max_values: u64) -> Bounds {
        Bounds {
            bytes: (self.max_bytes.unwrap_or(max_bytes), "max_bytes"),
            values: (self.max_values.unwrap_or(max_values), "max_values"),
        }
    }
}

/// A file that was opened.
pub(super) enum Opened {
    /// A snapshot, read up to its resources.
    Snapshot(Box<Reading>),
    /// What an import made of JSON of another shape.
    Imported(Vec<Gap>, Vec<Resource>),
}

/// What comes before the resources of a snapshot.
#[derive(Debug, Default)]
pub(super) struct Header {
    pub(super) calls: BTreeMap<CallKey, CallCounts>,
    pub(super) gaps: Vec<Gap>,
    /// The kinds that were asked for; others that are not here are not known to be absent.
    pub(super) listed: BTreeSet<Arc<str>>,
    /// What tells its accounts from others of their names.
    pub(super) accounts: Vec<Account>,
    collected_at: Option<Timestamp>,
}

type Input = Box<dyn BufRead + Send>;

/// A snapshot while it is read: of its resources, those taken are no longer in memory here.
pub(super) struct Reading {
    name: String,
    text: Text<Input>,
    value: Vec<u8>,
    names: Names,
    pub(super) header: Header,
    collected_at: Timestamp,
    /// The provider and the account of each resource so far.
    pub(super) accounts: BTreeSet<(Arc<str>, Arc<str>)>,
    resources: u64,
    pub(super) over: bool,
}

/// Opens a snapshot. `import` is asked for JSON that is not one.
pub(super) fn open(
    name: &str,
    input: impl Read + Send + 'static,
    limits: Limits,
    import: &dyn Fn(&serde_json::Value) -> Option<Result<Vec<Resource>>>,
) -> Result<Opened> {
    let io_failed = |e| failed(name, Fault::Io(e));
    let mut input = BufReader::with_capacity(1 << 16, input);
    let mut input: Input = match input.fill_buf().map_err(io_failed)?.starts_with(&ZSTD) {
        true => decompressed(input).map_err(io_failed)?,
        false => Box::new(input),
    };
    if !first_key_is_mark(&mut input).map_err(io_failed)? {
        let text = Text::new(input, limits.bounds(MAX_FOREIGN_BYTES, MAX_FOREIGN_VALUES));
        return foreign(name, text, import);
    }
    let mut reading = Reading {
        name: name.to_owned(),
        text: Text::new(input, limits.bounds(MAX_BYTES, MAX_VALUES)),
        value: Vec::new(),
        names: Names::default(),
        header: Header::default(),
        collected_at: Timestamp::UNIX_EPOCH,
        accounts: BTreeSet::new(),
        resources: 0,
        over: false,
    };
    reading.begin()?;
    Ok(Opened::Snapshot(Box::new(reading)))
}

/// JSON of another program's shape.
fn foreign(
    name: &str,
    mut text: Text<Input>,
    import: &dyn Fn(&serde_json::Value) -> Option<Result<Vec<Resource>>>,
) -> Result<Opened> {
    let mut value = Vec::new();
    let unbounded = Bounds { bytes: (u64::MAX, ""), values: (u64::MAX, "") };
    text.value(&mut value, unbounded).map_err(|fault| failed(name, fault))?;
    let json: serde_json::Value = serde_json::from_slice(&value)
        .map_err(|e| Error::new(ErrorKind::Format, format!("read the snapshot {name}")).with_source(e))?;
    if text.peek().map_err(|fault| failed(name, fault))?.is_some() {
        return Err(failed(name, Fault::Syntax("there is more behind its end".to_owned())));
    }
    match import(&json) {
        Some(resources) => {
            let resources =
                resources.map_err(|e| Error::new(e.kind(), format!("read the snapshot {name}")).with_source(e))?;
            let (gaps, resources) = imported(resources);
            Ok(Opened::Imported(gaps, resources))
        }
        None => Err(Error::new(ErrorKind::Format, format!("read {name} as a snapshot"))
            .with_help(format!("it is JSON, but does not begin with the key {MARK:?}"))),
    }
}

/// What an import gives: a resource that is unread as a whole stands for a list that was not made.
fn imported(all: Vec<Resource>) -> (Vec<Gap>, Vec<Resource>) {
    let (mut gaps, mut resources) = (Vec::new(), Vec::new());
    for resource in all {
        match resource.data.unread().cloned() {
            None => resources.push(resource),
            Some(unread) => {
                let Resource { kind, provider, account, region, .. } = resource;
                gaps.push(Gap { kind, provider, account, region, unread });
            }
        }
    }
    (gaps, resources)
}

/// Looks at the first key of the JSON object without taking anything from the input.
fn first_key_is_mark(input: &mut impl BufRead) -> io::Result<bool> {
    let mut rest = input.fill_buf()?.trim_ascii_start();
    for token in ["{", "\"", MARK, "\""] {
        match rest.strip_prefix(token.as_bytes()) {
            Some(after) => rest = if token == "{" { after.trim_ascii_start() } else { after },
            None => return Ok(false),
        }
    }
    Ok(true)
}

#[cfg(feature = "zstd")]
fn decompressed(input: impl BufRead + Send + 'static) -> io::Result<Input> {
    Ok(Box::new(BufReader::with_capacity(1 << 16, zstd::Decoder::with_buffer(input)?)))
}

#[cfg(not(feature = "zstd"))]
fn decompressed(_: impl BufRead + Send + 'static) -> io::Result<Input> {
    Err(io::Error::other("it is compressed, and this program is built without the feature zstd"))
}

impl Reading {
    /// Reads what comes before the resources.
    fn begin(&mut self) -> Result<()> {
        self.one_of(b"{")?;
        loop {
            let key = self.key()?;
            if key == "resources" {
                let known = self.header.collected_at;
                self.collected_at = known.ok_or_else(|| self.syntax("collected_at must come before resources"))?;
                self.one_of(b"[")?;
                return Ok(());
            }
            self.take(HEADER)?;
            match key.as_str() {
                MARK => {
                    let version: u64 = self.parsed()?;
                    if version != VERSION {
                        let error = Error::new(ErrorKind::Version, format!("read the snapshot {}", self.name));
                        let what = "version of the snapshot format";
                        return Err(error.with_source(format!("{what} is {version}, and this program reads {VERSION}")));
                    }
                }
                "collected_at" => self.header.collected_at = Some(self.parsed()?),
                "kinds" => self.header.listed = self.parsed()?,
                "accounts" => self.header.accounts = self.parsed()?,
                "calls" => {
                    let rows: Vec<CallRow> = self.parsed()?;
                    self.header.calls = rows.into_iter().map(|row| (row.key, row.counts)).collect();
                }
                "gaps" => self.header.gaps = self.parsed::<Vec<GapRow>>()?.into_iter().map(Gap::from).collect(),
                _ => {}
            }
            if self.one_of(b",}")? == b'}' {
                return Err(self.syntax("missing field `resources`"));
            }
        }
    }

    /// The next resources, until so many bytes were read; [`Reading::over`] says whether these are the last.
    pub(super) fn batch(&mut self, bytes: u64) -> Result<Vec<Resource>> {
        let mut batch = Vec::new();
        let end = self.text.bytes().saturating_add(bytes);
        while !self.over && self.text.bytes() < end {
            batch.extend(self.next()?);
        }
        Ok(batch)
    }

    fn next(&mut self) -> Result<Option<Resource>> {
        let empty = self.resources == 0 && self.text.peek().map_err(|fault| failed(&self.name, fault))? == Some(b']');
        if (self.resources > 0 || empty) && self.one_of(b",]")? == b']' {
            self.end()?;
            return Ok(None);
        }
        self.resources += 1;
        self.take(RESOURCE)?;
        let row: Row = self.parsed()?;
        let resource = row.resource(self.collected_at, &mut self.names).map_err(|what| self.syntax(&what))?;
        let place = (resource.provider.clone(), resource.account.clone());
        if !self.accounts.contains(&place) {
            self.accounts.insert(place);
        }
        Ok(Some(resource))
    }

    /// Reads what comes behind the resources.
    fn end(&mut self) -> Result<()> {
        while self.one_of(b",}")? == b',' {
            let key = self.key()?;
            if ["collected_at", "kinds", "accounts", "calls", "gaps", "resources"].contains(&key.as_str()) {
                return Err(self.syntax(&format!("{key} comes behind resources")));
            }
            self.take(HEADER)?;
        }
        self.over = true;
        match self.text.peek().map_err(|fault| failed(&self.name, fault))? {
            None => Ok(()),
            Some(_) => Err(self.syntax("there is more behind its end")),
        }
    }

    fn key(&mut self) -> Result<String> {
        self.take(RESOURCE)?;
        let key = self.parsed()?;
        self.one_of(b":")?;
        Ok(key)
    }

    fn one_of(&mut self, wanted: &[u8]) -> Result<u8> {
        self.text.one_of(wanted).map_err(|fault| failed(&self.name, fault))
    }

    fn take(&mut self, most: Bounds) -> Result<()> {
        self.text.value(&mut self.value, most).map_err(|fault| failed(&self.name, fault))
    }

    /// The value that was taken.
    fn parsed<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.value).map_err(|e| {
            let message = e.to_string();
            // The place is that within the value, which nobody can look up.
            self.syntax(message.split(" at line ").next().unwrap_or(&message))
        })
    }

    fn syntax(&self, what: &str) -> Error {
        let place = match self.resources {
            0 => String::new(),
            number => format!("in resource number {number}, which ends at byte {}, ", self.text.bytes()),
        };
        failed(&self.name, Fault::Syntax(format!("{place}{what}")))
    }
}

fn failed(name: &str, fault: Fault) -> Error {
    let error = |kind| Error::new(kind, format!("read the snapshot {name}"));
    let cut = |error: Error| error.with_help("the file ends too early: was it copied or written completely?");
    match fault {
        Fault::Io(e) if e.kind() == io::ErrorKind::UnexpectedEof => cut(error(ErrorKind::Io).with_source(e)),
        Fault::Io(e) => error(ErrorKind::Io).with_source(e),
        Fault::End => cut(error(ErrorKind::Format)),
        Fault::Limit(what) => error(ErrorKind::Limit).with_source(what),
        Fault::Syntax(what) => error(ErrorKind::Format).with_source(what),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Data, Reason, Unread};

    #[test]
    fn an_import_may_say_which_lists_it_does_not_have() {
        let unread = Arc::new(Unread::new(Reason::NotGiven, "x:List"));
        let [kind, provider, account, region] = ["x_server", "x", "1", "north"].map(Arc::from);
        let gap = Gap { kind, provider, account, region, unread };
        let stand_in = gap.stand_in(Timestamp::UNIX_EPOCH);
        let known = Resource { uid: "x:1".into(), data: Data::Null, ..stand_in.clone() };
        let import = |_: &serde_json::Value| Some(Ok(vec![stand_in.clone(), known.clone()]));
        let opened = open("servers.json", &b"{}"[..], Limits::default(), &import).unwrap();
        assert!(matches!(opened, Opened::Imported(gaps, resources) if gaps == [gap] && resources == [known.clone()]));
    }
}
