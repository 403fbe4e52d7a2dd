//! A resource without secrets.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Gap, Origin, Resource};
use crate::Kind;
use crate::secret::{WITHHELD, is_secret_name, scrub_beside, scrubbed, scrubbed_unread};

impl Resource {
    /// The same without what is secret in it: by its place, where its kind is known, and by its shape in any text. The uid,
    /// and what is a part of it, stays. Whatever enters a scan or an inventory passes here.
    pub(crate) fn withheld(mut self, kind: Option<&Kind>) -> Self {
        if let Some(withhold) = kind.and_then(Kind::withhold) {
            withhold(&self.kind, &mut self.data);
        }
        self.scrubbed()
    }

    /// The same without secrets of known shapes, and without what stands under the name of a secret.
    fn scrubbed(mut self) -> Self {
        let uid = self.uid.clone();
        if let Some(data) = scrubbed(&self.data, &uid) {
            self.data = data;
        }
        for text in [&mut self.name, &mut self.account, &mut self.region] {
            scrub_in_place(text, &uid);
        }
        let secret = |key: &str, value: &str| is_secret_name(key) && !value.is_empty() && value != WITHHELD;
        let changed = |(key, value): (&Arc<str>, &Arc<str>)| {
            secret(key, value) || [key, value].iter().any(|text| matches!(scrub_beside(text, &uid), Cow::Owned(_)))
        };
        if self.tags.iter().any(changed) {
            let tags = self.tags.iter().map(|(key, value)| {
                let value = if secret(key, value) { WITHHELD.into() } else { Arc::from(&*scrub_beside(value, &uid)) };
                (Arc::from(&*scrub_beside(key, &uid)), value)
            });
            self.tags = Arc::new(tags.collect::<BTreeMap<_, _>>());
        }
        if let Some(origin) = &self.origin
            && let Cow::Owned(file) = scrub_beside(&origin.file, "")
        {
            self.origin = Some(Arc::new(Origin { file: file.into(), ..(**origin).clone() }));
        }
        self
    }
}

impl Gap {
    /// The same without secrets in what the provider said.
    pub(crate) fn scrubbed(mut self) -> Self {
        if let Some(unread) = scrubbed_unread(&self.unread) {
            self.unread = Arc::new(unread);
        }
        self
    }
}

/// Takes secrets of known shapes out of a text.
pub(crate) fn scrub_in_place(text: &mut Arc<str>, id: &str) {
    if let Cow::Owned(scrubbed) = scrub_beside(text, id) {
        *text = scrubbed.into();
    }
}
