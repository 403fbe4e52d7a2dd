//! JSON that is written while it is made.

use std::io::{self, Write};

use serde::Serialize;

/// An object that is being written, each member on a line.
pub(crate) struct Members<'a> {
    out: &'a mut dyn Write,
    first: bool,
}

impl<'a> Members<'a> {
    pub(crate) fn begin(out: &'a mut dyn Write) -> io::Result<Self> {
        out.write_all(b"{\n")?;
        Ok(Self { out, first: true })
    }

    pub(crate) fn member(&mut self, name: &str, value: impl Serialize) -> io::Result<()> {
        self.name(name)?;
        Ok(serde_json::to_writer(&mut *self.out, &value)?)
    }

    /// A member that is a list, each item on a line, made when its turn comes.
    pub(crate) fn rows<T: Serialize>(&mut self, name: &str, rows: impl Iterator<Item = T>) -> io::Result<()> {
        self.name(name)?;
        self::rows(self.out, rows)
    }

    pub(crate) fn end(self) -> io::Result<()> {
        self.out.write_all(b"\n}")
    }

    fn name(&mut self, name: &str) -> io::Result<()> {
        if !std::mem::take(&mut self.first) {
            self.out.write_all(b",\n")?;
        }
        serde_json::to_writer(&mut *self.out, name)?;
        self.out.write_all(b": ")
    }
}

/// A list, each item on a line, made when its turn comes.
pub(crate) fn rows<T: Serialize>(out: &mut dyn Write, rows: impl Iterator<Item = T>) -> io::Result<()> {
    out.write_all(b"[")?;
    for (number, row) in rows.enumerate() {
        out.write_all(if number == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, &row)?;
    }
    out.write_all(b"\n]")
}
