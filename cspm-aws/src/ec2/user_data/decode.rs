//! From bytes to text: what user data is packed and written in.

use std::io::Read as _;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use flate2::read::{MultiGzDecoder, ZlibDecoder};

/// More than any user data can hold, in bytes: AWS takes 16 KiB, and gzip packs a thousandfold at most. What is packed in it
/// counts too.
pub(super) const LIMIT: usize = 32 << 20;

/// Base64 as people have it: with or without padding.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// What bytes are.
pub(super) enum Content {
    /// Text.
    Text(String),
    /// What it is not, and the bytes as far as they were unpacked.
    Unknown(&'static str, Vec<u8>),
}

/// What base64 stands for, over however many lines.
pub(super) fn base64(encoded: &str) -> Option<Vec<u8>> {
    let encoded: String = encoded.split_ascii_whitespace().collect();
    LENIENT.decode(encoded).ok()
}

/// Unpacks bytes and reads them as text. `left`: how many bytes may still be made of packs.
pub(super) fn content(bytes: Vec<u8>, left: &mut usize) -> Content {
    let unpacked = match Pack::of(&bytes) {
        Some(Pack::Gzip) => unpack(MultiGzDecoder::new(bytes.as_slice()), left, "the user data is not whole gzip"),
        Some(Pack::Zlib) => unpack(ZlibDecoder::new(bytes.as_slice()), left, "the user data is not whole zlib"),
        Some(Pack::Zstd) => unzstd(&bytes, left),
        Some(Pack::Other(why)) => Err(why),
        None => return text(bytes),
    };
    match unpacked {
        Ok(unpacked) => text(unpacked),
        // Letters may begin as zlib does.
        Err(_) if Pack::of(&bytes) == Some(Pack::Zlib) && bytes.is_ascii() => text(bytes),
        Err(why) => Content::Unknown(why, bytes),
    }
}

fn unzstd(bytes: &[u8], left: &mut usize) -> Result<Vec<u8>, &'static str> {
    let broken = "the user data is not whole zstd";
    let mut zstd = zstd::stream::read::Decoder::with_buffer(bytes).map_err(|_| broken)?;
    // A window of 32 MiB at most.
    zstd.window_log_max(25).map_err(|_| broken)?;
    unpack(zstd, left, broken)
}

fn unpack(read: impl std::io::Read, left: &mut usize, broken: &'static str) -> Result<Vec<u8>, &'static str> {
    let mut out = Vec::new();
    read.take(*left as u64 + 1).read_to_end(&mut out).map_err(|_| broken)?;
    if out.len() > *left {
        *left = 0;
        return Err("the user data unpacks to more than 32 MiB");
    }
    *left -= out.len();
    Ok(out)
}

const LZMA: &str = "the user data is packed with lzma, which is not read";

/// How bytes are packed, by how they begin.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pack {
    Gzip,
    Zlib,
    Zstd,
    /// As something that is not unpacked here.
    Other(&'static str),
}

impl Pack {
    fn of(bytes: &[u8]) -> Option<Self> {
        const OTHERS: &[(&[u8], &str)] = &[
            (b"BZh", "the user data is packed with bzip2, which is not read"),
            (b"\xfd7zXZ\0", "the user data is packed with xz, which is not read"),
            (b"]\0\0", LZMA),
            (b"7z\xbc\xaf\x27\x1c", "the user data is a 7z archive, which is not read"),
            (b"PK\x03\x04", "the user data is a zip archive, which is not read"),
            (b"\x04\x22\x4d\x18", "the user data is packed with lz4, which is not read"),
        ];
        match bytes {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            [0x78, flags, ..] if (0x7800 + u16::from(*flags)).is_multiple_of(31) => Some(Self::Zlib),
            _ => OTHERS.iter().find(|(mark, _)| bytes.starts_with(mark)).map(|(_, why)| Self::Other(why)),
        }
    }
}

/// Whether bytes begin as something that is packed.
pub(super) fn is_packed(bytes: &[u8]) -> bool {
    Pack::of(bytes).is_some_and(|pack| pack != Pack::Zlib && pack != Pack::Other(LZMA))
}

/// Bytes as text: UTF-8 or UTF-16.
fn text(bytes: Vec<u8>) -> Content {
    let decoded = match bytes.as_slice() {
        // UTF-32 begins as UTF-16 does.
        [0xff, 0xfe, 0, 0, ..] => None,
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        rest => match zeros(rest) {
            (even, odd) if odd > rest.len() / 8 && even == 0 => utf16(rest, u16::from_le_bytes),
            (even, odd) if even > rest.len() / 8 && odd == 0 => utf16(rest, u16::from_be_bytes),
            _ => std::str::from_utf8(rest).ok().map(str::to_owned),
        },
    };
    match decoded {
        // Control characters are in no script; a terminal's escape may be.
        Some(text) if !text.contains(|c: char| c.is_control() && !"\t\r\n\x0c\x1b\u{85}".contains(c)) => {
            Content::Text(text)
        }
        _ => Content::Unknown("the user data is no text", bytes),
    }
}

/// How many zeros are at even and at odd places.
fn zeros(bytes: &[u8]) -> (usize, usize) {
    let count = |parity: usize| bytes.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    (count(0), count(1))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let units = bytes.chunks_exact(2);
    let whole = units.remainder().is_empty();
    let units = units.map(|pair| unit([pair[0], pair[1]]));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    text.ok().filter(|_| whole)
}
