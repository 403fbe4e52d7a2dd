//! Policy documents in canonical form.

use super::{Function, Param, Val, data, function, text};
use crate::analysis::policy;

pub(super) const FUNCTIONS: &[Function] = &[
    function("policy_is_public", &[Param::Policy], Param::Bool, |_, args| {
        Ok(Val::Bool(policy::is_public(&data(args[0]))?))
    }),
    function("policy_public_actions", &[Param::Policy], Param::Texts, |scope, args| {
        Ok(Val::texts(scope.arena, policy::public_actions(&data(args[0]))?))
    }),
    function("policy_gives_public", &[Param::Policy, Param::Texts], Param::Bool, |_, args| {
        Ok(Val::Bool(policy::gives_public(&data(args[0]), &data(args[1]))?))
    }),
    function("policy_other_accounts", &[Param::Policy, Param::Text], Param::Texts, |scope, args| {
        Ok(Val::texts(scope.arena, policy::other_accounts(&data(args[0]), text(args[1]))?))
    }),
    function("policy_is_admin", &[Param::Policy], Param::Bool, |_, args| {
        Ok(Val::Bool(policy::is_admin(&data(args[0]))?))
    }),
    function("policy_allows", &[Param::List, Param::Text, Param::Text], Param::Bool, |_, args| {
        Ok(Val::Bool(policy::allows(&data(args[0]), text(args[1]), text(args[2]))?))
    }),
    function("policy_gives_full_access", &[Param::Policy, Param::Text], Param::Bool, |_, args| {
        Ok(Val::Bool(policy::gives_full_access(&data(args[0]), text(args[1]))?))
    }),
    function("policy_denies", &[Param::Policy, Param::Text, Param::Text, Param::Map], Param::Bool, |_, args| {
        Ok(Val::Bool(policy::denies(&data(args[0]), text(args[1]), text(args[2]), &data(args[3]))?))
    }),
    function("policy_trusts_services", &[Param::Policy], Param::Texts, |scope, args| {
        Ok(Val::texts(scope.arena, policy::trusts_services(&data(args[0]))?))
    }),
    function("policy_has_condition", &[Param::Policy, Param::Text], Param::Bool, |_, args| {
        Ok(Val::Bool(policy::has_condition(&data(args[0]), text(args[1]))?))
    }),
];
