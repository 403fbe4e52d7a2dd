//! Secrets in user data. The text is decoded, looked through and dropped: no field, log or error gets a part of it.

use std::io::Read as _;
use std::sync::LazyLock;

use aws_smithy_types::base64;
use cspm_core::secrets::{self, SecretHit};
use cspm_core::{Read, Reason, Secret, Source, Unread};
use flate2::read::MultiGzDecoder;
use regex::Regex;

/// More than any user data can hold, in bytes: AWS takes 16 KiB, and gzip packs a thousandfold at most.
const LIMIT: u64 = 32 << 20;

/// Text in base64, over one or more lines: scripts are packed so in multipart messages and cloud-init's `write_files`.
static PACKED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[A-Za-z0-9+/]{24,}(?:\r?\n[ \t]*[A-Za-z0-9+/]{4,})*={0,2}").ok());

/// Where user data, as the API gives it (base64, perhaps of gzip), holds what looks like a secret.
pub(super) fn secrets(user_data: Option<String>, source: &Source) -> Read<Vec<SecretHit>> {
    let Some(user_data) = user_data.map(Secret::new) else { return Read::Known(Vec::new()) };
    user_data
        .inspect(|encoded| plain(encoded).map(|text| hits(&text)))
        .map_err(|detail| Unread::new(Reason::Failed, source.call()).with_detail(detail))
        .into()
}

/// The text of user data. An error says what it is not, and nothing of what it is.
fn plain(encoded: &str) -> Result<String, &'static str> {
    let encoded: String = encoded.split_ascii_whitespace().collect();
    let bytes = base64::decode(encoded).map_err(|_| "the user data is not base64")?;
    Ok(String::from_utf8_lossy(&unzipped(bytes)?).into_owned())
}

fn unzipped(bytes: Vec<u8>) -> Result<Vec<u8>, &'static str> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes);
    }
    let mut out = Vec::new();
    let read = MultiGzDecoder::new(bytes.as_slice()).take(LIMIT + 1).read_to_end(&mut out);
    read.map_err(|_| "the user data is not whole gzip")?;
    if out.len() as u64 > LIMIT { Err("the user data unpacks to more than 32 MiB") } else { Ok(out) }
}

/// Secrets in the text and in what is packed in it, one level deep; the latter are at the line where the pack begins.
fn hits(text: &str) -> Vec<SecretHit> {
    let mut hits = secrets::find(text);
    for pack in PACKED.iter().flat_map(|regex| regex.find_iter(text)) {
        let Ok(inner) = plain(pack.as_str()) else { continue };
        let line = u32::try_from(text[..pack.start()].matches('\n').count() + 1).unwrap_or(u32::MAX);
        hits.extend(secrets::find(&inner).into_iter().map(|hit| SecretHit { line, ..hit }));
    }
    hits.sort_by(|a, b| (a.line, &a.detector).cmp(&(b.line, &b.detector)));
    hits.dedup();
    hits
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;
    use crate::ec2::sources::DESCRIBE_INSTANCE_ATTRIBUTE as SOURCE;

    const SCRIPT: &str = "#!/bin/sh\nyum install -y httpd\nDB_PASSWORD=hunter22\n";

    fn hit(line: u32) -> Read<Vec<SecretHit>> {
        Read::Known(vec![SecretHit { detector: "password_assignment".into(), line }])
    }

    #[test]
    fn plain_user_data_is_looked_through() {
        assert_eq!(secrets(Some(base64::encode(SCRIPT)), &SOURCE), hit(3));
        assert_eq!(secrets(Some(base64::encode("#!/bin/sh\necho hello\n")), &SOURCE), Read::Known(vec![]));
        assert_eq!(secrets(None, &SOURCE), Read::Known(vec![]));
    }

    #[test]
    fn packed_user_data_is_looked_through() {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(SCRIPT.as_bytes()).unwrap();
        assert_eq!(secrets(Some(base64::encode(gzip.finish().unwrap())), &SOURCE), hit(3));

        let packed = base64::encode(SCRIPT);
        let (first, second) = packed.split_at(36);
        let multipart = format!("Content-Transfer-Encoding: base64\n\n{first}\n{second}\n");
        assert_eq!(secrets(Some(base64::encode(multipart)), &SOURCE), hit(3));
    }

    #[test]
    fn what_cannot_be_decoded_is_unread_and_not_repeated() {
        for broken in ["DB_PASSWORD=hunter22", &base64::encode([0x1f, 0x8b, 1, 2, 3])] {
            let Read::Unread(unread) = secrets(Some(broken.to_owned()), &SOURCE) else { panic!("{broken} was read") };
            assert_eq!(unread.reason, Reason::Failed);
            assert!(!unread.to_string().contains("hunter22"));
        }
    }
}
