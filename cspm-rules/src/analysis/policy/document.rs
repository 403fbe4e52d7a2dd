//! A view of a policy document's statements.

use std::sync::Arc;

use cspm_core::Data;

use crate::analysis::read::{items, required, text, unexpected};
use crate::analysis::{Answer, Fault};

/// One statement, its elements as they are in the data.
#[derive(Clone, Copy, Default)]
pub(super) struct Statement<'a> {
    effect: Option<&'a Data>,
    pub(super) principal: Option<&'a Data>,
    pub(super) not_principal: Option<&'a Data>,
    pub(super) action: Option<&'a Data>,
    pub(super) not_action: Option<&'a Data>,
    pub(super) resource: Option<&'a Data>,
    pub(super) not_resource: Option<&'a Data>,
    pub(super) condition: Option<&'a Data>,
}

/// The statements of a policy, in order.
pub(super) fn statements(policy: &Data) -> Answer<impl Iterator<Item = Answer<Statement<'_>>> + Clone> {
    let list = match policy {
        Data::Null => None,
        Data::Object(document) => document.get("Statement"),
        other => return Err(unexpected(other, "a policy", "map")),
    };
    Ok(items(list)?.iter().map(Statement::of))
}

impl<'a> Statement<'a> {
    fn of(data: &'a Data) -> Answer<Self> {
        let object = data.as_object().ok_or_else(|| unexpected(data, "a statement", "map"))?;
        let mut statement = Self::default();
        for (key, value) in object.iter() {
            let element = match key {
                "Effect" => &mut statement.effect,
                "Principal" => &mut statement.principal,
                "NotPrincipal" => &mut statement.not_principal,
                "Action" => &mut statement.action,
                "NotAction" => &mut statement.not_action,
                "Resource" => &mut statement.resource,
                "NotResource" => &mut statement.not_resource,
                "Condition" => &mut statement.condition,
                _ => continue,
            };
            *element = Some(value).filter(|value| !value.is_null());
        }
        Ok(statement)
    }

    /// Whether the statement allows.
    pub(super) fn is_allow(&self) -> Answer<bool> {
        let effect = text(required(self.effect, "Effect")?, "Effect")?;
        match effect {
            "Allow" => Ok(true),
            "Deny" => Ok(false),
            other => Err(Fault::Invalid(format!("`{other}` is not an Effect"))),
        }
    }

    /// Whether the statement denies.
    pub(super) fn is_deny(&self) -> Answer<bool> {
        self.is_allow().map(|allow| !allow)
    }

    /// Whether the statement holds under all circumstances.
    pub(super) fn is_unconditional(&self) -> Answer<bool> {
        match self.condition {
            None => Ok(true),
            Some(Data::Object(blocks)) => Ok(blocks.is_empty()),
            Some(other) => Err(unexpected(other, "a Condition", "map")),
        }
    }
}

/// The text itself, for results that name parts of the policy; `what` names it in the error.
pub(super) fn shared(data: &Data, what: &str) -> Answer<Arc<str>> {
    match data {
        Data::Str(text) => Ok(text.clone()),
        other => Err(unexpected(other, what, "string")),
    }
}
