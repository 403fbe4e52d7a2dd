//! The type of a resource: its schema, the source of each field, and how it relates to other kinds.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Data, Error, ErrorKind, Result, Source};

/// The key under which a property of the schema names its source, if that is not the kind's list call.
const SOURCE: &str = "x-source";
/// The key under which a property of the schema names the resource that its value refers to.
const REFERENCE: &str = "x-ref";

/// A kind as a Rust struct: the struct's schema is the kind's, so that rules are checked against what collectors fill.
///
/// Fields that come from a call other than [`Model::LIST`] are [`crate::Read`] and name the call:
///
/// ```
/// use cspm_core::{Model, Per, Read, Reference, Relation, Scope, Source};
/// use schemars::JsonSchema;
/// use serde::Serialize;
///
/// const LIST: Source = Source::new("ec2", "DescribeVpcs", "ec2:DescribeVpcs", Per::Region);
/// const ATTRIBUTE: Source =
///     Source::new("ec2", "DescribeVpcAttribute", "ec2:DescribeVpcAttribute", Per::Resource("aws_vpc"));
///
/// /// A virtual network.
/// #[derive(Serialize, JsonSchema)]
/// struct Vpc {
///     /// The id, `vpc-…`.
///     vpc_id: String,
///     /// The DHCP options in use.
///     #[schemars(extend("x-ref" = Reference::new(Relation::Reference, "aws_vpc_dhcp_options", "dhcp_options_id")))]
///     dhcp_options_id: Option<String>,
///     /// Whether instances get DNS host names.
///     #[schemars(extend("x-source" = ATTRIBUTE))]
///     enable_dns_hostnames: Read<bool>,
/// }
///
/// impl Model for Vpc {
///     const KIND: &'static str = "aws_vpc";
///     const PROVIDER: &'static str = "aws";
///     const SERVICE: &'static str = "vpc";
///     const SCOPE: Scope = Scope::Region;
///     const LIST: Source = LIST;
/// }
///
/// let kind = cspm_core::Kind::of::<Vpc>().unwrap();
/// assert_eq!(kind.source("enable_dns_hostnames"), &ATTRIBUTE);
/// assert_eq!(kind.source("vpc_id"), &LIST);
/// ```
pub trait Model: JsonSchema + Serialize {
    /// The name of the kind, as Steampipe names its table where it has one.
    const KIND: &'static str;
    /// The provider: `aws`, `kubernetes`.
    const PROVIDER: &'static str;
    /// The service, as rules are grouped by.
    const SERVICE: &'static str;
    /// Whether there is one list for an account or one for each region.
    const SCOPE: Scope;
    /// The call that lists the resources of the kind, and fills all fields that name no other.
    const LIST: Source;
}

/// How far one list of a kind reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// One list for the account (or cluster).
    Account,
    /// A list for each region.
    Region,
}

/// How one resource relates to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// The other contains this one: an instance is in a subnet.
    Containment,
    /// The two are attached: a volume to an instance, a security group to an interface.
    Attachment,
    /// This one names the other.
    Reference,
}

/// A field whose value names another resource, declared beside the field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// How the two relate.
    pub relation: Relation,
    /// The kind of the other.
    pub kind: Arc<str>,
    /// The field of the other that has the same value; `uid` for its uid.
    pub field: Arc<str>,
}

impl Reference {
    /// A reference to the resource of `kind` whose `field` has the value.
    #[must_use]
    pub fn new(relation: Relation, kind: &str, field: &str) -> Self {
        Self { relation, kind: kind.into(), field: field.into() }
    }
}

/// A kind: name, scope, schema, sources and references.
#[derive(Clone, Debug)]
pub struct Kind {
    name: Arc<str>,
    provider: Arc<str>,
    service: Arc<str>,
    scope: Scope,
    list: Source,
    schema: Value,
    sources: BTreeMap<String, Source>,
    references: Vec<(String, Reference)>,
    native: bool,
    embedded: Vec<(Arc<str>, Arc<str>)>,
    name_at: Arc<str>,
    region_at: Option<Arc<str>>,
    withhold: Option<Withhold>,
}

/// Takes out of the data of a resource what is secret by its place. Withholding twice changes nothing more.
pub type Withhold = fn(kind: &str, data: &mut Data);

impl Kind {
    /// The kind of a [`Model`].
    ///
    /// # Errors
    /// [`ErrorKind::Model`] where a source or reference in the schema is not one.
    pub fn of<M: Model>() -> Result<Self> {
        let settings = SchemaSettings::draft2020_12().with(|s| s.inline_subschemas = true);
        let schema = SchemaGenerator::new(settings).into_root_schema_for::<M>();
        Self::from_schema(M::KIND, M::PROVIDER, M::SERVICE, M::SCOPE, M::LIST, schema.to_value())
    }

    /// A kind from a JSON Schema whose properties carry `x-source` and `x-ref`.
    ///
    /// # Errors
    /// [`ErrorKind::Model`] where a source or reference in the schema is not one.
    pub fn from_schema(
        name: &str,
        provider: &str,
        service: &str,
        scope: Scope,
        list: Source,
        schema: Value,
    ) -> Result<Self> {
        let mut sources = BTreeMap::new();
        let mut references = Vec::new();
        walk(&schema, String::new(), &mut |path, property| {
            let bad = |what: &str, e: serde_json::Error| {
                Error::new(ErrorKind::Model, format!("read {what} of {name}.{path}")).with_source(e)
            };
            if let Some(source) = property.get(SOURCE) {
                let source = Source::deserialize(source).map_err(|e| bad(SOURCE, e))?;
                sources.insert(path.to_owned(), source);
            }
            if let Some(reference) = property.get(REFERENCE) {
                let reference = Reference::deserialize(reference).map_err(|e| bad(REFERENCE, e))?;
                references.push((path.to_owned(), reference));
            }
            Ok(())
        })?;
        Ok(Self {
            name: name.into(),
            provider: provider.into(),
            service: service.into(),
            scope,
            list,
            schema,
            sources,
            references,
            native: false,
            embedded: Vec::new(),
            name_at: "name".into(),
            region_at: None,
            withhold: None,
        })
    }

    /// A kind in whose data values are secret by their place. They are withheld in whatever comes into a scan or an
    /// inventory, from whomever: a collector, a snapshot, a caller.
    #[must_use]
    pub fn withholding(mut self, withhold: Withhold) -> Self {
        self.withhold = Some(withhold);
        self
    }

    /// What takes out of its data what is secret by its place.
    #[must_use]
    pub fn withhold(&self) -> Option<Withhold> {
        self.withhold
    }

    /// A kind whose data is a provider's native object: a field that is not there is absent, not unread.
    #[must_use]
    pub fn native(mut self) -> Self {
        self.native = true;
        self
    }

    /// A kind whose data itself says what the resource is called and, where it has regions, which it is in, at these paths.
    #[must_use]
    pub fn placed(mut self, name_at: &str, region_at: &str) -> Self {
        self.name_at = name_at.into();
        self.region_at = Some(region_at.into());
        self
    }

    /// The path in the data at which the name is.
    #[must_use]
    pub fn name_at(&self) -> &str {
        &self.name_at
    }

    /// The path in the data at which the region is, where the data says it.
    #[must_use]
    pub fn region_at(&self) -> Option<&str> {
        self.region_at.as_deref()
    }

    /// A kind that holds another in itself, at `path` (names with dots between): a workload its pod template. What is there
    /// has the fields of the other that it is made of, and rules of the other can judge it too.
    #[must_use]
    pub fn embedding(mut self, kind: &str, path: &str) -> Self {
        self.embedded.push((kind.into(), path.into()));
        self
    }

    /// The path at which resources of this kind hold one of `kind`, if they do.
    #[must_use]
    pub fn embedded(&self, kind: &str) -> Option<&Arc<str>> {
        self.embedded.iter().find(|(name, _)| **name == *kind).map(|(_, path)| path)
    }

    /// A kind with these fields as references to other resources, beside those that the schema declares.
    #[must_use]
    pub fn referring(mut self, references: impl IntoIterator<Item = (String, Reference)>) -> Self {
        self.references.extend(references);
        self
    }

    /// The name, e.g. `aws_s3_bucket`.
    #[must_use]
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The provider, e.g. `aws`.
    #[must_use]
    pub fn provider(&self) -> &Arc<str> {
        &self.provider
    }

    /// The service, e.g. `s3`.
    #[must_use]
    pub fn service(&self) -> &Arc<str> {
        &self.service
    }

    /// How far one list reaches.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// The call that lists the kind.
    #[must_use]
    pub fn list(&self) -> &Source {
        &self.list
    }

    /// The JSON Schema of the data.
    #[must_use]
    pub fn schema(&self) -> &Value {
        &self.schema
    }

    /// Whether a field that is not there is absent (`true`) or unread (`false`).
    #[must_use]
    pub fn is_native(&self) -> bool {
        self.native
    }

    /// Whether there is a field at `path` (dots between names, `[]` for the items of a list).
    #[must_use]
    pub fn has_field(&self, path: &str) -> bool {
        has(&self.schema, path)
    }

    /// The call that fills the field at `path` (dots between names, `[]` for the items of a list): the nearest source
    /// that the path or a part above it names, else the list call.
    #[must_use]
    pub fn source(&self, path: &str) -> &Source {
        let mut path = path;
        loop {
            if let Some(source) = self.sources.get(path) {
                return source;
            }
            match path.rfind(['.', '[']) {
                Some(end) => path = &path[..end],
                None => return &self.list,
            }
        }
    }

    /// Every call that fills a field of this kind, the list call first.
    pub fn all_sources(&self) -> impl Iterator<Item = &Source> {
        std::iter::once(&self.list).chain(self.sources.values())
    }

    /// The fields that are filled by another call than the list, by path.
    pub fn source_paths(&self) -> impl Iterator<Item = &str> {
        self.sources.keys().map(String::as_str)
    }

    /// The fields that name other resources, by path.
    #[must_use]
    pub fn references(&self) -> &[(String, Reference)] {
        &self.references
    }
}

fn has(schema: &Value, path: &str) -> bool {
    let here = if let Some(rest) = path.strip_prefix("[]") {
        let rest = rest.strip_prefix('.').unwrap_or(rest);
        schema.get("items").is_some_and(|items| rest.is_empty() || has(items, rest))
    } else {
        let (name, rest) = path.split_at(path.find(['.', '[']).unwrap_or(path.len()));
        let rest = rest.strip_prefix('.').unwrap_or(rest);
        let property = schema.get("properties").and_then(|properties| properties.get(name));
        property.is_some_and(|property| rest.is_empty() || has(property, rest))
    };
    let variants = schema.get("anyOf").and_then(Value::as_array).into_iter().flatten();
    here || variants.into_iter().any(|variant| has(variant, path))
}

/// Calls `f` with the path and schema of every property.
fn walk(schema: &Value, path: String, f: &mut dyn FnMut(&str, &Value) -> Result<()>) -> Result<()> {
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        for (name, property) in properties {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            f(&path, property)?;
            walk(property, path, f)?;
        }
    }
    if let Some(items) = schema.get("items") {
        walk(items, format!("{path}[]"), f)?;
    }
    for variant in schema.get("anyOf").and_then(Value::as_array).into_iter().flatten() {
        walk(variant, path.clone(), f)?;
    }
    Ok(())
}
