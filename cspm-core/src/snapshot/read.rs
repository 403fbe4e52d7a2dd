//! A file to an inventory, one resource at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::{self, BufReader, Read};
use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{MARK, VERSION};
use crate::account::Names as AccountNames;
use crate::{
    Account, CallCounts, CallKey, Data, Error, ErrorKind, GLOBAL, Gap, Kind, Origin, Resource, Result, Unread,
};

/// What a snapshot holds.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    pub(crate) calls: BTreeMap<CallKey, CallCounts>,
    pub(crate) gaps: Vec<Gap>,
    pub(crate) resources: Vec<Resource>,
    /// The kinds that were asked for; others that are not here are not known to be absent.
    pub(crate) listed: BTreeSet<Arc<str>>,
    /// What tells its accounts from others of their names.
    pub(crate) accounts: Vec<Account>,
}

impl Contents {
    /// Calls its accounts by the names that tell them apart in a scan.
    pub(crate) fn call(&mut self, names: &AccountNames) {
        if names.is_empty() {
            return;
        }
        // The calls do not say their provider; an account that is told apart is one of a cluster, and no other has its name.
        let told =
            |account: &Arc<str>| names.iter().find(|((_, name), _)| name == account).map(|(_, told)| told.clone());
        self.resources = std::mem::take(&mut self.resources).into_iter().map(|r| r.called(names)).collect();
        for gap in &mut self.gaps {
            gap.account = told(&gap.account).unwrap_or_else(|| gap.account.clone());
        }
        self.calls = std::mem::take(&mut self.calls)
            .into_iter()
            .map(|(key, counts)| (CallKey { account: told(&key.account).unwrap_or(key.account), ..key }, counts))
            .collect();
    }

    /// Adds a gap for each of these kinds that was not asked for when the snapshot was taken, in the accounts of its
    /// provider; in all where nobody knows its provider.
    ///
    /// Where nothing was asked for, somebody gave what there is: a file of another program, whose reader said itself what is
    /// missing, or resources of a caller.
    pub(crate) fn gaps_for<'a>(&mut self, wanted: impl Iterator<Item = &'a Arc<str>>, kinds: &[Arc<Kind>]) {
        if self.listed.is_empty() {
            return;
        }
        let places = |r: &Resource| (r.provider.clone(), r.account.clone());
        let accounts: BTreeSet<_> = self.resources.iter().map(places).collect();
        let unread = Arc::new(Unread::skipped().with_detail("not asked for when the snapshot was taken"));
        for kind in wanted.filter(|kind| !self.listed.contains(*kind)) {
            let model = kinds.iter().find(|model| model.name() == kind);
            let of_kind = accounts.iter().filter(|(provider, _)| model.is_none_or(|m| m.provider() == provider));
            self.gaps.extend(of_kind.map(|(provider, account)| Gap {
                kind: kind.clone(),
                provider: provider.clone(),
                account: account.clone(),
                region: GLOBAL.into(),
                unread: unread.clone(),
            }));
        }
    }
}

/// Reads a snapshot. `import` is asked for JSON that is not one.
pub(crate) fn read(
    name: &str,
    input: impl Read,
    max_bytes: u64,
    import: &dyn Fn(serde_json::Value) -> Option<Result<Vec<Resource>>>,
) -> Result<Contents> {
    let failed = |kind, e: Box<dyn std::error::Error + Send + Sync>| {
        Error::new(kind, format!("read the snapshot {name}")).with_source(e)
    };
    let io_failed = |e: io::Error| failed(ErrorKind::Io, e.into());
    let mut input = BufReader::with_capacity(1 << 16, input);
    let input: Box<dyn Read> = match starts_with(&mut input, &[0x28, 0xb5, 0x2f, 0xfd]).map_err(io_failed)? {
        true => decompressed(input).map_err(io_failed)?,
        false => Box::new(input),
    };
    let mut input = BufReader::with_capacity(1 << 16, Limited { input, left: max_bytes, max_bytes });
    let is_snapshot = first_key_is_mark(&mut input).map_err(io_failed)?;
    let classify = |e: serde_json::Error| {
        let kind = if e.is_io() { ErrorKind::Io } else { ErrorKind::Format };
        let help = match e.classify() {
            serde_json::error::Category::Eof => Some("the file ends too early: was it copied or written completely?"),
            _ => None,
        };
        let text = e.to_string();
        let version = text.contains(WRONG_VERSION);
        let error = failed(if version { ErrorKind::Version } else { kind }, e.into());
        match help {
            Some(help) => error.with_help(help),
            None => error,
        }
    };
    if is_snapshot {
        let mut deserializer = serde_json::Deserializer::from_reader(input);
        let contents = deserializer.deserialize_map(File).map_err(classify)?;
        deserializer.end().map_err(classify)?;
        return Ok(contents);
    }
    let value: serde_json::Value = serde_json::from_reader(input).map_err(classify)?;
    match import(value) {
        Some(resources) => resources.map(imported).map_err(|e| failed(e.kind(), e.into())),
        None => Err(Error::new(ErrorKind::Format, format!("read {name} as a snapshot"))
            .with_help(format!("it is JSON, but does not begin with the key {MARK:?}"))),
    }
}

/// What an import gives: a resource that is unread as a whole stands for a list that was not made.
fn imported(resources: Vec<Resource>) -> Contents {
    let mut contents = Contents::default();
    for resource in resources {
        match resource.data.unread().cloned() {
            None => contents.resources.push(resource),
            Some(unread) => {
                let Resource { kind, provider, account, region, .. } = resource;
                contents.gaps.push(Gap { kind, provider, account, region, unread });
            }
        }
    }
    contents
}

/// Text by which the error of a wrong version is known again behind serde's error type.
const WRONG_VERSION: &str = "version of the snapshot format";

/// A reader that fails when there is more than it may give, instead of ending.
struct Limited<R> {
    input: R,
    left: u64,
    max_bytes: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(buffer)?;
        match self.left.checked_sub(n as u64) {
            Some(left) => {
                self.left = left;
                Ok(n)
            }
            None => Err(io::Error::other(format!("it is larger than the limit of {} bytes", self.max_bytes))),
        }
    }
}

fn starts_with(input: &mut impl io::BufRead, magic: &[u8]) -> io::Result<bool> {
    Ok(input.fill_buf()?.starts_with(magic))
}

/// Looks at the first key of the JSON object without taking anything from the input.
fn first_key_is_mark(input: &mut impl io::BufRead) -> io::Result<bool> {
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
fn decompressed<'a>(input: impl io::BufRead + 'a) -> io::Result<Box<dyn Read + 'a>> {
    Ok(Box::new(zstd::Decoder::with_buffer(input)?))
}

#[cfg(not(feature = "zstd"))]
fn decompressed<'a>(_: impl io::BufRead + 'a) -> io::Result<Box<dyn Read + 'a>> {
    Err(io::Error::other("it is compressed, and this program is built without the feature zstd"))
}

struct File;

impl<'de> Visitor<'de> for File {
    type Value = Contents;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a snapshot")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Contents, A::Error> {
        #[derive(Deserialize)]
        struct CallRow {
            #[serde(flatten)]
            key: CallKey,
            #[serde(flatten)]
            counts: CallCounts,
        }
        #[derive(Deserialize)]
        struct GapRow {
            kind: Arc<str>,
            provider: Arc<str>,
            account: Arc<str>,
            region: Arc<str>,
            #[serde(flatten)]
            unread: Unread,
        }
        let mut contents = Contents::default();
        let mut collected_at = None;
        let mut has_resources = false;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                MARK => {
                    let version: u64 = map.next_value()?;
                    if version != VERSION {
                        return Err(A::Error::custom(format_args!(
                            "{WRONG_VERSION} is {version}, and this program reads {VERSION}"
                        )));
                    }
                }
                "collected_at" => collected_at = Some(map.next_value::<Timestamp>()?),
                "kinds" => contents.listed = map.next_value()?,
                "accounts" => contents.accounts = map.next_value()?,
                "calls" => {
                    let rows: Vec<CallRow> = map.next_value()?;
                    contents.calls = rows.into_iter().map(|row| (row.key, row.counts)).collect();
                }
                "gaps" => {
                    let rows: Vec<GapRow> = map.next_value()?;
                    contents.gaps = rows
                        .into_iter()
                        .map(|GapRow { kind, provider, account, region, unread }| {
                            let unread = Arc::new(unread);
                            Gap { kind, provider, account, region, unread }
                        })
                        .collect();
                }
                "resources" => {
                    let collected_at =
                        collected_at.ok_or_else(|| A::Error::custom("collected_at must come before resources"))?;
                    map.next_value_seed(Rows { collected_at, into: &mut contents.resources })?;
                    has_resources = true;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if !has_resources {
            return Err(A::Error::missing_field("resources"));
        }
        Ok(contents)
    }
}

struct Rows<'a> {
    collected_at: Timestamp,
    into: &'a mut Vec<Resource>,
}

impl<'de> DeserializeSeed<'de> for Rows<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Rows<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of resources")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        #[derive(Deserialize)]
        struct UnreadRow {
            path: String,
            #[serde(flatten)]
            unread: Unread,
        }
        #[derive(Deserialize)]
        struct Row {
            uid: Arc<str>,
            kind: Arc<str>,
            provider: Arc<str>,
            account: Arc<str>,
            region: Arc<str>,
            name: Arc<str>,
            #[serde(default)]
            tags: BTreeMap<Arc<str>, Arc<str>>,
            collected_at: Option<Timestamp>,
            origin: Option<Arc<Origin>>,
            data: Data,
            #[serde(default)]
            unread: Vec<UnreadRow>,
        }
        // The same few names come again in every resource: each is held once.
        let mut names = Names::default();
        while let Some(row) = rows.next_element::<Row>()? {
            let mut data = row.data;
            for UnreadRow { path, unread } in row.unread {
                if !data.mark_unread(&path, Arc::new(unread)) {
                    return Err(A::Error::custom(format_args!(
                        "{}: the unread path {path:?} is not in the data",
                        row.uid
                    )));
                }
            }
            self.into.push(Resource {
                uid: row.uid,
                kind: names.one(row.kind),
                provider: names.one(row.provider),
                account: names.one(row.account),
                region: names.one(row.region),
                name: row.name,
                tags: Arc::new(row.tags),
                collected_at: row.collected_at.unwrap_or(self.collected_at),
                origin: row.origin,
                data,
            });
        }
        Ok(())
    }
}

#[derive(Default)]
struct Names(std::collections::HashSet<Arc<str>>);

impl Names {
    fn one(&mut self, name: Arc<str>) -> Arc<str> {
        if let Some(known) = self.0.get(&name) {
            return known.clone();
        }
        self.0.insert(name.clone());
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reason;

    #[test]
    fn an_import_may_say_which_lists_it_does_not_have() {
        let unread = Arc::new(Unread::new(Reason::NotGiven, "x:List"));
        let [kind, provider, account, region] = ["x_server", "x", "1", "north"].map(Arc::from);
        let gap = Gap { kind, provider, account, region, unread };
        let stand_in = gap.stand_in(Timestamp::UNIX_EPOCH);
        let known = Resource { uid: "x:1".into(), data: Data::Null, ..stand_in.clone() };
        let import = |_| Some(Ok(vec![stand_in.clone(), known.clone()]));
        let contents = read("servers.json", &b"{}"[..], 1000, &import).unwrap();
        assert_eq!((contents.gaps, contents.resources), (vec![gap], vec![known.clone()]));
    }
}
