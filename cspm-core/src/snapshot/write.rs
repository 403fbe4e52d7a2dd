//! An inventory to a file.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq};

use super::{MARK, VERSION};
use crate::{Error, ErrorKind, Inventory, OutputFile, Resource, Result, Unread};

/// Writes the inventory to a file, compressed where the name ends in `.zst`. An existing file is replaced only when the
/// new one is complete.
///
/// # Errors
/// [`ErrorKind::Io`] where the file cannot be written.
pub fn save(inventory: &Inventory, path: impl AsRef<Path>) -> Result<()> {
    save_to(inventory, OutputFile::create(path)?)
}

/// As [`save`], to a file that was begun before there was an inventory, so that nobody waits for a snapshot that cannot be
/// written.
///
/// # Errors
/// [`ErrorKind::Io`] where not all of it can be written.
pub fn save_to(inventory: &Inventory, mut out: OutputFile) -> Result<()> {
    let path = out.path().to_owned();
    if path.extension().is_some_and(|extension| extension == "zst") {
        let failed = |e| Error::new(ErrorKind::Io, format!("compress {}", path.display())).with_source(e);
        compressed(inventory, &mut out, &failed)?;
    } else {
        write(inventory, &mut out)?;
    }
    out.commit()
}

#[cfg(feature = "zstd")]
fn compressed(inventory: &Inventory, out: &mut dyn Write, failed: &dyn Fn(std::io::Error) -> Error) -> Result<()> {
    let mut encoder = zstd::Encoder::new(out, 0).map_err(failed)?;
    write(inventory, &mut encoder)?;
    encoder.finish().map(drop).map_err(failed)
}

#[cfg(not(feature = "zstd"))]
fn compressed(_: &Inventory, _: &mut dyn Write, _: &dyn Fn(std::io::Error) -> Error) -> Result<()> {
    Err(Error::new(ErrorKind::Config, "compress the snapshot").with_help("build with the feature zstd"))
}

/// Writes the inventory as JSON: the same inventory gives the same bytes.
///
/// # Errors
/// [`ErrorKind::Io`] where `out` does not take it.
pub fn write(inventory: &Inventory, out: impl Write) -> Result<()> {
    let collected_at = inventory.resources().iter().map(|r| r.collected_at).max().unwrap_or_default();
    #[derive(Serialize)]
    struct CallRow<'a> {
        #[serde(flatten)]
        key: &'a crate::CallKey,
        #[serde(flatten)]
        counts: &'a crate::CallCounts,
    }
    #[derive(Serialize)]
    struct GapRow<'a> {
        kind: &'a str,
        provider: &'a str,
        account: &'a str,
        region: &'a str,
        #[serde(flatten)]
        unread: &'a Unread,
    }
    let write = || -> serde_json::Result<()> {
        let mut serializer = serde_json::Serializer::new(out);
        let mut map = serde::Serializer::serialize_map(&mut serializer, None)?;
        map.serialize_entry(MARK, &VERSION)?;
        map.serialize_entry("collected_at", &collected_at)?;
        map.serialize_entry("kinds", &inventory.listed().collect::<Vec<_>>())?;
        if inventory.accounts().len() > 0 {
            map.serialize_entry("accounts", &inventory.accounts().collect::<Vec<_>>())?;
        }
        let calls: Vec<_> = inventory.calls().iter().map(|(key, counts)| CallRow { key, counts }).collect();
        map.serialize_entry("calls", &calls)?;
        let gaps: Vec<_> = inventory
            .gaps()
            .map(|gap| GapRow {
                kind: &gap.kind,
                provider: &gap.provider,
                account: &gap.account,
                region: &gap.region,
                unread: &gap.unread,
            })
            .collect();
        map.serialize_entry("gaps", &gaps)?;
        map.serialize_entry("resources", &Rows(inventory.resources(), collected_at))?;
        SerializeMap::end(map)
    };
    write().map_err(|e| Error::new(ErrorKind::Io, "write the snapshot").with_source(e))
}

struct Rows<'a>(&'a [Arc<Resource>], Timestamp);

impl Serialize for Rows<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Row<'a>(&'a Resource, Timestamp);
        impl Serialize for Row<'_> {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize_row(Some(self.1), serializer)
            }
        }
        let mut rows = serializer.serialize_seq(Some(self.0.len()))?;
        for resource in self.0 {
            rows.serialize_element(&Row(resource, self.1))?;
        }
        rows.end()
    }
}
