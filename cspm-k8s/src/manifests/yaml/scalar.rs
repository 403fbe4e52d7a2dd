//! What a scalar of YAML stands for: `resolve` of `go.yaml.in/yaml/v2` v2.4.2 (resolve.go), and the way from there to
//! JSON of `sigs.k8s.io/yaml` v1.6.0 (yaml.go, `convertToJSONableObject`).

use std::borrow::Cow;

use cspm_core::Data;

use super::{binary, number};

const CORE: &str = "tag:yaml.org,2002:";

/// What a scalar stands for.
#[derive(Debug, PartialEq)]
pub(super) enum Scalar {
    /// Its own text.
    Text,
    /// A whole number beyond the range of [`Data::Int`], which can be no key.
    Unsigned(u64),
    /// Something else.
    Data(Data),
}

impl Scalar {
    /// The data of the scalar with this text.
    pub(super) fn data(self, text: &str) -> Data {
        match self {
            Self::Text => Data::from(text),
            Self::Unsigned(n) => Data::Float(n as f64),
            Self::Data(data) => data,
        }
    }

    /// What becomes the key of an object of the scalar with this text.
    ///
    /// # Errors
    /// A message where nothing does.
    pub(super) fn key<'a>(&self, text: &'a str) -> Result<Cow<'a, str>, String> {
        match self {
            Self::Text => Ok(text.into()),
            Self::Unsigned(_) => Err("so large a number cannot be a key".to_owned()),
            Self::Data(data) => key(data).map(Cow::from),
        }
    }
}

/// What `text` stands for, with its tag written out; what is not plain is quoted or a block.
///
/// # Errors
/// A message where it is not what the tag says.
pub(super) fn resolve(text: &str, plain: bool, tag: Option<&str>) -> Result<Scalar, String> {
    let Some(tag) = tag else { return Ok(if plain { implicit(text) } else { Scalar::Text }) };
    let Some(name @ ("bool" | "int" | "float" | "null" | "binary")) = tag.strip_prefix(CORE) else {
        return Ok(Scalar::Text);
    };
    let found = match name {
        "binary" => binary::decode(text).map(|text| Scalar::Data(text.into())),
        _ => Some(implicit(text)),
    };
    match (name, found) {
        ("float", Some(Scalar::Data(Data::Int(n)))) => Ok(Scalar::Data(Data::Float(n as f64))),
        ("bool", Some(found @ Scalar::Data(Data::Bool(_))))
        | ("int", Some(found @ (Scalar::Data(Data::Int(_)) | Scalar::Unsigned(_))))
        | ("float", Some(found @ Scalar::Data(Data::Float(_))))
        | ("null", Some(found @ Scalar::Data(Data::Null)))
        | ("binary", Some(found)) => Ok(found),
        _ => Err(format!("this is tagged !!{name}, and is none")),
    }
}

/// Whether a key with this text asks for a merge.
pub(super) fn is_merge(text: &str, plain: bool, tag: Option<&str>) -> bool {
    text == "<<" && tag.map_or(plain, |tag| tag.strip_prefix(CORE) == Some("merge"))
}

/// What a plain scalar stands for.
fn implicit(text: &str) -> Scalar {
    let data = match text {
        "" | "~" | "null" | "Null" | "NULL" => Data::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Data::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Data::Bool(false),
        ".nan" | ".NaN" | ".NAN" => Data::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Data::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Data::Float(f64::NEG_INFINITY),
        _ => return number::parse(text).unwrap_or(Scalar::Text),
    };
    Scalar::Data(data)
}

/// The value as it is behind JSON, through which every manifest goes: `1.0` is written as `1` there, and is an int.
///
/// # Errors
/// A message where JSON cannot hold it.
pub(super) fn value(data: Data) -> Result<Data, String> {
    match data {
        Data::Float(n) if !n.is_finite() => {
            Err("the infinite and what is no number cannot be sent to Kubernetes".to_owned())
        }
        Data::Float(n) => Ok(n.to_string().parse().map_or(data, Data::Int)),
        data => Ok(data),
    }
}

/// The text that becomes the key of an object.
///
/// # Errors
/// A message where there is none.
pub(super) fn key(data: &Data) -> Result<String, String> {
    match data {
        Data::Bool(b) => Ok(b.to_string()),
        Data::Int(n) => Ok(n.to_string()),
        Data::Float(n) => Ok(number::key(*n)),
        Data::Str(text) => Ok(text.to_string()),
        Data::Null => Err("null cannot be a key".to_owned()),
        _ => Err("a list or a map cannot be a key".to_owned()),
    }
}
