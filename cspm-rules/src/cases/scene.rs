//! The resource of a case, and what is around it.

use std::collections::BTreeSet;
use std::sync::Arc;

use cspm_core::{Data, GLOBAL, Gap, Inventory, Kind, Reason, Resource, Rule, Scope, Unread};
use jiff::Timestamp;

use super::conform::conform;
use crate::analysis::kubernetes::others;
use crate::cel::Kinds;
use crate::rule::CelRule;
use crate::suggest::did_you_mean;

const ACCOUNT: &str = "123456789012";
const REGION: &str = "us-east-1";
/// The present of cases that name none: the first second of 2026.
const NOW: &str = "2026-01-01T00:00:00Z";

/// The resources of a case, the one that is judged first, and the lists that could not be made.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    pub(super) resources: Vec<Resource>,
    gaps: Vec<Gap>,
    kinds: Vec<Arc<Kind>>,
    lookups: Vec<(Arc<str>, Arc<str>)>,
}

/// A case's data apart from its `$` keys.
struct Parts<'a> {
    fields: Vec<(&'a str, &'a Data)>,
    special: Vec<(&'a str, &'a Data)>,
}

impl Scene {
    /// The scene of a case, or what is wrong with it.
    pub(super) fn of(case: &Data, rule: &CelRule, kinds: &Kinds) -> Result<Self, String> {
        let parts = Parts::of(case, &["$kind", "$with", "$now", "$account", "$region", "$name", "$uid", "$tags"])?;
        let judges = rule.meta().kinds();
        let kind = parts.text("$kind")?.unwrap_or(&rule.meta().kind);
        if !judges.iter().any(|judged| **judged == *kind) {
            return Err(format!("the rule does not judge `{kind}`"));
        }
        let kind = kinds.get(kind).ok_or("the rule's kind is not known")?;
        let now = parts.text("$now")?.unwrap_or(NOW);
        let now: Timestamp = now.parse().map_err(|_| format!("{now:?} is not an RFC 3339 timestamp"))?;
        let judged = parts.resource(kind, 0, ACCOUNT, REGION, now)?;
        let mut scene = Self {
            kinds: kinds.values().cloned().collect(),
            lookups: rule.reads().lookups.iter().cloned().collect(),
            gaps: Vec::new(),
            resources: Vec::new(),
        };
        let region = judged.region.clone();
        let account = judged.account.clone();
        scene.resources.push(judged);
        let with = match parts.get("$with") {
            Some(Data::Object(with)) => Some(with),
            Some(_) => return Err("$with must name kinds".to_owned()),
            None => None,
        };
        for (name, list) in with.into_iter().flat_map(|with| with.iter()) {
            let Some(kind) = kinds.get(name) else {
                let help = did_you_mean(name, kinds.keys().map(|kind| &**kind)).unwrap_or_default();
                return Err(format!("there is no kind `{name}` {help}"));
            };
            match marked(list.clone(), &kind.list().call())? {
                Data::Unread(unread) => scene.gaps.push(gap(kind, &account, &region, unread)),
                Data::List(items) => {
                    for (item, n) in items.iter().zip(1..) {
                        match item {
                            Data::Unread(unread) => scene.gaps.push(gap(kind, &account, &region, unread.clone())),
                            item => {
                                let parts = Parts::of(item, &["$account", "$region", "$name", "$uid", "$tags"])?;
                                scene.resources.push(parts.resource(kind, n, &account, &region, now)?);
                            }
                        }
                    }
                }
                _ => return Err(format!("$with.{name} must be a list, or {{unread: access_denied}}")),
            }
        }
        // What a case does not tell of is not known to be empty, unless it is what few clusters have.
        let rare: BTreeSet<_> = others::kinds().collect();
        for name in rule.reads().fields.keys().filter(|name| !rare.contains(&***name)) {
            let told = with.is_some_and(|with| with.get(name).is_some());
            if let (false, Some(other)) = (told || judges.contains(name), kinds.get(name)) {
                let unread = Arc::new(Unread::new(Reason::NotGiven, other.list().call()));
                scene.gaps.push(gap(other, &account, &region, unread));
            }
        }
        Ok(scene)
    }

    /// The judged resource, and the inventory around it.
    pub(super) fn stage(&self) -> (Resource, Inventory) {
        let mut builder = Inventory::builder(self.kinds.iter().cloned());
        self.kinds.iter().for_each(|kind| builder.listed(kind.name().clone()));
        self.resources.iter().for_each(|resource| builder.add(resource.clone()));
        self.gaps.iter().for_each(|gap| builder.add_gap(gap.clone()));
        self.lookups.iter().for_each(|(kind, field)| builder.index(kind.clone(), field.clone()));
        (self.resources[0].clone(), builder.build())
    }
}

fn gap(kind: &Kind, account: &Arc<str>, region: &Arc<str>, unread: Arc<Unread>) -> Gap {
    let region = if kind.scope() == Scope::Region { region.clone() } else { GLOBAL.into() };
    Gap { kind: kind.name().clone(), provider: kind.provider().clone(), account: account.clone(), region, unread }
}

impl<'a> Parts<'a> {
    fn of(case: &'a Data, specials: &[&str]) -> Result<Self, String> {
        let case = case.as_object().ok_or("a case must be the data of a resource")?;
        let (special, fields): (Vec<_>, Vec<_>) = case.iter().partition(|(key, _)| key.starts_with('$'));
        for (key, _) in &special {
            if !specials.contains(key) {
                let help = did_you_mean(key, specials.iter().copied()).unwrap_or_default();
                return Err(format!("there is no `{key}` here {help}"));
            }
        }
        Ok(Self { fields, special })
    }

    fn get(&self, key: &str) -> Option<&'a Data> {
        self.special.iter().find(|(other, _)| *other == key).map(|(_, value)| *value)
    }

    fn text(&self, key: &str) -> Result<Option<&'a str>, String> {
        match self.get(key) {
            None => Ok(None),
            Some(Data::Str(text)) => Ok(Some(text)),
            Some(other) => Err(format!("{key} must be a text in quotes, and is {}", other.type_name())),
        }
    }

    fn resource(&self, kind: &Kind, n: usize, account: &str, region: &str, now: Timestamp) -> Result<Resource, String> {
        let mut fields = Vec::with_capacity(self.fields.len());
        for (key, value) in &self.fields {
            fields.push((*key, marked((*value).clone(), &kind.source(key).call())?));
        }
        let data = Data::object(fields);
        conform(&data, kind)?;
        let region = match (kind.scope(), kind.region_at().and_then(|path| data.at(path))) {
            (Scope::Account, _) => GLOBAL,
            (Scope::Region, Some(Data::Str(own))) => own,
            (Scope::Region, _) => region,
        };
        let name = match (self.text("$name")?, data.at(kind.name_at())) {
            (Some(name), _) => name.to_owned(),
            (None, Some(Data::Str(name))) => name.to_string(),
            _ => format!("{}-{n}", kind.name()),
        };
        let uid = self.text("$uid")?.map_or_else(|| format!("{}/{n}", kind.name()), str::to_owned);
        let tags = match self.get("$tags") {
            None => Vec::new(),
            Some(Data::Object(tags)) => tags.iter().map(|(k, v)| (k, v.as_str().unwrap_or_default())).collect(),
            Some(_) => return Err("$tags must be names and texts".to_owned()),
        };
        let resource = Resource {
            uid: uid.into(),
            kind: kind.name().clone(),
            provider: kind.provider().clone(),
            account: self.text("$account")?.unwrap_or(account).into(),
            region: self.text("$region")?.unwrap_or(region).into(),
            name: name.into(),
            tags: Arc::default(),
            collected_at: now,
            origin: None,
            data,
        };
        Ok(resource.tagged(tags))
    }
}

/// The same data with every `{unread: reason}` as what it stands for.
fn marked(data: Data, call: &str) -> Result<Data, String> {
    Ok(match data {
        Data::Object(object) => match (object.len(), object.get("unread")) {
            (1, Some(Data::Str(reason))) => {
                let reason = serde_json::from_value::<Reason>(reason.to_string().into());
                let reason = reason.map_err(|_| "an unread field needs a reason, such as access_denied")?;
                Data::from(Unread::new(reason, call))
            }
            _ => {
                let entries = object.iter().map(|(key, value)| Ok((key, marked(value.clone(), call)?)));
                Data::object(entries.collect::<Result<Vec<_>, String>>()?)
            }
        },
        Data::List(items) => {
            let items = items.iter().map(|item| marked(item.clone(), call));
            Data::list(items.collect::<Result<Vec<_>, _>>()?)
        }
        other => other,
    })
}
