//! Reading fields.

use std::sync::Arc;

use cspm_core::{Data, Object, Reason, Resource, Unread};

use super::eval::Machine;
use super::op::{Coerce, Missing, OrValue, Root, Select, Step};
use super::ops;
use super::trace::{Mark, Trace};
use super::value::{Stop, Val};

impl<'a, T: Trace> Machine<'a, T> {
    pub(super) fn select(&mut self, select: &'a Select) -> Result<Val<'a>, Stop> {
        let before = self.trace.reached();
        let root = self.root(select)?;
        let mut value = root;
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
        self.was_read(select, (&before, root), select.steps.len(), value);
        self.coerce(value, select.coerce)
    }

    fn root(&mut self, select: &'a Select) -> Result<Val<'a>, Stop> {
        match &select.root {
            Root::Resource => Ok(Val::Resource(self.scope.resource)),
            Root::Local(slot) => Ok(self.locals[usize::from(*slot)]),
            Root::Op(op) => self.eval(op),
        }
    }

    /// Tells of what the first steps of a chain led to.
    #[inline]
    fn was_read(&mut self, select: &'a Select, (before, root): (&Mark, Val<'a>), steps: usize, value: Val<'a>) {
        let steps = &select.steps[..steps];
        let Some(last) = steps.last() else { return };
        match &select.root {
            Root::Resource if select.evidence => self.trace.read(&last.name, value),
            Root::Resource => {}
            Root::Local(slot) => self.trace.read_local(*slot, steps, value),
            Root::Op(_) => self.trace.read_part(before, root, steps, value),
        }
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
        let before = self.trace.reached();
        let root = self.root(select)?;
        let mut value = root;
        for (number, step) in select.steps.iter().enumerate() {
            if absent(value, step) {
                self.was_read(select, (&before, root), number + 1, Val::Null);
                return Ok(false);
            }
            value = self.step(value, step)?;
        }
        self.was_read(select, (&before, root), select.steps.len(), value);
        Ok(!matches!(value, Val::Null))
    }

    /// The value of a chain of fields, or the default where one of those that need not be there is null or not there.
    pub(super) fn or_value(&mut self, or_value: &'a OrValue) -> Result<Val<'a>, Stop> {
        let OrValue { select, strict, default } = or_value;
        let before = self.trace.reached();
        let root = self.root(select)?;
        let mut value = root;
        for (number, step) in select.steps.iter().enumerate() {
            if number >= *strict && absent(value, step) {
                value = Val::Null;
            } else {
                value = self.step(value, step)?;
            }
        }
        self.was_read(select, (&before, root), select.steps.len(), value);
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
        Val::Data(Data::Object(object)) => slot(object, step).is_none_or(|data| is_blank(data, step)),
        Val::Resource(resource) => match field(resource, step) {
            Field::Absent => true,
            Field::Data(data) => is_blank(data, step),
            Field::Known(_) => false,
        },
        Val::Tags(tags) => !tags.contains_key(&step.key),
        Val::Map(_) => ops::entry(value, Val::Str(&step.key)).is_none(),
        _ => false,
    }
}

/// Whether it is an empty text, where that is as good as none.
fn is_blank(data: &Data, step: &Step) -> bool {
    step.blank && matches!(data, Data::Str(text) if text.is_empty())
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
