//! Reading fields.

use std::sync::Arc;

use cspm_core::{Data, Object, Reason, Resource, Unread};

use super::eval::Machine;
use super::op::{Coerce, Missing, OrValue, Root, Select, Step};
use super::ops;
use super::trace::Trace;
use super::value::{Stop, Val};

impl<'a, T: Trace> Machine<'a, T> {
    pub(super) fn select(&mut self, select: &'a Select) -> Result<Val<'a>, Stop> {
        let mut value = match &select.root {
            Root::Resource => Val::Resource(self.scope.resource),
            Root::Local(slot) => self.locals[usize::from(*slot)],
            Root::Op(op) => self.eval(op)?,
        };
        let mut from: Option<&'a Step> = None;
        for step in &select.steps {
            value = match self.step(value, step) {
                Ok(value) => value,
                Err(why) => {
                    if let (true, Some(from)) = (select.evidence, from) {
                        self.trace.read(&from.name, value);
                    }
                    return Err(why);
                }
            };
            from = Some(step);
        }
        if let (true, Some(from)) = (select.evidence, from) {
            self.trace.read(&from.name, value);
        }
        self.coerce(value, select.coerce)
    }

    #[inline]
    fn step(&mut self, value: Val<'a>, step: &'a Step) -> Result<Val<'a>, Stop> {
        let found = match value {
            Val::Data(Data::Object(object)) => slot(object, step),
            Val::Resource(resource) => match field(resource, step) {
                Field::Data(data) => Some(data),
                Field::Known(value) => return Ok(value),
                Field::Absent => None,
            },
            Val::Tags(tags) if tags.contains_key(&step.key) => return Ok(Val::Str(&tags[&step.key])),
            Val::Map(_) => match ops::entry(value, Val::Str(&step.key)) {
                Some(found) => return found,
                None => None,
            },
            Val::Tags(_) => None,
            other => {
                let message = || format!("`{}` cannot be read: it is a field of {}", step.name, other.type_name());
                return self.fail(message);
            }
        };
        match found {
            Some(data) => Val::of(data).map_err(|unread| self.not_read(&step.name, unread)),
            None => self.missing(step),
        }
    }

    fn not_read(&mut self, name: &str, unread: &Arc<Unread>) -> Stop {
        self.trace.unread(name, || unread.clone());
        Stop::Unread
    }

    fn missing(&mut self, step: &'a Step) -> Result<Val<'a>, Stop> {
        match &step.missing {
            Missing::Unread { call } => {
                self.trace.unread(&step.name, || Arc::new(Unread::new(Reason::NotGiven, call.clone())));
                Err(Stop::Unread)
            }
            Missing::Error => self.fail(|| format!("there is no `{}`", step.name)),
        }
    }

    /// Whether the field is there and not null; a field of what is null or not there is not there.
    pub(super) fn has(&mut self, select: &'a Select) -> Result<bool, Stop> {
        let mut value = match &select.root {
            Root::Resource => Val::Resource(self.scope.resource),
            Root::Local(slot) => self.locals[usize::from(*slot)],
            Root::Op(op) => self.eval(op)?,
        };
        for step in &select.steps {
            if absent(value, step) {
                if select.evidence {
                    self.trace.read(&step.name, Val::Null);
                }
                return Ok(false);
            }
            value = self.step(value, step)?;
        }
        if let (true, Some(last)) = (select.evidence, select.steps.last()) {
            self.trace.read(&last.name, value);
        }
        Ok(!matches!(value, Val::Null))
    }

    /// The value of a chain of fields, or the default where one of those that need not be there is null or not there.
    pub(super) fn or_value(&mut self, or_value: &'a OrValue) -> Result<Val<'a>, Stop> {
        let OrValue { select, strict, default } = or_value;
        let mut value = match &select.root {
            Root::Resource => Val::Resource(self.scope.resource),
            Root::Local(slot) => self.locals[usize::from(*slot)],
            Root::Op(op) => self.eval(op)?,
        };
        for (number, step) in select.steps.iter().enumerate() {
            if number >= *strict && absent(value, step) {
                value = Val::Null;
            } else {
                value = self.step(value, step)?;
            }
        }
        if let (true, Some(last)) = (select.evidence, select.steps.last()) {
            self.trace.read(&last.name, value);
        }
        match value {
            Val::Null => self.eval(default),
            value => self.coerce(value, select.coerce),
        }
    }

    #[inline]
    pub(super) fn coerce(&mut self, value: Val<'a>, coerce: Coerce) -> Result<Val<'a>, Stop> {
        match (coerce, value) {
            (Coerce::None, value) => Ok(value),
            (Coerce::Time, Val::Str(text)) => match text.parse() {
                Ok(time) => Ok(Val::Time(time)),
                Err(_) => self.fail(|| format!("{text:?} is not an RFC 3339 timestamp")),
            },
            (Coerce::Double, Val::Int(n)) => Ok(Val::Double(n as f64)),
            (_, value) => Ok(value),
        }
    }
}

/// Whether a field is known not to be there.
fn absent(value: Val<'_>, step: &Step) -> bool {
    match value {
        Val::Null => true,
        _ if !matches!(step.missing, Missing::Error) => false,
        Val::Data(Data::Object(object)) => slot(object, step).is_none(),
        Val::Resource(resource) => matches!(field(resource, step), Field::Absent),
        Val::Tags(tags) => !tags.contains_key(&step.key),
        Val::Map(_) => ops::entry(value, Val::Str(&step.key)).is_none(),
        _ => false,
    }
}

fn slot<'a>(object: &'a Object, step: &Step) -> Option<&'a Data> {
    object.slot(step.slot as usize, &step.key)
}

/// A field of a resource.
enum Field<'a> {
    Data(&'a Data),
    Known(Val<'a>),
    Absent,
}

/// The field of the data, or else one of those that every resource has.
fn field<'a>(resource: &'a Resource, step: &Step) -> Field<'a> {
    match &resource.data {
        Data::Object(object) => {
            if let Some(data) = slot(object, step) {
                return Field::Data(data);
            }
        }
        unread @ Data::Unread(_) => return Field::Data(unread),
        _ => {}
    }
    match resource.envelope(&step.key) {
        Some(text) => Field::Known(Val::Str(text)),
        None if *step.key == *"tags" => Field::Known(Val::Tags(&resource.tags)),
        None => Field::Absent,
    }
}
