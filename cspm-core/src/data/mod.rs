//! The data of a resource: a tree that can say of each part why it was not read.

mod json;
mod object;
mod serializer;
mod shapes;

use std::sync::Arc;

pub use object::Object;
pub use serializer::to_data;
pub use shapes::Shapes;

use crate::Unread;

/// A value in a resource's data: JSON, and [`Data::Unread`] where a call did not answer.
///
/// Objects of the same shape can share their keys ([`Shapes`]), so that a hundred thousand resources of a kind hold their names
/// once, and do so in an inventory. A part that is the same in many resources can be shared too ([`Data::is_same`]): what is shared is copied when it is changed.
///
/// ```
/// use cspm_core::{Data, Reason, Unread};
///
/// let bucket = Data::object([
///     ("name", Data::from("logs")),
///     ("policy", Data::from(Unread::new(Reason::AccessDenied, "s3:GetBucketPolicy"))),
/// ]);
/// assert_eq!(bucket.get("name").and_then(Data::as_str), Some("logs"));
/// assert!(bucket.get("policy").is_some_and(|p| p.unread().is_some()));
/// assert!(bucket.get("acl").is_none());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Data {
    /// Known to be absent.
    #[default]
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction, or beyond the range of [`Data::Int`].
    Float(f64),
    /// A text; times are RFC 3339.
    Str(Arc<str>),
    /// A list; one that broke off midway ends in [`Data::Unread`].
    List(Arc<[Data]>),
    /// Named values.
    Object(Arc<Object>),
    /// Not read, and why.
    Unread(Arc<Unread>),
}

impl Data {
    /// A list.
    pub fn list(items: impl IntoIterator<Item = Data>) -> Self {
        Self::List(items.into_iter().collect())
    }

    /// An object; of two entries with the same key the later one stays.
    pub fn object<K: Into<Arc<str>>>(entries: impl IntoIterator<Item = (K, Data)>) -> Self {
        Self::Object(Arc::new(Object::new(entries)))
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The boolean, if it is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// The whole number, if it is one.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Int(n) => Some(*n),
            _ => None,
        }
    }

    /// The number, if it is one.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Int(n) => Some(*n as f64),
            Self::Float(n) => Some(*n),
            _ => None,
        }
    }

    /// The items, if it is a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Data]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// The object, if it is one.
    #[must_use]
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The value under `key`, if it is an object that has the key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Data> {
        self.as_object().and_then(|object| object.get(key))
    }

    /// The object, if it is one, to be changed.
    pub fn as_object_mut(&mut self) -> Option<&mut Object> {
        match self {
            Self::Object(object) => Some(Arc::make_mut(object)),
            _ => None,
        }
    }

    /// The items, if it is a list, to be changed.
    pub fn as_list_mut(&mut self) -> Option<&mut [Data]> {
        match self {
            Self::List(items) => Some(Arc::make_mut(items)),
            _ => None,
        }
    }

    /// The value under `key`, if it is an object that has the key, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Data> {
        self.as_object_mut().and_then(|object| object.get_mut(key))
    }

    /// The value at a path of keys with dots between them, to be changed.
    pub fn at_mut(&mut self, path: &str) -> Option<&mut Data> {
        path.split('.').try_fold(self, |data, key| data.get_mut(key))
    }

    /// The value at a path of keys with dots between them.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<&Data> {
        path.split('.').try_fold(self, |data, key| data.get(key))
    }

    /// Whether it is known to be absent.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Why it was not read, if it was not.
    #[must_use]
    pub fn unread(&self) -> Option<&Arc<Unread>> {
        match self {
            Self::Unread(unread) => Some(unread),
            _ => None,
        }
    }

    /// Whether both are one and the same part, or equal without anything to share: cheap, and says no to some that are equal.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Str(a), Self::Str(b)) => Arc::ptr_eq(a, b),
            (Self::List(a), Self::List(b)) => Arc::ptr_eq(a, b),
            (Self::Object(a), Self::Object(b)) => Arc::ptr_eq(a, b),
            (Self::Unread(a), Self::Unread(b)) => Arc::ptr_eq(a, b),
            (Self::Null | Self::Bool(_) | Self::Int(_), _) => self == other,
            _ => false,
        }
    }

    /// What it is, for messages: `null`, `bool`, `int`, `double`, `string`, `list`, `map` or `unread`.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Float(_) => "double",
            Self::Str(_) => "string",
            Self::List(_) => "list",
            Self::Object(_) => "map",
            Self::Unread(_) => "unread",
        }
    }

    /// Calls `f` with the path (a JSON pointer) of every part that was not read.
    pub fn for_each_unread(&self, f: &mut dyn FnMut(&str, &Arc<Unread>)) {
        self.unread_below(&mut String::new(), f);
    }

    fn unread_below(&self, path: &mut String, f: &mut dyn FnMut(&str, &Arc<Unread>)) {
        let length = path.len();
        match self {
            Self::Unread(unread) => f(path, unread),
            Self::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    path.push_str(&format!("/{index}"));
                    item.unread_below(path, f);
                    path.truncate(length);
                }
            }
            Self::Object(object) => {
                for (key, value) in object.iter() {
                    path.push('/');
                    path.push_str(&key.replace('~', "~0").replace('/', "~1"));
                    value.unread_below(path, f);
                    path.truncate(length);
                }
            }
            _ => {}
        }
    }

    /// Puts `unread` in the place of what is at `pointer` (a JSON pointer); an item just behind a list's end is added.
    /// Returns whether there is such a place.
    pub fn mark_unread(&mut self, pointer: &str, unread: Arc<Unread>) -> bool {
        let Some(rest) = pointer.strip_prefix('/') else {
            let whole = pointer.is_empty();
            if whole {
                *self = Self::Unread(unread);
            }
            return whole;
        };
        let (step, rest) = match rest.find('/') {
            Some(end) => rest.split_at(end),
            None => (rest, ""),
        };
        let step = step.replace("~1", "/").replace("~0", "~");
        match self {
            Self::Object(object) => match Arc::make_mut(object).get_mut(&step) {
                Some(value) => value.mark_unread(rest, unread),
                None => false,
            },
            Self::List(items) => match step.parse::<usize>() {
                Ok(index) if index < items.len() => Arc::make_mut(items)[index].mark_unread(rest, unread),
                // Behind what was not read nothing has a place.
                Ok(index)
                    if index == items.len() && rest.is_empty() && items.last().is_none_or(|i| i.unread().is_none()) =>
                {
                    *items = items.iter().cloned().chain([Self::Unread(unread)]).collect();
                    true
                }
                _ => false,
            },
            _ => false,
        }
    }
}

impl From<bool> for Data {
    fn from(b: bool) -> Self {
        Self::Bool(b)
    }
}

impl From<i64> for Data {
    fn from(n: i64) -> Self {
        Self::Int(n)
    }
}

impl From<f64> for Data {
    fn from(n: f64) -> Self {
        Self::Float(n)
    }
}

impl From<&str> for Data {
    fn from(text: &str) -> Self {
        Self::Str(text.into())
    }
}

impl From<String> for Data {
    fn from(text: String) -> Self {
        Self::Str(text.into())
    }
}

impl From<Arc<str>> for Data {
    fn from(text: Arc<str>) -> Self {
        Self::Str(text)
    }
}

impl From<Unread> for Data {
    fn from(unread: Unread) -> Self {
        Self::Unread(Arc::new(unread))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reason;

    #[test]
    fn unread_parts_go_out_by_pointer_and_come_back() {
        let unread = Arc::new(Unread::new(Reason::Throttled, "x:Y"));
        let whole = Data::object([
            ("a/b", Data::Unread(unread.clone())),
            ("list", Data::list([Data::Int(1), Data::Unread(unread.clone())])),
        ]);
        let mut parts = Vec::new();
        whole.for_each_unread(&mut |path, why| parts.push((path.to_owned(), why.clone())));
        assert_eq!(parts.iter().map(|p| p.0.as_str()).collect::<Vec<_>>(), ["/a~1b", "/list/1"]);
        let mut back = Data::from(whole.to_json());
        assert_eq!(back.get("list").and_then(Data::as_list).map(<[Data]>::len), Some(2));
        for (path, why) in parts {
            assert!(back.mark_unread(&path, why));
        }
        assert_eq!(back, whole);
        assert!(!back.mark_unread("/nowhere/x", unread));
    }

    #[test]
    fn data_is_three_words() {
        assert_eq!(std::mem::size_of::<Data>(), 24);
    }
}
