//! The book while it is written, and the Markdown that its pages share.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Result;

/// Where pages go, and the table of contents.
pub(crate) struct Book {
    root: PathBuf,
    contents: String,
    pages: usize,
}

impl Book {
    /// Begins a book in a folder, whose earlier contents are removed.
    pub(crate) fn new(root: &Path) -> Result<Self> {
        if root.exists() {
            fs::remove_dir_all(root)?;
        }
        fs::create_dir_all(root)?;
        Ok(Self { root: root.to_owned(), contents: String::new(), pages: 0 })
    }

    /// Begins a part of the table of contents.
    pub(crate) fn section(&mut self, title: &str) {
        self.contents.push_str(&format!("\n# {title}\n\n"));
    }

    /// Writes a page and lists it; `depth` is 0 for a page and 1 for one below the last.
    pub(crate) fn page(&mut self, depth: usize, title: &str, path: &str, text: &str) -> Result<()> {
        let indent = "  ".repeat(depth);
        writeln!(self.contents, "{indent}- [{}]({path})", title.replace(['[', ']'], ""))?;
        self.pages += 1;
        self.file(path, text)
    }

    /// Writes a file that the table of contents does not list.
    pub(crate) fn file(&self, path: &str, text: &str) -> Result<()> {
        let path = self.root.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(fs::write(path, text)?)
    }

    /// Writes the table of contents behind that of the hand-written pages; the number of pages.
    pub(crate) fn finish(self, hand_written: &str) -> Result<usize> {
        self.file("SUMMARY.md", &format!("{}\n{}", hand_written.trim_end(), self.contents))?;
        Ok(self.pages)
    }
}

/// A table; a row is as long as the head.
pub(crate) fn table<const N: usize>(head: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.iter().map(|c| cell(c)).collect::<Vec<_>>().join(" | "));
    let mut text = line(&head.map(str::to_owned)) + &line(&head.map(|_| "---".to_owned()));
    rows.into_iter().for_each(|row| text.push_str(&line(&row)));
    text
}

/// A text that fits into the cell of a table.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

/// A block of code.
pub(crate) fn fence(language: &str, text: &str) -> String {
    format!("```{language}\n{}\n```\n", text.trim_end())
}

/// Text as code.
pub(crate) fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("`{text}`") }
}

/// A list of texts as code.
pub(crate) fn codes<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> String {
    texts.into_iter().map(|text| code(text.as_ref())).collect::<Vec<_>>().join(", ")
}

/// A link to the page of a kind or rule, from a page of another folder of the reference.
pub(crate) fn link(folder: &str, name: &str) -> String {
    format!("[`{name}`](../{folder}/{name}.md)")
}
