//! From a typed model to data: any `Serialize` type, with unread fields kept in place.

use std::fmt::Display;
use std::sync::Arc;

use serde::Serialize;
use serde::ser::{
    self, Impossible, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
};
use serde::ser::{SerializeTupleStruct, SerializeTupleVariant};

use super::Data;
use crate::unread::UNREAD;
use crate::{Error, ErrorKind, Result, Unread};

/// The data of a typed model; a [`crate::Read`] that was not read becomes [`Data::Unread`] in its place.
///
/// # Errors
/// [`ErrorKind::Model`] where a value has no place in JSON: a map whose keys are not texts, bytes.
pub fn to_data<T: Serialize + ?Sized>(value: &T) -> Result<Data> {
    value.serialize(ToData).map_err(|e| {
        Error::new(ErrorKind::Model, format!("take {} as data", std::any::type_name::<T>())).with_source(e)
    })
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Fault(String);

impl ser::Error for Fault {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

struct ToData;

macro_rules! integers {
    ($($method:ident: $type:ty),*) => {
        $(fn $method(self, n: $type) -> Result<Data, Fault> { Ok(Data::Int(i64::from(n))) })*
    };
}

impl ser::Serializer for ToData {
    type Ok = Data;
    type Error = Fault;
    type SerializeSeq = List;
    type SerializeTuple = List;
    type SerializeTupleStruct = List;
    type SerializeTupleVariant = Variant<List>;
    type SerializeMap = Entries;
    type SerializeStruct = Entries;
    type SerializeStructVariant = Variant<Entries>;

    integers!(serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
              serialize_u8: u8, serialize_u16: u16, serialize_u32: u32);

    fn serialize_bool(self, b: bool) -> Result<Data, Fault> {
        Ok(Data::Bool(b))
    }
    fn serialize_u64(self, n: u64) -> Result<Data, Fault> {
        Ok(i64::try_from(n).map_or(Data::Float(n as f64), Data::Int))
    }
    fn serialize_f32(self, n: f32) -> Result<Data, Fault> {
        Ok(Data::Float(n.into()))
    }
    fn serialize_f64(self, n: f64) -> Result<Data, Fault> {
        Ok(Data::Float(n))
    }
    fn serialize_char(self, c: char) -> Result<Data, Fault> {
        Ok(Data::from(c.to_string()))
    }
    fn serialize_str(self, text: &str) -> Result<Data, Fault> {
        Ok(Data::from(text))
    }
    fn serialize_bytes(self, _: &[u8]) -> Result<Data, Fault> {
        Err(ser::Error::custom("bytes have no place in data"))
    }
    fn serialize_none(self) -> Result<Data, Fault> {
        Ok(Data::Null)
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Data, Fault> {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Result<Data, Fault> {
        Ok(Data::Null)
    }
    fn serialize_unit_struct(self, _: &'static str) -> Result<Data, Fault> {
        Ok(Data::Null)
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Data, Fault> {
        Ok(Data::from(variant))
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<Data, Fault> {
        if name != UNREAD {
            return value.serialize(self);
        }
        let unread = serde_json::to_value(value).and_then(serde_json::from_value::<Unread>);
        Ok(Data::Unread(Arc::new(unread.map_err(ser::Error::custom)?)))
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Data, Fault> {
        Ok(Data::object([(variant, value.serialize(self)?)]))
    }
    fn serialize_seq(self, length: Option<usize>) -> Result<List, Fault> {
        Ok(List(Vec::with_capacity(length.unwrap_or(0))))
    }
    fn serialize_tuple(self, length: usize) -> Result<List, Fault> {
        self.serialize_seq(Some(length))
    }
    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<List, Fault> {
        self.serialize_seq(Some(length))
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Variant<List>, Fault> {
        Ok(Variant(variant, self.serialize_seq(Some(length))?))
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Entries, Fault> {
        Ok(Entries { entries: Vec::new(), key: None })
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Entries, Fault> {
        self.serialize_map(None)
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Variant<Entries>, Fault> {
        Ok(Variant(variant, self.serialize_map(None)?))
    }
}

struct List(Vec<Data>);
struct Variant<T>(&'static str, T);
struct Entries {
    entries: Vec<(Arc<str>, Data)>,
    key: Option<Arc<str>>,
}

impl List {
    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        self.0.push(value.serialize(ToData)?);
        Ok(())
    }
}

impl SerializeSeq for List {
    type Ok = Data;
    type Error = Fault;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        self.push(value)
    }
    fn end(self) -> Result<Data, Fault> {
        Ok(Data::List(self.0.into()))
    }
}

impl SerializeTuple for List {
    type Ok = Data;
    type Error = Fault;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        self.push(value)
    }
    fn end(self) -> Result<Data, Fault> {
        SerializeSeq::end(self)
    }
}

impl SerializeTupleStruct for List {
    type Ok = Data;
    type Error = Fault;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        self.push(value)
    }
    fn end(self) -> Result<Data, Fault> {
        SerializeSeq::end(self)
    }
}

impl SerializeTupleVariant for Variant<List> {
    type Ok = Data;
    type Error = Fault;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        self.1.push(value)
    }
    fn end(self) -> Result<Data, Fault> {
        Ok(Data::object([(self.0, SerializeSeq::end(self.1)?)]))
    }
}

impl SerializeMap for Entries {
    type Ok = Data;
    type Error = Fault;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Fault> {
        self.key = Some(key.serialize(ToKey)?);
        Ok(())
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        let key = self.key.take().ok_or_else(|| ser::Error::custom("a value came before its key"))?;
        self.entries.push((key, value.serialize(ToData)?));
        Ok(())
    }
    fn end(self) -> Result<Data, Fault> {
        Ok(Data::object(self.entries))
    }
}

impl SerializeStruct for Entries {
    type Ok = Data;
    type Error = Fault;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Fault> {
        self.entries.push((key.into(), value.serialize(ToData)?));
        Ok(())
    }
    fn end(self) -> Result<Data, Fault> {
        SerializeMap::end(self)
    }
}

impl SerializeStructVariant for Variant<Entries> {
    type Ok = Data;
    type Error = Fault;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Fault> {
        SerializeStruct::serialize_field(&mut self.1, key, value)
    }
    fn end(self) -> Result<Data, Fault> {
        Ok(Data::object([(self.0, SerializeMap::end(self.1)?)]))
    }
}

/// Keys are texts; anything else is an error of the model.
struct ToKey;

macro_rules! no_keys {
    ($($method:ident($($arg:ty),*) -> $ok:ty;)*) => {
        $(fn $method(self, $(_: $arg),*) -> Result<$ok, Fault> { Err(ser::Error::custom("a key must be a text")) })*
    };
}

impl ser::Serializer for ToKey {
    type Ok = Arc<str>;
    type Error = Fault;
    type SerializeSeq = Impossible<Arc<str>, Fault>;
    type SerializeTuple = Impossible<Arc<str>, Fault>;
    type SerializeTupleStruct = Impossible<Arc<str>, Fault>;
    type SerializeTupleVariant = Impossible<Arc<str>, Fault>;
    type SerializeMap = Impossible<Arc<str>, Fault>;
    type SerializeStruct = Impossible<Arc<str>, Fault>;
    type SerializeStructVariant = Impossible<Arc<str>, Fault>;

    fn serialize_str(self, text: &str) -> Result<Arc<str>, Fault> {
        Ok(text.into())
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Arc<str>, Fault> {
        Ok(variant.into())
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Arc<str>, Fault> {
        value.serialize(self)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<Arc<str>, Fault> {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Arc<str>, Fault> {
        Err(ser::Error::custom("a key must be a text"))
    }

    no_keys! {
        serialize_bool(bool) -> Arc<str>;
        serialize_i8(i8) -> Arc<str>;
        serialize_i16(i16) -> Arc<str>;
        serialize_i32(i32) -> Arc<str>;
        serialize_i64(i64) -> Arc<str>;
        serialize_u8(u8) -> Arc<str>;
        serialize_u16(u16) -> Arc<str>;
        serialize_u32(u32) -> Arc<str>;
        serialize_u64(u64) -> Arc<str>;
        serialize_f32(f32) -> Arc<str>;
        serialize_f64(f64) -> Arc<str>;
        serialize_char(char) -> Arc<str>;
        serialize_bytes(&[u8]) -> Arc<str>;
        serialize_none() -> Arc<str>;
        serialize_unit() -> Arc<str>;
        serialize_unit_struct(&'static str) -> Arc<str>;
        serialize_seq(Option<usize>) -> Self::SerializeSeq;
        serialize_tuple(usize) -> Self::SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
        serialize_map(Option<usize>) -> Self::SerializeMap;
        serialize_struct(&'static str, usize) -> Self::SerializeStruct;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
    }
}
