//! The columns of a table: what every resource has, and what its kind has.

use std::collections::BTreeMap;
use std::sync::Arc;

use cspm_core::{Kind, Resource};
use serde_json::Value;

use crate::schema::{self, Type};
use crate::table::Names;

/// The name of the column that says what was not read.
pub(crate) const UNREAD: &str = "_unread";
/// More columns than this a table has not: SQLite takes 2000, and a kind without a model may have any number of keys.
const MOST: usize = 1000;

/// A column of a table.
#[derive(Clone, Debug)]
pub struct Column {
    pub(crate) name: String,
    pub(crate) holds: Type,
    pub(crate) origin: Origin,
}

impl Column {
    /// The name; the case of its letters does not matter in SQL.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it holds: `BOOLEAN`, `INTEGER`, `REAL`, `TEXT`, `JSON`; empty where it may be several.
    #[must_use]
    pub fn declared_type(&self) -> &'static str {
        self.holds.declared()
    }
}

/// Where the value of a column comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// What every resource has.
    Envelope(Envelope),
    /// The value of the data under this key; where it is not known, what every resource has.
    Data(Arc<str>, Option<Envelope>),
    /// The value of the data at this path; absent where it is not there.
    Path(&'static str),
    /// What was not read.
    Unread,
}

/// What every resource has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Envelope {
    Uid,
    Kind,
    Provider,
    Account,
    Region,
    Name,
    Tags,
    CollectedAt,
    Arn,
}

/// The columns of the envelope, and whether a field of the data with the same name takes the place.
const ENVELOPE: [(&str, Envelope, bool); 11] = [
    ("uid", Envelope::Uid, false),
    ("kind", Envelope::Kind, false),
    ("provider", Envelope::Provider, false),
    ("account", Envelope::Account, false),
    ("account_id", Envelope::Account, true),
    ("region", Envelope::Region, true),
    ("name", Envelope::Name, true),
    ("title", Envelope::Name, true),
    ("arn", Envelope::Arn, true),
    ("tags", Envelope::Tags, false),
    ("collected_at", Envelope::CollectedAt, false),
];

/// What the tables of Steampipe take out of the metadata of objects of Kubernetes.
const METADATA: [(&str, &str, Type); 4] = [
    ("namespace", "metadata.namespace", Type::Text),
    ("labels", "metadata.labels", Type::Json),
    ("annotations", "metadata.annotations", Type::Json),
    ("creation_timestamp", "metadata.creationTimestamp", Type::Text),
];

/// The columns of a kind: by its model, or else by what its resources have.
pub(crate) fn columns<'a>(kind: Option<&Kind>, resources: impl Iterator<Item = &'a Resource>) -> Vec<Column> {
    let fields = match kind {
        Some(kind) => of_model(kind),
        None => of_resources(resources),
    };
    let field = |name: &str| fields.iter().position(|(key, _)| **key == *name);
    let (mut names, mut columns) = (Names::default(), Vec::new());
    for (name, envelope, data_wins) in ENVELOPE {
        let holds = if envelope == Envelope::Tags { Type::Json } else { Type::Text };
        let (holds, origin) = match field(name).filter(|_| data_wins) {
            Some(at) => (fields[at].1, Origin::Data(fields[at].0.clone(), Some(envelope))),
            None => (holds, Origin::Envelope(envelope)),
        };
        columns.push(Column { name: names.unique(name), holds, origin });
    }
    columns.push(Column { name: names.unique(UNREAD), holds: Type::Json, origin: Origin::Unread });
    if kind.is_some_and(Kind::is_native) && field("metadata").is_some() {
        for (name, path, holds) in METADATA.into_iter().filter(|(name, ..)| field(name).is_none()) {
            columns.push(Column { name: names.unique(name), holds, origin: Origin::Path(path) });
        }
    }
    for (key, holds) in fields {
        // What the envelope has under the same name is there already.
        let taken = ENVELOPE.iter().any(|(name, ..)| **name == *key);
        if !taken && columns.len() < MOST {
            columns.push(Column { name: names.unique(&key), holds, origin: Origin::Data(key, None) });
        }
    }
    columns
}

fn of_model(kind: &Kind) -> Vec<(Arc<str>, Type)> {
    let properties = kind.schema().get("properties").and_then(Value::as_object);
    let typed =
        |(name, schema): (&String, &Value)| (name.as_str().into(), schema::of_schema(schema).unwrap_or(Type::Any));
    properties.into_iter().flatten().map(typed).collect()
}

fn of_resources<'a>(resources: impl Iterator<Item = &'a Resource>) -> Vec<(Arc<str>, Type)> {
    let mut fields: BTreeMap<Arc<str>, Option<Type>> = BTreeMap::new();
    for object in resources.filter_map(|resource| resource.data.as_object()) {
        for (key, value) in object.keys().iter().zip(object.values()) {
            let holds = schema::of_data(value);
            match fields.get_mut(key) {
                Some(known) => *known = known.map_or(holds, |known| Some(holds.map_or(known, |holds| known.or(holds)))),
                None => {
                    fields.insert(key.clone(), holds);
                }
            }
        }
    }
    fields.into_iter().map(|(key, holds)| (key, holds.unwrap_or(Type::Any))).collect()
}
