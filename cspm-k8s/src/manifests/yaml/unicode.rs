//! Text in UTF-16, as editors on Windows and `>` of PowerShell write it: kubectl reads it where it begins with a byte order
//! mark (<https://github.com/kubernetes/cli-runtime>, `pkg/resource/visitor.go`, `BOMOverride`).

use std::io::{self, BufRead, Read};

/// A byte that is nowhere in UTF-8: it stands for what is no text.
const NO_TEXT: u8 = 0xff;
/// How many bytes are decoded at a time.
const CHUNK: usize = 8 << 10;

/// A reader that gives UTF-8 whatever the byte order mark says; without one, or with that of UTF-8, the bytes as they are.
pub(super) struct Decoded<R> {
    reader: R,
    form: Option<Form>,
    /// What is decoded, or was read to find the mark, and how much of it was taken.
    text: Vec<u8>,
    taken: usize,
    /// The first byte of a unit whose second is not there yet.
    half: Option<u8>,
    /// The first unit of a pair whose second is not there yet.
    high: Option<u16>,
}

#[derive(Clone, Copy)]
enum Form {
    AsItIs,
    Utf16(fn([u8; 2]) -> u16),
}

impl<R: BufRead> Decoded<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, form: None, text: Vec::new(), taken: 0, half: None, high: None }
    }

    /// The form, which the first two bytes tell.
    fn form(&mut self) -> io::Result<Form> {
        if let Some(form) = self.form {
            return Ok(form);
        }
        self.reader.by_ref().take(2).read_to_end(&mut self.text)?;
        let form = match self.text[..] {
            [0xff, 0xfe] => Form::Utf16(u16::from_le_bytes),
            [0xfe, 0xff] => Form::Utf16(u16::from_be_bytes),
            _ => Form::AsItIs,
        };
        if matches!(form, Form::Utf16(_)) {
            self.text.clear();
        }
        self.form = Some(form);
        Ok(form)
    }

    /// Decodes until there is some text, or nothing more to read.
    fn decode(&mut self, unit: fn([u8; 2]) -> u16) -> io::Result<()> {
        let mut bytes = [0; CHUNK];
        self.text.clear();
        self.taken = 0;
        while self.text.is_empty() {
            let read = self.reader.read(&mut bytes)?;
            if read == 0 {
                // Half a character at the end is none.
                if self.half.take().is_some() | self.high.take().is_some() {
                    self.text.push(NO_TEXT);
                }
                return Ok(());
            }
            for byte in &bytes[..read] {
                match self.half.take() {
                    None => self.half = Some(*byte),
                    Some(first) => self.unit(unit([first, *byte])),
                }
            }
        }
        Ok(())
    }

    fn unit(&mut self, unit: u16) {
        let high = self.high.take();
        if high.is_none() && (0xd800..0xdc00).contains(&unit) {
            self.high = Some(unit);
            return;
        }
        for decoded in char::decode_utf16(high.into_iter().chain([unit])) {
            match decoded {
                Ok(c) => self.text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                Err(_) => self.text.push(NO_TEXT),
            }
        }
    }
}

impl<R: BufRead> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut from = self.fill_buf()?;
        let read = from.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Decoded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let form = self.form()?;
        if self.taken < self.text.len() {
            return Ok(&self.text[self.taken..]);
        }
        match form {
            Form::AsItIs => self.reader.fill_buf(),
            Form::Utf16(unit) => {
                self.decode(unit)?;
                Ok(&self.text)
            }
        }
    }

    fn consume(&mut self, bytes: usize) {
        if self.taken < self.text.len() {
            self.taken = self.text.len().min(self.taken + bytes);
        } else {
            self.reader.consume(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    fn decoded(bytes: &[u8], buffer: usize) -> Vec<u8> {
        let mut all = Vec::new();
        Decoded::new(BufReader::with_capacity(buffer, bytes)).read_to_end(&mut all).unwrap();
        all
    }

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(bytes).collect()
    }

    #[test]
    fn utf_16_of_both_orders_is_decoded() {
        let text = "kind: Pod # é 😀\r\n".repeat(1000);
        for buffer in [1, 3, 8192] {
            assert_eq!(decoded(&utf16(&text, u16::to_le_bytes), buffer), text.as_bytes());
            assert_eq!(decoded(&utf16(&text, u16::to_be_bytes), buffer), text.as_bytes());
        }
    }

    #[test]
    fn everything_else_stays_as_it_is() {
        for bytes in [b"".as_slice(), b"a", b"ab", b"abc", b"\xef\xbb\xbfa", b"\xff", b"\xfe", b"a\0b\0"] {
            assert_eq!((decoded(bytes, 1), decoded(bytes, 100)), (bytes.to_vec(), bytes.to_vec()));
        }
    }

    #[test]
    fn what_is_no_utf_16_is_no_text() {
        let wrong: [&[u16]; 3] = [&[0xd800, 0x61], &[0xdc00], &[0x61, 0xd800]];
        for units in wrong {
            let bytes = [0xfeff].iter().chain(units).flat_map(|unit: &u16| unit.to_le_bytes()).collect::<Vec<_>>();
            assert!(std::str::from_utf8(&decoded(&bytes, 100)).is_err(), "{units:?}");
        }
        assert!(std::str::from_utf8(&decoded(b"\xff\xfea\0b", 100)).is_err(), "half a unit");
    }
}
