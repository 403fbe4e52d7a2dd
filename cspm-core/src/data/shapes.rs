//! The names of objects, held once for all objects of the same shape.

use std::collections::HashSet;
use std::sync::Arc;

use super::Data;
use super::object::Keys;

/// Shapes and names beyond this number are not shared: maps with free keys (tags, labels) must not fill the memory.
const MOST: usize = 1 << 14;

/// The shapes of objects that were seen so far, of one source or scan: what it holds is dropped with it.
///
/// ```
/// use cspm_core::{Data, Shapes};
///
/// let mut shapes = Shapes::default();
/// let mut server = Data::object([("name", Data::from("a")), ("cpus", Data::Int(4))]);
/// shapes.share(&mut server);
/// assert_eq!(server.get("cpus"), Some(&Data::Int(4)), "nothing is changed that can be seen");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Shapes {
    names: HashSet<Arc<str>>,
    shapes: HashSet<Keys>,
}

impl Shapes {
    /// Has every object in `data` hold its keys where others of its shape do. What others hold too is left as it is: whoever
    /// shares it has seen to its keys.
    pub fn share(&mut self, data: &mut Data) {
        match data {
            Data::List(items) => {
                Arc::get_mut(items).into_iter().flatten().for_each(|item| self.share(item));
            }
            Data::Object(object) => {
                let Some(object) = Arc::get_mut(object) else { return };
                object.share_keys(|keys| self.one(keys));
                object.iter_mut().for_each(|(_, value)| self.share(value));
            }
            _ => {}
        }
    }

    fn one(&mut self, keys: &Keys) -> Keys {
        if let Some(known) = self.shapes.get(keys) {
            return known.clone();
        }
        // Shapes that differ in a key have the others in common.
        let keys: Keys = keys.iter().map(|name| self.name(name)).collect();
        if self.shapes.len() < MOST {
            self.shapes.insert(keys.clone());
        }
        keys
    }

    fn name(&mut self, name: &Arc<str>) -> Arc<str> {
        if let Some(known) = self.names.get(name) {
            return known.clone();
        }
        if self.names.len() < MOST {
            self.names.insert(name.clone());
        }
        name.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(data: &Data) -> *const Arc<str> {
        data.as_object().unwrap().keys().as_ptr()
    }

    #[test]
    fn objects_of_one_shape_share_their_keys() {
        let object = |n| Data::list([Data::object([("x", Data::Int(n)), ("y", Data::object([("x", Data::Null)]))])]);
        let (mut a, mut b) = (object(1), object(2));
        let mut shapes = Shapes::default();
        shapes.share(&mut a);
        shapes.share(&mut b);
        assert_eq!((&a, &b), (&object(1), &object(2)));
        let (a, b) = (&a.as_list().unwrap()[0], &b.as_list().unwrap()[0]);
        assert_eq!(keys(a), keys(b));
        assert_eq!(keys(&a.as_object().unwrap().values()[1]), keys(&b.as_object().unwrap().values()[1]));
        let other = object(3);
        assert_ne!(keys(&other.as_list().unwrap()[0]), keys(a), "nothing is kept beside the scan");
    }

    #[test]
    fn what_others_hold_is_not_copied() {
        let mut shapes = Shapes::default();
        shapes.share(&mut Data::object([("x", Data::Null)]));
        let held = Data::object([("x", Data::Null)]);
        let mut shared = held.clone();
        shapes.share(&mut shared);
        assert!(shared.is_same(&held));
    }

    #[test]
    fn free_keys_do_not_fill_the_memory() {
        let mut shapes = Shapes::default();
        for n in 0..(MOST * 2) {
            shapes.share(&mut Data::object([(n.to_string(), Data::Null)]));
        }
        assert_eq!((shapes.names.len(), shapes.shapes.len()), (MOST, MOST));
    }
}
