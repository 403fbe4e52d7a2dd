//! `cspm query`.

use std::io::Write;
use std::time::Duration;

use cspm_report::plain::{self, printable};

use super::args::{QueryArgs, QueryFormat};
use super::{exit, text};
use crate::{Data, Error, ErrorKind, Inventory, Result, Rows, Scan, Sql};

pub(super) async fn query(args: QueryArgs, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8> {
    let snapshot = match &args.snapshot {
        Some(path) => crate::snapshot(path).max_bytes(args.max_snapshot << 20),
        None => crate::sample(),
    };
    crate::Collector::connect(&snapshot).await?;
    let report = Scan::new().collector(snapshot).collect_everything().run().await?;
    let shown = match (&args.query, &args.columns) {
        (Some(query), _) => answer(report.inventory(), query, &args, err)?,
        (None, Some(table)) => columns(report.inventory(), table)?,
        (None, None) => tables(report.inventory()),
    };
    out.write_all(shown.as_bytes()).map_err(|e| Error::new(ErrorKind::Io, "write the answer").with_source(e))?;
    Ok(exit::CLEAN)
}

fn answer(inventory: &Inventory, query: &str, args: &QueryArgs, err: &mut dyn Write) -> Result<String> {
    let rows = Sql::new(inventory).time_limit(Duration::from_secs(args.time_limit)).run(query)?;
    for missing in rows.unread() {
        // Where the reader of the note is gone the answer still counts.
        let _ = writeln!(err, "note: {}", printable(&missing.to_string()));
    }
    match args.format {
        QueryFormat::Table => Ok(table(&rows)),
        QueryFormat::Csv => Ok(csv(&rows)),
        QueryFormat::Json => {
            let failed = |e| Error::new(ErrorKind::Format, "write the answer as JSON").with_source(e);
            serde_json::to_string_pretty(&rows.to_json()).map(|json| json + "\n").map_err(failed)
        }
    }
}

fn table(rows: &Rows) -> String {
    let mut table = text::table([]);
    table.set_header(rows.columns().iter().map(|name| printable(name)));
    for row in rows.iter() {
        table.add_row(row.values().iter().map(|value| printable(&shown(value))));
    }
    let count = rows.len();
    format!("{table}\n{count} {}\n", if count == 1 { "row" } else { "rows" })
}

fn csv(rows: &Rows) -> String {
    let header = rows.columns().iter().map(|name| cell(name)).collect::<Vec<_>>();
    let line = |cells: Vec<String>| cells.join(",") + "\r\n";
    // Numbers are no formulas.
    let value = |value: &Data| match value {
        Data::Int(_) | Data::Float(_) => shown(value),
        value => cell(&shown(value)),
    };
    let body = rows.iter().map(|row| line(row.values().iter().map(value).collect()));
    std::iter::once(line(header)).chain(body).collect()
}

/// A cell as reports have it: a text that a spreadsheet would take for a formula gets an apostrophe before it.
fn cell(text: &str) -> String {
    let guarded = plain::cell(text);
    let quoted = text.contains([',', '"', '\r', '\n']);
    if quoted { format!("\"{}\"", guarded.replace('"', "\"\"")) } else { guarded.into_owned() }
}

/// A value as a text: nothing for null, JSON for lists and objects.
fn shown(value: &Data) -> String {
    match value {
        Data::Null => String::new(),
        Data::Str(text) => text.to_string(),
        value => value.to_json().to_string(),
    }
}

fn tables(inventory: &Inventory) -> String {
    let mut rows = text::table(["table", "rows", "columns"]);
    let tables = Sql::new(inventory).tables();
    for table in &tables {
        let columns = table.columns().len().to_string();
        rows.add_row([printable(table.name()), inventory.of_kind(table.kind()).len().to_string(), columns]);
    }
    format!("{rows}\n{} tables\n", tables.len())
}

fn columns(inventory: &Inventory, name: &str) -> Result<String> {
    let tables = Sql::new(inventory).tables();
    let table = tables.iter().find(|table| table.name().eq_ignore_ascii_case(name)).ok_or_else(|| {
        Error::new(ErrorKind::Config, format!("find the table {name}")).with_help("`cspm query --tables` lists them")
    })?;
    let mut rows = text::table(["column", "type"]);
    for column in table.columns() {
        rows.add_row([printable(column.name()), column.declared_type().to_owned()]);
    }
    Ok(format!("{rows}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_no_formulas() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            ("@x,y", "\"'@x,y\""),
            ("a \"b\"", "\"a \"\"b\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("plain", "plain"),
        ] {
            assert_eq!(cell(text), expected);
        }
    }
}
