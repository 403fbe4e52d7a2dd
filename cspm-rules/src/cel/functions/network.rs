//! Addresses and what may reach them.

use super::{Function, Param, Val, data, function, int, text};
use crate::analysis::network;

pub(super) const FUNCTIONS: &[Function] = &[
    function("cidr_is_any", &[Param::Text], Param::Bool, |_, args| Ok(Val::Bool(network::cidr_is_any(text(args[0]))?))),
    function("cidr_is_public", &[Param::Text], Param::Bool, |_, args| {
        Ok(Val::Bool(network::cidr_is_public(text(args[0]))?))
    }),
    function("cidr_contains", &[Param::Text, Param::Text], Param::Bool, |_, args| {
        Ok(Val::Bool(network::cidr_contains(text(args[0]), text(args[1]))?))
    }),
    function("cidr_prefix_length", &[Param::Text], Param::Int, |_, args| {
        Ok(Val::Int(network::cidr_prefix_length(text(args[0]))?))
    }),
    function("open_to_internet", &[Param::List, Param::Text, Param::Ints], Param::Bool, |_, args| {
        Ok(Val::Bool(network::open_to_internet(&data(args[0]), text(args[1]), &data(args[2]))?))
    }),
    function("open_to_internet_besides", &[Param::List, Param::Text, Param::Ints], Param::Bool, |_, args| {
        Ok(Val::Bool(network::open_to_internet_besides(&data(args[0]), text(args[1]), &data(args[2]))?))
    }),
    function("open_to_public", &[Param::List, Param::Text, Param::Ints], Param::Bool, |_, args| {
        Ok(Val::Bool(network::open_to_public(&data(args[0]), text(args[1]), &data(args[2]))?))
    }),
    function("opens_all_ports_to_internet", &[Param::List], Param::Bool, |_, args| {
        Ok(Val::Bool(network::opens_all_ports_to_internet(&data(args[0]))?))
    }),
    function("has_more_rules_than", &[Param::List, Param::Int], Param::Bool, |_, args| {
        Ok(Val::Bool(network::has_more_rules_than(&data(args[0]), int(args[1]))?))
    }),
    function("nacl_allows_from_internet", &[Param::List, Param::Text, Param::Ints], Param::Bool, |_, args| {
        Ok(Val::Bool(network::nacl_allows_from_internet(&data(args[0]), text(args[1]), &data(args[2]))?))
    }),
    function("nacl_allows_most_ports_from_internet", &[Param::List], Param::Bool, |_, args| {
        Ok(Val::Bool(network::nacl_allows_most_ports_from_internet(&data(args[0]))?))
    }),
];
