use std::io::Write as _;

use aws_smithy_types::base64;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};

use super::*;
use crate::ec2::sources::DESCRIBE_INSTANCE_ATTRIBUTE as SOURCE;

const SCRIPT: &str = "#!/bin/sh\nyum install -y httpd\nDB_PASSWORD=hunter22\n";
const CLEAN: &str = "#!/bin/sh\nyum install -y httpd\necho hello world\n";

fn of(bytes: impl AsRef<[u8]>) -> Read<Vec<SecretHit>> {
    secrets(Some(base64::encode(bytes)), &SOURCE)
}

fn hit(line: u32) -> Read<Vec<SecretHit>> {
    Read::Known(vec![SecretHit { detector: "password_assignment".into(), line }])
}

fn none() -> Read<Vec<SecretHit>> {
    Read::Known(vec![])
}

/// Whether nothing is known of it; then nothing of it is repeated either.
fn is_unread(read: &Read<Vec<SecretHit>>) -> bool {
    match read {
        Read::Unread(unread) => {
            assert_eq!(unread.reason, Reason::Failed);
            assert!(!unread.to_string().contains("hunter22"));
            true
        }
        Read::Known(_) => false,
    }
}

fn gzip(text: &str) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    gzip.finish().unwrap()
}

fn zlib(text: &str) -> Vec<u8> {
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
    zlib.write_all(text.as_bytes()).unwrap();
    zlib.finish().unwrap()
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2], mark: &[u8]) -> Vec<u8> {
    [mark.to_vec(), text.encode_utf16().flat_map(unit).collect()].concat()
}

/// Base64 over lines of `width`, each indented.
fn wrapped(bytes: impl AsRef<[u8]>, width: usize, indent: &str) -> String {
    let encoded = base64::encode(bytes);
    let lines: Vec<String> = encoded
        .as_bytes()
        .chunks(width)
        .map(|line| format!("{indent}{}", std::str::from_utf8(line).unwrap()))
        .collect();
    lines.join("\n")
}

#[test]
fn plain_user_data_is_looked_through() {
    assert_eq!(of(SCRIPT), hit(3));
    assert_eq!(of(CLEAN), none());
    assert_eq!(of(""), none());
    assert_eq!(secrets(None, &SOURCE), none());
    assert_eq!(secrets(Some(base64::encode(SCRIPT).trim_end_matches('=').to_owned()), &SOURCE), hit(3), "no padding");
}

#[test]
fn user_data_is_unpacked() {
    for (script, expected) in [(SCRIPT, hit(3)), (CLEAN, none())] {
        assert_eq!(of(gzip(script)), expected, "gzip");
        assert_eq!(of(zlib(script)), expected, "zlib");
        assert_eq!(of(zstd::encode_all(script.as_bytes(), 3).unwrap()), expected, "zstd");
        assert_eq!(of(gzip(&base64::encode(zlib(script)))), if expected == none() { none() } else { hit(1) }, "nested");
    }
}

#[test]
fn utf_16_is_text() {
    for (script, expected) in [(SCRIPT, hit(3)), (CLEAN, none())] {
        assert_eq!(of(utf16(script, u16::to_le_bytes, &[0xff, 0xfe])), expected);
        assert_eq!(of(utf16(script, u16::to_be_bytes, &[0xfe, 0xff])), expected);
        assert_eq!(of(utf16(script, u16::to_le_bytes, &[])), expected, "without a mark");
        assert_eq!(of(utf16(script, u16::to_be_bytes, &[])), expected, "without a mark");
    }
    let powershell = "<powershell>\nNew-LocalUser -Name \u{e4}nn\nDB_PASSWORD=hunter22\n</powershell>";
    assert_eq!(of(utf16(powershell, u16::to_le_bytes, &[0xff, 0xfe])), hit(3));
}

#[test]
fn packs_in_text_are_looked_through() {
    let multipart = |pack: &str| format!("Content-Transfer-Encoding: base64\n\n{pack}\n\n--end--\n");
    assert_eq!(of(multipart(&wrapped(SCRIPT, 36, ""))), hit(3));
    assert_eq!(of(multipart(&wrapped(gzip(SCRIPT), 76, ""))), hit(3));
    for width in 40..80 {
        // Whatever the length of the last line.
        assert_eq!(of(multipart(&wrapped(gzip(SCRIPT), width, ""))), hit(3), "{width}");
        assert_eq!(of(multipart(&wrapped(gzip(CLEAN), width, ""))), none(), "{width}");
    }
    let twice = base64::encode(base64::encode(SCRIPT));
    assert_eq!(of(&twice), hit(1));
    assert_eq!(of(base64::encode(base64::encode(CLEAN))), none());
    assert_eq!(of(format!("echo {} | base64 -d | sh\n", base64::encode(SCRIPT))), hit(1));
}

/// As cloud-init's documentation has it: the pack has no padding, and the next key is a word of the same letters.
#[test]
fn files_of_cloud_init_are_looked_through() {
    let config = |pack: &str| {
        format!(
            "#cloud-config\nwrite_files:\n-   encoding: b64\n    content: {pack}\n    owner: root:root\n    path: /etc/app\n"
        )
    };
    let plain = base64::encode(SCRIPT).trim_end_matches('=').to_owned();
    assert_eq!(of(config(&plain)), hit(4));
    assert_eq!(of(config(&base64::encode(SCRIPT))), hit(4));
    let clean = base64::encode(CLEAN).trim_end_matches('=').to_owned();
    assert_eq!(of(config(&clean)), none());
    let block = |pack: &str| format!("write_files:\n- encoding: gz+b64\n  content: |\n{pack}\n  path: /etc/app\n");
    assert_eq!(of(block(&wrapped(gzip(SCRIPT), 60, "    "))), hit(4));
    let word = format!("echo \\\n{}\ndone\nbase64 -d\n", plain);
    assert_eq!(of(word), hit(2), "the next word is not of the pack");
}

#[test]
fn what_cannot_be_decoded_is_unread_and_not_repeated() {
    let xz = [&b"\xfd7zXZ\0\0\x04"[..], &[0xe6, 0xd6, 0xb4, 0x46, 2, 0, 0x21, 1, 0x16, 0x80, 0xff, 0x91]].concat();
    let bzip2 = [&b"BZh91AY&SY"[..], &[0x9a, 0x3c, 0xff, 0x81, 0x80, 0x1b]].concat();
    let random: Vec<u8> = (0u32..300).map(|n| (n.wrapping_mul(2_654_435_761) >> 11) as u8 | 0x80).collect();
    for (bytes, what) in [
        (vec![0x1f, 0x8b, 1, 2, 3], "gzip that is not"),
        (gzip(SCRIPT)[..20].to_vec(), "gzip that is cut"),
        (zlib(SCRIPT)[..20].to_vec(), "zlib that is cut"),
        (zstd::encode_all(CLEAN.as_bytes(), 3).unwrap()[..20].to_vec(), "zstd that is cut"),
        (xz.clone(), "xz"),
        (bzip2.clone(), "bzip2"),
        (b"PK\x03\x04zip".to_vec(), "zip"),
        (random.clone(), "no text"),
        (b"#!/bin/sh\0echo\0".to_vec(), "zeros"),
        (b"echo caf\xe9\n".to_vec(), "another alphabet"),
        (utf16("ab", u16::to_le_bytes, &[0xff, 0xfe])[..5].to_vec(), "half a letter"),
    ] {
        assert!(is_unread(&of(&bytes)), "{what}: {:?}", of(&bytes));
        let text = format!("write_files:\n- encoding: b64\n  content: {}\n", base64::encode(&bytes));
        if bytes.len() >= 30 {
            assert!(is_unread(&of(text)), "{what}, in a file");
        }
    }
    assert!(
        is_unread(&of(format!("echo start\n{}\n", wrapped(&random, 76, "")))),
        "a long pack, whatever the text says"
    );
    assert!(is_unread(&of(format!("x: {}\n", base64::encode(&xz)))), "xz in text");
    assert!(is_unread(&secrets(Some("%%% no base64 %%%".to_owned()), &SOURCE)));
}

#[test]
fn a_hit_is_a_hit_beside_what_cannot_be_decoded() {
    assert_eq!(of([SCRIPT.as_bytes(), b"\xff\xfe\x80"].concat()), hit(3));
    let xz = base64::encode([&b"\xfd7zXZ\0\0\x04"[..], &[0xff; 40]].concat());
    assert_eq!(of(format!("{SCRIPT}x: {xz}\n")), hit(3));
    assert_eq!(secrets(Some("DB_PASSWORD=hunter22 %".to_owned()), &SOURCE), hit(1), "no base64 at all");
}

#[test]
fn what_only_looks_like_a_pack_is_none() {
    for text in [
        "curl -o /usr/local/share/applications/packages/InstallTheAgent9/bin https://example.org/a\n",
        "echo d41d8cd98f00b204e9800998ecf8427ed41d8cd98f00b204e9800998ecf8427e file | sha256sum -c\n",
        "ssh_authorized_keys:\n- ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBd2WqOoYlYEfPHaLOh9Zf8vUpa0cUO5YUM6i2mNnJxQ ann\n",
        "xkcd ^ is no zlib\n",
        "x^2 is no zlib either\n",
        "\u{1b}[31mred\u{1b}[0m\n",
    ] {
        assert_eq!(of(text), none(), "{text}");
    }
    let key =
        base64::encode([&[0, 0, 0, 7][..], b"ssh-rsa", &[0, 0, 0, 3, 1, 0, 1, 0, 0, 1, 1], &[0xb7; 256]].concat());
    assert_eq!(of(format!("ssh-rsa {key} ann\n")), none(), "a public key");
    let certificate = base64::encode([&[0x30, 0x82, 3, 0][..], &[0x9c; 600]].concat());
    assert_eq!(of(format!("-----BEGIN CERTIFICATE-----\n{certificate}\n-----END CERTIFICATE-----\n")), none());
}

#[test]
fn bombs_are_not_unpacked() {
    let bomb = gzip(&"a".repeat(decode::LIMIT + 1));
    assert!(is_unread(&of(&bomb)));
    let mut packed = SCRIPT.to_owned();
    for _ in 0..DEPTH + 2 {
        packed = base64::encode(packed);
    }
    assert!(is_unread(&of(packed)), "packed too often");
    let many = format!("{}\n", wrapped(gzip(&"b".repeat(1 << 20)), 76, "")).repeat(40);
    assert!(is_unread(&of(many)), "many small ones");
}
