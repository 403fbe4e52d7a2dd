//! What a rule may see of a resource: a value, nothing, or why it was not read; never one for another.

mod recorder;

use crate::{Data, Inventory, Kind, Reason, Resource, Unread, UnreadField};

pub(crate) use recorder::Recorder;

/// The fields of a resource, or of a part of it, as rules should read them.
///
/// Each getter has three answers: `Ok(Some(..))` is a value, `Ok(None)` is known to be absent (so is what a parent that is
/// absent would have), and an error is what was not read, by its name. With `?` the error makes the verdict unknown:
///
/// ```
/// use cspm_core::{Data, Inventory, Reason, Resource, Status, Unread, Verdict};
///
/// # let bucket = |versioning: Data| Resource { uid: "b".into(), kind: "acme_bucket".into(), provider: "acme".into(),
/// #     account: "1".into(), region: "north".into(), name: "b".into(), tags: Default::default(),
/// #     collected_at: jiff::Timestamp::UNIX_EPOCH, origin: None, data: Data::object([("versioning", versioning)]) };
/// let judge = |bucket: &Resource| {
///     Verdict::by(bucket, &Inventory::default(), |fields| Ok(fields.get_bool("versioning.enabled")? == Some(true)))
/// };
/// assert_eq!(judge(&bucket(Data::object([("enabled", Data::Bool(true))]))).status, Status::Pass);
/// assert_eq!(judge(&bucket(Data::Null)).status, Status::Fail);
/// let unknown = judge(&bucket(Unread::new(Reason::AccessDenied, "acme:GetVersioning").into()));
/// assert_eq!((unknown.status, &*unknown.unread[0].field), (Status::Unknown, "versioning"));
/// ```
///
/// A path has dots between names, and the empty path is the part itself. What is of another type than the getter is for is an
/// error too, with [`Reason::RuleError`].
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    /// None for a part of a resource.
    resource: Option<&'a Resource>,
    model: Option<&'a Kind>,
    data: &'a Data,
    /// Where the part is in the resource, for messages: `ports[0]`.
    path: String,
    /// The same in the schema: `ports[]`.
    model_path: String,
    read: Option<&'a Recorder>,
}

/// What is at a path.
#[derive(Clone, Copy)]
enum Found<'a> {
    Absent,
    Data(&'a Data),
    /// One of the fields that every resource has.
    Text(&'a str),
}

impl Resource {
    /// The fields as rules should read them: see [`Fields`].
    #[must_use]
    pub fn view(&self) -> Fields<'_> {
        Fields {
            resource: Some(self),
            model: None,
            data: &self.data,
            path: String::new(),
            model_path: String::new(),
            read: None,
        }
    }
}

impl<'a> Fields<'a> {
    /// The same with the models that the inventory has: a field that its model has and the resource has not was not given.
    /// Without a model, and in a provider's own object ([`Kind::is_native`]), it is absent.
    #[must_use]
    pub fn known_by(mut self, inventory: &'a Inventory) -> Self {
        self.model = self.resource.and_then(|resource| inventory.kind(&resource.kind)).map(|kind| &**kind);
        self
    }

    /// The same, noting in `read` what is read.
    pub(crate) fn noting(mut self, read: &'a Recorder) -> Self {
        self.read = Some(read);
        self
    }

    /// The value at a path; what is null is absent.
    ///
    /// # Errors
    /// What was not read, or has no such parts.
    pub fn get(&self, path: &str) -> Result<Option<Data>, UnreadField> {
        Ok(match self.find(path)? {
            Found::Absent => None,
            Found::Data(data) => Some(data.clone()),
            Found::Text(text) => Some(Data::from(text)),
        })
    }

    /// The boolean at a path.
    ///
    /// # Errors
    /// As [`Fields::get`], and where it is something else.
    pub fn get_bool(&self, path: &str) -> Result<Option<bool>, UnreadField> {
        self.typed(path, "bool", Data::as_bool)
    }

    /// The whole number at a path.
    ///
    /// # Errors
    /// As [`Fields::get`], and where it is something else.
    pub fn get_i64(&self, path: &str) -> Result<Option<i64>, UnreadField> {
        self.typed(path, "int", Data::as_i64)
    }

    /// The number at a path.
    ///
    /// # Errors
    /// As [`Fields::get`], and where it is something else.
    pub fn get_f64(&self, path: &str) -> Result<Option<f64>, UnreadField> {
        self.typed(path, "number", Data::as_f64)
    }

    /// The text at a path.
    ///
    /// # Errors
    /// As [`Fields::get`], and where it is something else.
    pub fn get_str(&self, path: &str) -> Result<Option<&'a str>, UnreadField> {
        match self.find(path)? {
            Found::Text(text) => Ok(Some(text)),
            _ => self.typed(path, "string", Data::as_str),
        }
    }

    /// The tag or label of this name, which every resource may have.
    ///
    /// # Errors
    /// Where nothing was read of the resource.
    pub fn get_tag(&self, name: &str) -> Result<Option<&'a str>, UnreadField> {
        if let Data::Unread(unread) = self.data {
            return Err(self.not_read("tags", unread));
        }
        Ok(self.resource.and_then(|resource| resource.tags.get(name)).map(|value| &**value))
    }

    /// The fields of the object at a path.
    ///
    /// # Errors
    /// As [`Fields::get`], and where it is something else.
    pub fn get_fields(&self, path: &str) -> Result<Option<Self>, UnreadField> {
        let object = self.typed(path, "map", |data| data.as_object().is_some().then_some(data))?;
        Ok(object.map(|data| self.part(data, path, "", "")))
    }

    /// The items of the list at a path, each with its fields or why it was not read: a list that broke off ends in such an
    /// item. [`Fields::any`] and [`Fields::all`] ask them all.
    ///
    /// # Errors
    /// As [`Fields::get`], and where it is something else.
    pub fn get_list(&self, path: &str) -> Result<Option<Vec<Result<Self, UnreadField>>>, UnreadField> {
        let items = self.typed(path, "list", Data::as_list)?;
        let item = |(number, data): (usize, &'a Data)| {
            let part = self.part(data, path, &format!("[{number}]"), "[]");
            match data {
                Data::Unread(unread) => Err(part.not_read("", unread)),
                _ => Ok(part),
            }
        };
        Ok(items.map(|items| items.iter().enumerate().map(item).collect()))
    }

    /// Whether an item of the list at a path is as `is` says; of a list that is absent none is. An item that is decides it,
    /// whatever was not read of the others.
    ///
    /// # Errors
    /// What was not read and could be such an item.
    pub fn any(&self, path: &str, mut is: impl FnMut(&Self) -> Result<bool, UnreadField>) -> Result<bool, UnreadField> {
        let mut unread = None;
        for item in self.get_list(path)?.into_iter().flatten() {
            match item.and_then(|item| is(&item)) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(field) => unread = unread.or(Some(field)),
            }
        }
        unread.map_or(Ok(false), Err)
    }

    /// Whether all items of the list at a path are as `is` says; of a list that is absent all are. An item that is not
    /// decides it, whatever was not read of the others.
    ///
    /// # Errors
    /// What was not read and could be another item.
    pub fn all(&self, path: &str, mut is: impl FnMut(&Self) -> Result<bool, UnreadField>) -> Result<bool, UnreadField> {
        self.any(path, |item| is(item).map(|answer| !answer)).map(|other| !other)
    }

    fn typed<T>(
        &self,
        path: &str,
        wanted: &str,
        value: impl Fn(&'a Data) -> Option<T>,
    ) -> Result<Option<T>, UnreadField> {
        let data = match self.find(path)? {
            Found::Absent => return Ok(None),
            Found::Text(_) => return Err(self.fault(path, &format!("it is string, and was read as {wanted}"))),
            Found::Data(data) => data,
        };
        match value(data) {
            Some(value) => Ok(Some(value)),
            None => Err(self.fault(path, &format!("it is {}, and was read as {wanted}", data.type_name()))),
        }
    }

    fn find(&self, path: &str) -> Result<Found<'a>, UnreadField> {
        let found = self.at(path)?;
        if let Some(read) = self.read {
            let value = match found {
                Found::Absent => Data::Null,
                Found::Data(data) => data.clone(),
                Found::Text(text) => Data::from(text),
            };
            read.note(&self.named(path), &value);
        }
        Ok(found)
    }

    fn at(&self, path: &str) -> Result<Found<'a>, UnreadField> {
        let mut here = self.data;
        let names: Vec<&str> = path.split('.').filter(|name| !name.is_empty()).collect();
        for (depth, name) in names.iter().enumerate() {
            let object = match here {
                Data::Unread(unread) => return Err(self.not_read(&names[..depth].join("."), unread)),
                Data::Null => return Ok(Found::Absent),
                Data::Object(object) => object,
                other => {
                    let what = format!("it is {}, which has no field `{name}`", other.type_name());
                    return Err(self.fault(&names[..depth].join("."), &what));
                }
            };
            match object.get(name) {
                Some(value) => here = value,
                None => return self.missing(path),
            }
        }
        match here {
            Data::Unread(unread) => Err(self.not_read(path, unread)),
            Data::Null => Ok(Found::Absent),
            data => Ok(Found::Data(data)),
        }
    }

    fn missing(&self, path: &str) -> Result<Found<'a>, UnreadField> {
        if let Some(text) = self.resource.and_then(|resource| resource.envelope(path)) {
            return Ok(Found::Text(text));
        }
        let in_model = join(&self.model_path, path);
        match self.model {
            Some(model) if !model.is_native() && model.has_field(&in_model) => {
                Err(self.not_read(path, &Unread::new(Reason::NotGiven, model.source(&in_model).call()).into()))
            }
            _ => Ok(Found::Absent),
        }
    }

    fn part(&self, data: &'a Data, path: &str, item: &str, model_item: &str) -> Self {
        Self {
            resource: None,
            model: self.model,
            data,
            path: self.named(path) + item,
            model_path: join(&self.model_path, path) + model_item,
            read: self.read,
        }
    }

    fn named(&self, path: &str) -> String {
        join(&self.path, path)
    }

    /// The part at `path` was not read; the whole resource is called `data`.
    fn not_read(&self, path: &str, unread: &std::sync::Arc<Unread>) -> UnreadField {
        let named = self.named(path);
        let field = if named.is_empty() { "data" } else { &named };
        UnreadField { field: field.into(), unread: unread.clone() }
    }

    fn fault(&self, path: &str, what: &str) -> UnreadField {
        self.not_read(path, &Unread::new(Reason::RuleError, "").with_detail(what).into())
    }
}

fn join(before: &str, path: &str) -> String {
    match (before, path) {
        ("", path) => path.to_owned(),
        (before, "") => before.to_owned(),
        (before, path) => format!("{before}.{path}"),
    }
}

#[cfg(test)]
mod tests;
