//! The keys of hand-written inventories, as the modules that read them say.

use std::fs;
use std::path::Path;

use crate::Result;
use crate::page::Book;

pub(crate) fn write(book: &mut Book, modules: &Path) -> Result<()> {
    let mut text = "# Keys of hand-written inventories\n\n".to_owned();
    for module in ["mod", "s3", "ec2", "security_group", "iam"] {
        let source = fs::read_to_string(modules.join(format!("{module}.rs")))?;
        let says = source.lines().map_while(|line| line.strip_prefix("//!"));
        let says = says.map(|line| line.strip_prefix(' ').unwrap_or(line));
        for (number, line) in says.enumerate() {
            // The first line of a module that reads a list is the name of the list.
            let heading = if number == 0 && module != "mod" { "## " } else { "" };
            text.push_str(heading);
            let line = if heading.is_empty() { line } else { line.trim_end_matches('.') };
            text.push_str(&line.replace("[`", "`").replace("`]", "`"));
            text.push('\n');
        }
        text.push('\n');
    }
    book.page(0, "Keys of hand-written inventories", "reference/hand-written.md", &text)
}
