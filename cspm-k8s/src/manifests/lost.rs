//! What was not read of manifests, and which objects may be in it.

use std::collections::BTreeSet;

use cspm_core::{Reason, Unread};

use crate::native::Native;

/// What was not read: other objects may refer to what stands in it.
#[derive(Default)]
pub(super) struct Lost {
    /// Whether something was not read in which there may be any object.
    any: bool,
    /// The kinds of objects that were not read.
    kinds: BTreeSet<&'static str>,
}

impl Lost {
    /// Something was not read in which there may be objects of this kind, or of any.
    pub(super) fn add(&mut self, native: Option<&'static Native>) {
        match native {
            Some(native) => drop(self.kinds.insert(native.name)),
            None => self.any = true,
        }
    }

    /// Whether there may be an object of this kind among it.
    pub(super) fn may_have(&self, native: &Native) -> bool {
        self.any || self.kinds.contains(native.name)
    }

    /// Why it is not known what there is of a kind.
    pub(super) fn unread(reason: Reason, call: &str) -> Unread {
        Unread::new(reason, call).with_detail("some manifests could not be read")
    }
}
