//! A resource that a caller describes.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;

use super::{GLOBAL, Resource};
use crate::{Data, Error, ErrorKind, Kind, Result, Unread};

/// The fields that a description may have.
const FIELDS: [&str; 11] =
    ["uid", "kind", "provider", "account", "region", "name", "tags", "collected_at", "origin", "data", "unread"];

impl Resource {
    /// The resource that `given` describes: an object as a resource is written as JSON, of which only `uid` and `kind` must be
    /// there. What is missing of the rest is taken from the kind, where it is among `kinds`, and from the data.
    ///
    /// ```
    /// use cspm_core::{Data, Resource};
    ///
    /// let given = serde_json::json!({"uid": "acme:server/7", "kind": "acme_server", "data": {"name": "seven"}});
    /// let resource = Resource::from_data(&Data::from(given), &[])?;
    /// assert_eq!((&*resource.provider, &*resource.name, &*resource.region), ("acme", "seven", "global"));
    /// # Ok::<(), cspm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Format`] says which field is missing, of another type, or not one of a resource's.
    pub fn from_data(given: &Data, kinds: &[Arc<Kind>]) -> Result<Self> {
        let wrong = |what: &str| {
            Error::new(ErrorKind::Format, format!("take the resource {}", called(given))).with_source(what)
        };
        let object = given.as_object().ok_or_else(|| wrong(&format!("it is {}, not an object", given.type_name())))?;
        if let Some((name, _)) = object.iter().find(|(name, _)| !FIELDS.contains(name)) {
            let help = format!("its fields are {}; what is known of it goes into data", FIELDS.join(", "));
            return Err(wrong(&format!("a resource has no field {name:?}")).with_help(help));
        }
        let text = |name: &str| match given.get(name) {
            None | Some(Data::Null) => Ok(None),
            Some(Data::Str(text)) => Ok(Some(text.clone())),
            Some(other) => Err(wrong(&format!("its {name} is {}, not a string", other.type_name()))),
        };
        let needed = |name: &str| match text(name)? {
            Some(text) if !text.is_empty() => Ok(text),
            _ => Err(wrong(&format!("it has no {name}"))),
        };
        let (uid, kind) = (needed("uid")?, needed("kind")?);
        let model = kinds.iter().find(|model| *model.name() == kind);
        let mut data = match given.get("data") {
            None => Data::object::<&str>([]),
            Some(data @ (Data::Object(_) | Data::Null | Data::Unread(_))) => data.clone(),
            Some(other) => return Err(wrong(&format!("its data is {}, not an object", other.type_name()))),
        };
        mark_unread(&mut data, given.get("unread")).map_err(|what| wrong(&what))?;
        let in_data = |path: &str| data.at(path).and_then(Data::as_str).map(Arc::from);
        let provider = text("provider")?.unwrap_or_else(|| match model {
            Some(model) => model.provider().clone(),
            None => kind.split('_').next().unwrap_or(&kind).into(),
        });
        let region = text("region")?.or_else(|| model.and_then(|model| model.region_at()).and_then(in_data));
        let name = text("name")?.or_else(|| in_data(model.map_or("name", |model| model.name_at())));
        let resource = Self {
            name: name.unwrap_or_else(|| uid.clone()),
            provider,
            account: text("account")?.unwrap_or_default(),
            region: region.unwrap_or_else(|| GLOBAL.into()),
            tags: read::<Option<BTreeMap<_, _>>>(given.get("tags"))
                .map_err(|e| wrong(&format!("its tags: {e}")))?
                .unwrap_or_default()
                .into(),
            collected_at: read::<Option<Timestamp>>(given.get("collected_at"))
                .map_err(|e| wrong(&format!("its collected_at: {e}")))?
                .unwrap_or_else(Timestamp::now),
            origin: read::<Option<_>>(given.get("origin"))
                .map_err(|e| wrong(&format!("its origin: {e}")))?
                .map(Arc::new),
            data,
            uid,
            kind,
        };
        Ok(resource.withheld(model.map(|model| &**model)))
    }
}

/// What an error calls the resource: its uid, where it has one.
fn called(given: &Data) -> String {
    given.get("uid").and_then(Data::as_str).map_or_else(|| "without a uid".to_owned(), str::to_owned)
}

fn read<T: for<'de> Deserialize<'de>>(given: Option<&Data>) -> std::result::Result<T, serde_json::Error> {
    T::deserialize(given.map(Data::to_json).unwrap_or_default())
}

fn mark_unread(data: &mut Data, rows: Option<&Data>) -> std::result::Result<(), String> {
    #[derive(Deserialize)]
    struct Row {
        path: String,
        #[serde(flatten)]
        unread: Unread,
    }
    let rows: Option<Vec<Row>> = read(rows).map_err(|e| format!("its unread: {e}"))?;
    for Row { path, unread } in rows.unwrap_or_default() {
        if !data.mark_unread(&path, Arc::new(unread)) {
            return Err(format!("the unread path {path:?} is not in its data"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Reason;

    fn error(given: serde_json::Value) -> String {
        Resource::from_data(&Data::from(given), &[]).unwrap_err().to_string()
    }

    #[test]
    fn a_resource_comes_back_as_it_was_written() {
        let unread = Unread::new(Reason::AccessDenied, "acme:GetDisk").with_detail("no");
        let resource = Resource {
            uid: "acme:1".into(),
            kind: "acme_server".into(),
            provider: "acme".into(),
            account: "7".into(),
            region: "north".into(),
            name: "one".into(),
            tags: Arc::new(BTreeMap::from([("team".into(), "blue".into())])),
            collected_at: "2026-01-02T03:04:05Z".parse().unwrap(),
            origin: None,
            data: Data::object([("disk", Data::from(unread)), ("cpus", Data::Int(4))]),
        };
        let written = serde_json::to_value(&resource).unwrap();
        assert_eq!(written["data"], json!({"disk": null, "cpus": 4}));
        assert_eq!(Resource::from_data(&Data::from(written), &[]).unwrap(), resource);
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert!(error(json!([])).contains("it is list, not an object"));
        assert!(error(json!({"kind": "acme_server"})).contains("it has no uid"));
        assert!(error(json!({"uid": "acme:1"})).contains("acme:1: it has no kind"));
        assert!(error(json!({"uid": "u", "kind": "k", "regoin": "x"})).contains("no field \"regoin\""));
        assert!(error(json!({"uid": "u", "kind": "k", "region": 7})).contains("its region is int"));
        assert!(error(json!({"uid": "u", "kind": "k", "tags": {"a": 1}})).contains("its tags"));
        assert!(error(json!({"uid": "u", "kind": "k", "collected_at": "today"})).contains("its collected_at"));
        assert!(error(json!({"uid": "u", "kind": "k", "data": 3})).contains("its data is int"));
        let unread = json!([{"path": "/x", "reason": "access_denied"}]);
        assert!(error(json!({"uid": "u", "kind": "k", "unread": unread})).contains("\"/x\" is not in its data"));
    }
}
