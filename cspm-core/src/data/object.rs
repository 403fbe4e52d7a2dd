//! Objects: named values whose names can be shared between all objects of the same shape.

use std::fmt;
use std::sync::Arc;

use super::Data;

/// The keys of a shape in order.
pub(super) type Keys = Arc<[Arc<str>]>;

/// Named values in the order of their names.
#[derive(Clone, PartialEq)]
pub struct Object {
    keys: Keys,
    values: Box<[Data]>,
}

impl Object {
    /// An object; of two entries with the same key the later one stays.
    pub fn new<K: Into<Arc<str>>>(entries: impl IntoIterator<Item = (K, Data)>) -> Self {
        let mut entries: Vec<(Arc<str>, Data)> = entries.into_iter().map(|(k, v)| (k.into(), v)).collect();
        // Most come in order.
        if !entries.is_sorted_by(|(a, _), (b, _)| a < b) {
            entries.sort_by(|(a, _), (b, _)| a.cmp(b));
            entries.dedup_by(|later, earlier| {
                let same = later.0 == earlier.0;
                if same {
                    std::mem::swap(later, earlier);
                }
                same
            });
        }
        let (keys, values): (Vec<_>, Vec<_>) = entries.into_iter().unzip();
        Self { keys: keys.into(), values: values.into() }
    }

    /// The value under `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Data> {
        let index = self.keys.binary_search_by(|k| (**k).cmp(key)).ok()?;
        self.values.get(index)
    }

    /// The value under `key`, for a caller who expects the key at `index`: where it is there, no search is made.
    #[must_use]
    pub fn slot(&self, index: usize, key: &str) -> Option<&Data> {
        match self.keys.get(index) {
            Some(found) if **found == *key => self.values.get(index),
            _ => self.get(key),
        }
    }

    /// The value under `key`, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Data> {
        let index = self.keys.binary_search_by(|k| (**k).cmp(key)).ok()?;
        self.values.get_mut(index)
    }

    /// Takes out the value under `key`.
    pub fn remove(&mut self, key: &str) -> Option<Data> {
        let index = self.keys.binary_search_by(|k| (**k).cmp(key)).ok()?;
        let mut keys = self.keys.to_vec();
        let mut values = std::mem::take(&mut self.values).into_vec();
        keys.remove(index);
        let value = values.remove(index);
        *self = Self { keys: keys.into(), values: values.into() };
        Some(value)
    }

    /// Puts a value under `key`, and gives the one that was there.
    pub fn insert(&mut self, key: &str, value: Data) -> Option<Data> {
        match self.keys.binary_search_by(|k| (**k).cmp(key)) {
            Ok(index) => Some(std::mem::replace(&mut self.values[index], value)),
            Err(index) => {
                let mut keys = self.keys.to_vec();
                let mut values = std::mem::take(&mut self.values).into_vec();
                keys.insert(index, key.into());
                values.insert(index, value);
                *self = Self { keys: keys.into(), values: values.into() };
                None
            }
        }
    }

    /// The entries in the order of the keys, their values to be changed.
    pub fn iter_mut(&mut self) -> impl ExactSizeIterator<Item = (&str, &mut Data)> {
        self.keys.iter().map(|k| &**k).zip(self.values.iter_mut())
    }

    /// The values in the order of the keys.
    #[must_use]
    pub fn values(&self) -> &[Data] {
        &self.values
    }

    /// Has its keys held where others of the same shape have them.
    pub(super) fn share_keys(&mut self, one: impl FnOnce(&Keys) -> Keys) {
        self.keys = one(&self.keys);
    }

    /// The keys in order.
    #[must_use]
    pub fn keys(&self) -> &[Arc<str>] {
        &self.keys
    }

    /// The entries in the order of the keys.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Data)> {
        self.keys.iter().map(|k| &**k).zip(self.values.iter())
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guess_where_a_key_is_may_be_wrong() {
        let b = Object::new([("y", Data::Null), ("x", Data::Int(2))]);
        assert_eq!(b.slot(0, "x"), Some(&Data::Int(2)));
        assert_eq!(b.slot(0, "y"), Some(&Data::Null), "a wrong guess is searched for");
        assert_eq!(b.slot(7, "z"), None);
    }

    #[test]
    fn entries_come_and_go() {
        let mut object = Object::new([("a", Data::Int(1)), ("c", Data::Int(3))]);
        assert_eq!(object.insert("b", Data::Int(2)), None);
        assert_eq!(object.insert("c", Data::Int(4)), Some(Data::Int(3)));
        assert_eq!(object.remove("a"), Some(Data::Int(1)));
        assert_eq!(object.remove("a"), None);
        assert_eq!(object, Object::new([("b", Data::Int(2)), ("c", Data::Int(4))]));
    }

    #[test]
    fn the_later_of_two_entries_stays() {
        let object = Object::new([("x", Data::Int(1)), ("x", Data::Int(2))]);
        assert_eq!(object.get("x"), Some(&Data::Int(2)));
        assert_eq!(object.len(), 1);
        let many = [("b", 1), ("a", 2), ("b", 3), ("a", 4), ("b", 5)].map(|(key, n)| (key, Data::Int(n)));
        assert_eq!(Object::new(many), Object::new([("a", Data::Int(4)), ("b", Data::Int(5))]));
    }
}
