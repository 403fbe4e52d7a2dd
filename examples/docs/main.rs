//! Writes the documentation's sources: the pages of `docs/src`, and the reference, which is generated from the rules,
//! kinds and frameworks themselves: `cargo run --example docs -- docs/build`, then `mdbook build docs/build`.

mod frameworks;
mod handwritten;
mod kinds;
mod page;
mod permissions;
mod rules;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use cspm::Rules;
use serde_json::json;

use page::Book;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[tokio::main]
#[expect(clippy::print_stdout, reason = "this program's answer")]
async fn main() -> Result<()> {
    let out = PathBuf::from(std::env::args_os().nth(1).ok_or("name the folder to write to")?);
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"));
    let kinds = cspm::kinds()?;
    let rules = Rules::builtin().load(&kinds)?;

    let mut book = Book::new(&out.join("src"))?;
    book.section("Rules");
    let rule_index = rules::write(&mut book, &rules, &kinds, &workspace.join("cspm-rules/catalog"))?;
    book.section("Frameworks");
    let framework_index = frameworks::write(&mut book, &rules)?;
    book.section("Kinds");
    let kind_index = kinds::write(&mut book, &kinds, &rules)?;
    book.section("Calls and files");
    let permission_index = permissions::write(&mut book, &rules).await?;
    handwritten::write(&mut book, &workspace.join("cspm-aws/src/handwritten"))?;
    let index = json!({
        "rules": rule_index,
        "frameworks": framework_index,
        "kinds": kind_index,
        "permissions": permission_index,
    });
    book.file("reference/index.json", &(serde_json::to_string_pretty(&index)? + "\n"))?;

    let hand_written = workspace.join("docs");
    for entry in fs::read_dir(hand_written.join("src"))? {
        let path = entry?.path();
        if let Some(name) = path.file_name().filter(|name| *name != "SUMMARY.md") {
            fs::copy(&path, out.join("src").join(name))?;
        }
    }
    fs::copy(hand_written.join("book.toml"), out.join("book.toml"))?;
    let summary = fs::read_to_string(hand_written.join("src/SUMMARY.md"))?;
    let pages = book.finish(&summary)?;
    println!("{pages} pages of reference in {}", out.display());
    Ok(())
}
