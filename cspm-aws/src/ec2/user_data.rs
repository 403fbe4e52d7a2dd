//! Secrets in user data. The text is decoded, looked through and dropped: no field, log or error gets a part of it.
//!
//! What is found is found. Where nothing is, but a part could not be decoded, it is not known that there is nothing.

mod decode;
mod packs;

use cspm_core::secrets::{self, SecretHit};
use cspm_core::{Read, Reason, Secret, Source, Unread};

use decode::Content;

/// How many packs may be in each other: a multipart message has gzip in base64, whose text may have more of it.
const DEPTH: usize = 4;

/// Where user data, as the API gives it (base64, perhaps of gzip), holds what looks like a secret.
pub(super) fn secrets(user_data: Option<String>, source: &Source) -> Read<Vec<SecretHit>> {
    let Some(user_data) = user_data.map(Secret::new) else { return Read::Known(Vec::new()) };
    let (mut hits, unread) = user_data.inspect(|encoded| look_through(encoded));
    hits.sort_by(|a, b| (a.line, &a.detector).cmp(&(b.line, &b.detector)));
    hits.dedup();
    match unread {
        Some(why) if hits.is_empty() => Unread::new(Reason::Failed, source.call()).with_detail(why).into(),
        _ => Read::Known(hits),
    }
}

/// What is found in user data, and what of it could not be decoded. The latter says what it is not, and nothing of what it is.
fn look_through(encoded: &str) -> (Vec<SecretHit>, Option<&'static str>) {
    let mut look = Look { hits: Vec::new(), unread: None, left: decode::LIMIT };
    match decode::base64(encoded) {
        Some(bytes) => look.content(bytes, 0, None),
        None => {
            look.missed("the user data is not base64");
            look.hits.extend(secrets::find(encoded));
        }
    }
    (look.hits, look.unread)
}

/// A look through one user data.
struct Look {
    hits: Vec<SecretHit>,
    unread: Option<&'static str>,
    /// How many bytes may still be decoded.
    left: usize,
}

impl Look {
    fn missed(&mut self, why: &'static str) {
        self.unread = self.unread.or(Some(why));
    }

    /// Looks through bytes and what is packed in them; hits in a pack are at the line where it begins.
    fn content(&mut self, bytes: Vec<u8>, depth: usize, line: Option<u32>) {
        match decode::content(bytes, &mut self.left) {
            Content::Text(text) => self.text(&text, depth, line),
            Content::Unknown(why, bytes) => {
                self.missed(why);
                self.find(&String::from_utf8_lossy(&bytes), line);
            }
        }
    }

    fn text(&mut self, text: &str, depth: usize, line: Option<u32>) {
        self.find(text, line);
        let declared = packs::are_declared(text);
        for pack in packs::of(text) {
            let at = line.or(Some(pack.line));
            if depth + 1 > DEPTH {
                self.missed("the user data is packed too often");
                return;
            }
            for bytes in &pack.readings {
                match decode::content(bytes.clone(), &mut self.left) {
                    Content::Text(inner) => self.text(&inner, depth + 1, at),
                    Content::Unknown(why, inner) => {
                        if packs::must_be_read(&pack, &inner, declared) {
                            self.missed(why);
                        }
                        self.find(&String::from_utf8_lossy(&inner), at);
                    }
                }
            }
        }
    }

    fn find(&mut self, text: &str, line: Option<u32>) {
        self.hits
            .extend(secrets::find(text).into_iter().map(|hit| SecretHit { line: line.unwrap_or(hit.line), ..hit }));
    }
}

#[cfg(test)]
mod tests;
