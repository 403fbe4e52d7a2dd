//! The tables of an inventory.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use cspm_core::Inventory;

use crate::column::{self, Column};

/// A table: the resources of one kind.
#[derive(Clone, Debug)]
pub struct Table {
    pub(crate) name: String,
    pub(crate) kind: Arc<str>,
    pub(crate) columns: Vec<Column>,
}

impl Table {
    /// The name: that of the kind.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The kind whose resources it has: mostly the name, which SQLite may not take as it is.
    #[must_use]
    pub fn kind(&self) -> &Arc<str> {
        &self.kind
    }

    /// The columns, in the order of `select *`.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name.eq_ignore_ascii_case(name))
    }

    pub(crate) fn create(&self) -> String {
        let columns = self.columns.iter().map(|column| format!("{} {}", quoted(&column.name), column.holds.declared()));
        format!("create table {} ({})", quoted(&self.name), columns.collect::<Vec<_>>().join(", "))
    }
}

/// All tables of an inventory, by name.
#[derive(Debug)]
pub(crate) struct Tables {
    all: Vec<Table>,
    by_name: HashMap<String, usize>,
}

impl Tables {
    /// A table for every kind that is known, that was asked for, or of which there is something.
    pub(crate) fn of(inventory: &Inventory) -> Self {
        let known = inventory.kinds().map(|kind| kind.name().clone()).chain(inventory.counts().into_keys());
        let kinds: BTreeSet<Arc<str>> = known.chain(inventory.listed().cloned()).collect();
        let mut names = Names::default();
        let table = |kind: Arc<str>| {
            let model = inventory.kind(&kind).map(|model| &**model);
            let columns = column::columns(model, inventory.of_kind(&kind));
            Table { name: names.unique(&kind), kind, columns }
        };
        let all: Vec<Table> = kinds.into_iter().map(table).collect();
        let by_name = all.iter().enumerate().map(|(at, table)| (table.name.to_ascii_lowercase(), at)).collect();
        Self { all, by_name }
    }

    pub(crate) fn all(&self) -> &[Table] {
        &self.all
    }

    pub(crate) fn into_all(self) -> Vec<Table> {
        self.all
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Table> {
        self.by_name.get(&name.to_ascii_lowercase()).map(|&at| &self.all[at])
    }
}

/// Names that SQLite takes, each once.
#[derive(Debug, Default)]
pub(crate) struct Names(HashSet<String>);

impl Names {
    /// The name, changed as little as it must be: SQLite keeps `sqlite_` for itself, and tells no `A` from `a`.
    pub(crate) fn unique(&mut self, name: &str) -> String {
        let mut name = name.replace('\0', "\u{fffd}");
        if name.is_empty() || name.to_ascii_lowercase().starts_with("sqlite_") {
            name.insert(0, '_');
        }
        let plain = name.clone();
        let mut count = 1;
        while !self.0.insert(name.to_ascii_lowercase()) {
            count += 1;
            name = format!("{plain}_{count}");
        }
        name
    }
}

/// A name as SQL has it, whatever is in it.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_can_be_quoted() {
        let mut names = Names::default();
        let made = ["a", "A", "a_2", "", "sqlite_x", "x\0y"].map(|name| names.unique(name));
        assert_eq!(made, ["a", "A_2", "a_2_2", "_", "_sqlite_x", "x\u{fffd}y"]);
        assert_eq!(quoted("a\"b"), "\"a\"\"b\"");
    }
}
