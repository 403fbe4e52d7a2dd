//! Rules whose texts or verdicts hold secrets: what their authors wrote leaves the process in every report.

use std::borrow::Cow;
use std::sync::Arc;

use crate::secret::{scrub, scrubbed, scrubbed_unread};
use crate::{Data, Inventory, Reads, Resource, Rule, RuleMeta, Status, Verdict};

/// A rule with other texts than its own.
pub(super) struct Withholding {
    rule: Arc<dyn Rule>,
    meta: Arc<RuleMeta>,
}

impl Withholding {
    /// The rule itself, or one that judges as it does, and in whose texts nothing secret is. The texts of rules that are files
    /// are scrubbed when they are read; that is once, and not for each scan.
    pub(super) fn around(rule: Arc<dyn Rule>) -> Arc<dyn Rule> {
        if rule.repeatable() {
            return rule;
        }
        match rule.meta().scrubbed() {
            Some(meta) => Arc::new(Self { rule, meta: Arc::new(meta) }),
            None => rule,
        }
    }
}

impl Rule for Withholding {
    fn meta(&self) -> &Arc<RuleMeta> {
        &self.meta
    }

    fn reads(&self) -> &Reads {
        self.rule.reads()
    }

    fn evaluate(&self, resource: &Resource, inventory: &Inventory) -> Verdict {
        self.rule.evaluate(resource, inventory).scrubbed(resource)
    }

    fn judge(&self, resource: &Resource, inventory: &Inventory) -> Status {
        self.rule.judge(resource, inventory)
    }

    fn repeatable(&self) -> bool {
        self.rule.repeatable()
    }

    fn faults(&self) -> Vec<String> {
        self.rule.faults()
    }
}

impl RuleMeta {
    /// The same without secrets in its texts; `None` where there are none. Its id stays.
    #[must_use]
    pub fn scrubbed(&self) -> Option<Self> {
        let mut meta = self.clone();
        let remediation = &mut meta.remediation;
        let optional =
            [&mut remediation.cli, &mut remediation.terraform, &mut remediation.console, &mut meta.expression];
        let texts = [&mut meta.title, &mut meta.message, &mut meta.rationale, &mut remediation.text].into_iter();
        let texts =
            texts.chain(optional.into_iter().chain([&mut meta.deprecated]).flatten()).chain(&mut meta.references);
        let texts = texts.chain(meta.equivalents.values_mut().chain(meta.frameworks.values_mut()).flatten());
        let mut changed = false;
        for text in texts {
            let scrubbed = match scrub(text) {
                Cow::Owned(scrubbed) => scrubbed,
                Cow::Borrowed(_) => continue,
            };
            *text = scrubbed;
            changed = true;
        }
        changed.then_some(meta)
    }
}

impl Verdict {
    /// The same without secrets in it; ids of the resource stay.
    pub(super) fn scrubbed(mut self, resource: &Resource) -> Self {
        for evidence in &mut self.evidence {
            // The last name of the path may say that the value is secret.
            let name = evidence.field.rsplit('.').next().unwrap_or_default().to_owned();
            let named = Data::object([(&*name, evidence.value.clone())]);
            if let Some(value) =
                scrubbed(&named, &resource.uid).and_then(|named| named.as_object()?.values().first().cloned())
            {
                evidence.value = value;
            }
        }
        for field in &mut self.unread {
            if let Some(unread) = scrubbed_unread(&field.unread) {
                field.unread = Arc::new(unread);
            }
        }
        self
    }
}
