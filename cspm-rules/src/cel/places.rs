//! The check of what is read: variables, fields, items, and resources of other kinds.

use std::sync::Arc;

use cspm_core::Kind;
use serde_json::Value;

use super::ast::{Expr, Node};
use super::check::{Checker, Origin, Typed, coercion};
use super::op::{Coerce, Lookup, Missing, Op, OrValue, Root, Select, Step};
use super::program::Fault;
use super::types::{ENVELOPE, Object, Type};
use crate::suggest::did_you_mean;

/// Up to so many fields are named where one that does not exist is like none of them.
const FEW: usize = 8;
/// Fields of native objects whose empty text says something: that a claim has no storage class, that a reference is to the
/// core group, that `/proc` is mounted in a way that is none. Any other named field that is empty is left out when the API server encodes the object, and takes the default
/// that one which is not there takes:
/// <https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#optional-vs-required>.
const MEANT_EMPTY: [&str; 5] = ["apiGroup", "group", "procMount", "storageClassName", "volumeAttributesClassName"];

/// A step that was checked.
struct Stepped<'k> {
    of: Type<'k>,
    slot: u32,
    /// Of a field that the schema names.
    schema: Option<&'k Value>,
    /// Whether the field not being there means that it was not given.
    given: bool,
    /// Whether the field is one that every resource has, beside its data.
    envelope: bool,
}

impl<'k> Checker<'k, '_> {
    /// A variable, field or item; anything else is checked as it is. `whole`: whether all of it is read, or parts that
    /// will be named.
    pub(super) fn place(&mut self, node: &Node, whole: bool) -> Result<Typed<'k>, Fault> {
        let typed = match &node.expr {
            Expr::Name(name) => return self.name(name, node.at, whole),
            Expr::Select(..) | Expr::Maybe(..) => self.select(node)?,
            Expr::Index(operand, index) => match &index.expr {
                Expr::Text(_) => self.select(node)?,
                _ => self.index(operand, index, node.at)?,
            },
            _ => return self.check(node),
        };
        if let (true, Some(from)) = (whole, &typed.from) {
            self.note_whole(from);
        }
        Ok(typed)
    }

    fn name(&mut self, name: &str, at: u32, whole: bool) -> Result<Typed<'k>, Fault> {
        if name == "now" {
            return Ok(Typed::new(Op::Now, Type::Time));
        }
        if name == "resource" {
            return Err(Fault::new(at, "the resource as a whole is no value").with_help("name a field: resource.name"));
        }
        let Some(slot) = self.locals.iter().position(|local| local.name == name) else {
            let known = self.locals.iter().map(|local| local.name.as_str()).chain(["resource", "now"]);
            let help = did_you_mean(name, known)
                .or_else(|| Object::of_kind(self.kind).field(name).map(|_| format!("write `resource.{name}`")));
            return Err(Fault::new(at, format!("there is no variable `{name}`")).with_help_if(help));
        };
        let local = &self.locals[slot];
        let (of, from) = (local.of.clone(), local.from.clone());
        if let (true, Some(from)) = (whole, &from) {
            self.note_whole(from);
        }
        let origin = from.as_ref().map_or_else(|| Arc::from(""), Origin::name);
        Ok(Typed { op: Op::Local(u8::try_from(slot).unwrap_or(u8::MAX), origin), of, from })
    }

    /// A chain of fields, `root.a.b["c"]`.
    fn select(&mut self, node: &Node) -> Result<Typed<'k>, Fault> {
        let (select, of, from, strict) = self.chain(node)?;
        if strict < select.steps.len() {
            let help = "end it in .orValue(what else)";
            return Err(Fault::new(node.at, "a field that need not be there needs a value for then").with_help(help));
        }
        Ok(Typed { op: Op::Select(Box::new(select)), of, from })
    }

    /// `root.a.?b.c.orValue(default)`
    pub(super) fn or_value(&mut self, chain: &Node, default: &Node, at: u32) -> Result<Typed<'k>, Fault> {
        let (select, of, from, strict) = self.chain(chain)?;
        if strict == select.steps.len() {
            return Err(Fault::new(at, "`orValue` is for a field that need not be there").with_help("write .?field"));
        }
        if let Some(from) = &from {
            self.note_whole(from);
        }
        let otherwise = self.check(default)?;
        if !of.meets(&otherwise.of) {
            return Err(Fault::new(default.at, format!("the field is {of}, and this is {}", otherwise.of)));
        }
        let of = match &default.expr {
            // Of what an empty list would be the list, the field knows.
            Expr::List(nodes) if nodes.is_empty() => of,
            Expr::Map(entries) if entries.is_empty() => of,
            _ => Type::union([of, otherwise.of]),
        };
        Ok(Typed { op: Op::OrValue(Box::new(OrValue { select, strict, default: otherwise.op })), of, from })
    }

    pub(super) fn has(&mut self, operand: &Node, field: &str, at: u32) -> Result<Typed<'k>, Fault> {
        let node = Node { at, expr: Expr::Select(Box::new(operand.clone()), field.to_owned()) };
        let (mut select, _, from, _) = self.chain(&node)?;
        select.coerce = Coerce::None;
        if let Some(from) = &from {
            self.note(from);
        }
        Ok(Typed::new(Op::Has(Box::new(select)), Type::Bool))
    }

    /// A chain of fields, and how many of them from the left must be there.
    #[allow(clippy::type_complexity)]
    fn chain(&mut self, node: &Node) -> Result<(Select, Type<'k>, Option<Origin<'k>>, usize), Fault> {
        let mut fields = Vec::new();
        let mut current = node;
        // Behind the first `.?` none needs to be there: what is asked for is the end of the chain.
        let mut maybe = 0;
        loop {
            match &current.expr {
                Expr::Select(operand, field) => {
                    fields.push((field, current.at));
                    current = operand;
                }
                Expr::Maybe(operand, field) => {
                    fields.push((field, current.at));
                    maybe = fields.len();
                    current = operand;
                }
                Expr::Index(operand, index) if matches!(index.expr, Expr::Text(_)) => {
                    let Expr::Text(field) = &index.expr else { break };
                    fields.push((field, index.at));
                    current = operand;
                }
                _ => break,
            }
        }
        let (root, mut of, mut from) = match &current.expr {
            Expr::Name(name) if name == "resource" => {
                let path = String::new();
                let schema = Some(self.kind.schema());
                let origin = Origin { kind: self.kind, own: true, known: path.clone(), path, schema };
                (Root::Resource, Type::Resource(self.kind), Some(origin))
            }
            _ => {
                let root = self.place(current, false)?;
                match root.op {
                    Op::Local(slot, _) => (Root::Local(slot), root.of, root.from),
                    op => (Root::Op(op), root.of, root.from),
                }
            }
        };
        let strict = fields.len() - maybe;
        let mut steps = Vec::with_capacity(fields.len());
        for (field, at) in fields.into_iter().rev() {
            let stepped = self.step(&of, field, at)?;
            let call = from.as_mut().and_then(|from| self.follow(from, field, &stepped));
            let missing = match (stepped.given, call) {
                (true, call) => Missing::Unread { call: call.unwrap_or_default().into() },
                (false, _) => Missing::Error,
            };
            let name = from.as_ref().map_or_else(|| Arc::from(field.as_str()), Origin::name);
            let is_text = matches!(stepped.of, Type::Text(_)) && stepped.schema.is_some();
            let blank = is_text && !stepped.given && !MEANT_EMPTY.contains(&field.as_str());
            steps.push(Step { key: field.as_str().into(), slot: stepped.slot, missing, blank, name });
            of = stepped.of;
        }
        let evidence = matches!(root, Root::Resource);
        let select = Select { root, steps: steps.into(), coerce: coercion(&of), evidence };
        Ok((select, of, from, strict))
    }

    /// Goes one field further, and gives the call that fills the field.
    fn follow(&mut self, from: &mut Origin<'k>, field: &str, stepped: &Stepped<'k>) -> Option<String> {
        let append = |path: &mut String| {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(field);
        };
        append(&mut from.path);
        if stepped.envelope {
            from.schema = None;
            return None;
        }
        if from.schema.is_some() && stepped.schema.is_some() {
            append(&mut from.known);
            // What comes from a call of its own is needed also where only a part of it is read.
            if stepped.schema.and_then(|schema| schema.get("x-source")).is_some() {
                self.note(from);
            }
        }
        from.schema = stepped.schema;
        Some(from.kind.source(&from.known).call())
    }

    fn step(&self, of: &Type<'k>, field: &str, at: u32) -> Result<Stepped<'k>, Fault> {
        let dynamic = |of: Type<'k>| Stepped { of, slot: 0, schema: None, given: false, envelope: false };
        let (object, kind) = match of {
            Type::Dyn | Type::Null => return Ok(dynamic(Type::Dyn)),
            Type::Map(of) => return Ok(dynamic((**of).clone())),
            Type::Object(object) => (*object, None),
            Type::Resource(kind) => (Object::of_kind(kind), Some(*kind)),
            Type::List(_) => {
                let help = "use exists(item, ...), all(item, ...) or [0]";
                return Err(Fault::new(at, format!("a list has no field `{field}`")).with_help(help));
            }
            of => return Err(Fault::new(at, format!("{of} has no field `{field}`"))),
        };
        if let Some((schema, slot)) = object.field(field) {
            let of = Type::of(schema, object.root, object.native);
            return Ok(Stepped { of, slot, schema: Some(schema), given: !object.native, envelope: false });
        }
        if kind.is_some() && ENVELOPE.contains(&field) {
            let of = if field == "tags" { Type::Map(Type::TEXT.into()) } else { Type::TEXT };
            return Ok(Stepped { envelope: true, ..dynamic(of) });
        }
        if object.is_open() {
            return Ok(dynamic(Type::Dyn));
        }
        let envelope = if kind.is_some() { ENVELOPE.as_slice() } else { &[] };
        let known: Vec<_> = object.fields().map(|(name, _)| name.as_str()).chain(envelope.iter().copied()).collect();
        let help = did_you_mean(field, known.iter().copied());
        let help = help.or_else(|| (known.len() <= FEW).then(|| format!("it has {}", known.join(", "))));
        let what = kind.map_or_else(|| "the object".to_owned(), |kind| kind.name().to_string());
        Err(Fault::new(at, format!("{what} has no field `{field}`")).with_help_if(help))
    }

    fn index(&mut self, operand: &Node, index: &Node, at: u32) -> Result<Typed<'k>, Fault> {
        let whole = self.place(operand, false)?;
        let by = self.check(index)?;
        if let Some(from) = &whole.from {
            self.note(from);
        }
        let (of, from) = match (&whole.of, &by.of) {
            (Type::List(of), Type::Int | Type::Dyn) => ((**of).clone(), whole.from.map(Origin::items)),
            (Type::Map(of), Type::Text(_) | Type::Dyn) => ((**of).clone(), whole.from),
            (Type::Object(_), Type::Text(_) | Type::Dyn) => (Type::Dyn, whole.from),
            (Type::Dyn, _) => (Type::Dyn, whole.from),
            (of, by) => return Err(Fault::new(at, format!("{of} has no items by {by}"))),
        };
        let op = Op::Index(Box::new((whole.op, by.op)));
        Ok(match coercion(&of) {
            Coerce::None => Typed { op, of, from },
            coerce => Typed { op: Op::Coerce(Box::new(op), coerce), of, from },
        })
    }

    /// `resources("kind")` and `resources("kind", "field", value)`; `all_resources` looks in all regions.
    pub(super) fn lookup(&mut self, args: &[Node], everywhere: bool, at: u32) -> Result<Typed<'k>, Fault> {
        const HELP: &str = "resources(\"kind\") or resources(\"kind\", \"field\", value)";
        let literal = |node: &Node| match &node.expr {
            Expr::Text(text) => Ok(text.clone()),
            _ => Err(Fault::new(node.at, "this must be a name in quotes").with_help(HELP)),
        };
        let (kind, by) = match args {
            [kind] => (kind, None),
            [kind, field, value] => (kind, Some((field, value))),
            _ => {
                let message = format!("`resources` is given {} arguments", args.len());
                return Err(Fault::new(at, message).with_help(HELP));
            }
        };
        let name = literal(kind)?;
        let Some(found) = self.kinds.get(name.as_str()) else {
            let help = did_you_mean(&name, self.kinds.keys().map(|kind| &**kind));
            return Err(Fault::new(kind.at, format!("there is no kind `{name}`")).with_help_if(help));
        };
        self.reads.fields.entry(found.name().clone()).or_default();
        self.reads.others.insert(found.name().clone());
        let by = match by {
            Some((field, value)) => Some(self.lookup_by(found, &literal(field)?, field.at, value)?),
            None => None,
        };
        let path = String::new();
        let from = Origin { kind: found, own: false, known: path.clone(), path, schema: Some(found.schema()) };
        let op = Op::Lookup(Box::new(Lookup {
            kind: found.name().clone(),
            everywhere,
            named: by.as_ref().is_some_and(|(field, op)| names(found, field) && !matches!(op, Op::Const(_))),
            call: found.list().call().into(),
            by,
        }));
        Ok(Typed { op, of: Type::list(Type::Resource(found)), from: Some(from) })
    }

    fn lookup_by(&mut self, kind: &'k Kind, field: &str, at: u32, value: &Node) -> Result<(Arc<str>, Op), Fault> {
        let mut of = Type::Resource(kind);
        let schema = Some(kind.schema());
        let mut from = Origin { kind, own: false, path: String::new(), known: String::new(), schema };
        for part in field.split('.') {
            let stepped = self.step(&of, part, at)?;
            self.follow(&mut from, part, &stepped);
            of = stepped.of;
        }
        self.note(&from);
        let typed = self.check(value)?;
        let item = match &of {
            Type::List(of) => (**of).clone(),
            _ => of,
        };
        if !item.meets(&typed.of) {
            return Err(Fault::new(value.at, format!("{field} is {item}, and this is {}", typed.of)));
        }
        self.reads.lookups.insert((kind.name().clone(), field.into()));
        Ok((field.into(), typed.op))
    }

    /// Notes that a field is read.
    pub(super) fn note(&mut self, from: &Origin<'k>) {
        let fields = self.reads.fields.entry(from.kind.name().clone()).or_default();
        let path = from.known.strip_suffix("[]").unwrap_or(&from.known);
        if !path.is_empty() {
            fields.insert(path.into());
        }
    }

    /// Notes that a field is read with everything in it, also what comes from calls of its own.
    fn note_whole(&mut self, from: &Origin<'k>) {
        self.note(from);
        let Some(schema) = from.schema.filter(|_| !from.known.is_empty()) else { return };
        let mut nested = Vec::new();
        sources_below(schema, &from.known, &mut nested);
        self.reads.fields.entry(from.kind.name().clone()).or_default().extend(nested);
    }
}

/// Whether a field is one by which a resource is named.
fn names(kind: &Kind, field: &str) -> bool {
    field == kind.name_at() || ["name", "uid"].contains(&field)
}

/// The paths below `path` that have a source of their own.
fn sources_below(schema: &Value, path: &str, found: &mut Vec<Arc<str>>) {
    for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let path = format!("{path}.{name}");
        if property.get("x-source").is_some() {
            found.push(path.as_str().into());
        }
        sources_below(property, &path, found);
    }
    if let Some(items) = schema.get("items") {
        sources_below(items, &format!("{path}[]"), found);
    }
    for variant in schema.get("anyOf").and_then(Value::as_array).into_iter().flatten() {
        sources_below(variant, path, found);
    }
}
