//! Users, groups, roles and policies from the one call that gives them all; and what is then asked for each user.

use aws_sdk_iam::operation::get_account_authorization_details::GetAccountAuthorizationDetailsOutput as Answer;
use aws_sdk_iam::types::{self as sdk, EntityType};
use cspm_core::{Model, Resource};

use super::access_key::{self, AccessKey};
use super::credential_report::collect::Report;
use super::group::{self, Group};
use super::policy::{self, ManagedPolicy};
use super::role::{self, Role};
use super::sources::GET_ACCOUNT_AUTHORIZATION_DETAILS;
use super::user::{self, User};
use crate::client::{Miss, Page, Site};
use crate::live::{filled, needed};

/// One thing of a page.
enum Entity {
    User(sdk::UserDetail),
    Group(sdk::GroupDetail),
    Role(sdk::RoleDetail),
    Policy(sdk::ManagedPolicyDetail),
}

pub(super) async fn collect(site: &Site, report: &Report) {
    let kinds = [User::KIND, AccessKey::KIND, Group::KIND, Role::KIND, ManagedPolicy::KIND];
    if !kinds.iter().any(|kind| site.wants(kind)) {
        return;
    }
    let iam = &site.iam();
    let filter = &filter(site);
    let last_used = &user::collect::passwords_last_used(site, iam).await;
    site.list(&kinds, &GET_ACCOUNT_AUTHORIZATION_DETAILS)
        .each(
            |marker: Option<String>| {
                let request = iam.get_account_authorization_details().set_filter(Some(filter.clone()));
                request.max_items(1000).set_marker(marker).send()
            },
            entities,
            |entity| async move {
                match entity {
                    Entity::User(user) => of_user(site, iam, last_used, report, user).await,
                    Entity::Group(group) => group::collect::describe(site, group).map(one),
                    Entity::Role(role) => role::collect::describe(site, role).map(one),
                    Entity::Policy(policy) => policy::collect::describe(site, policy).map(Vec::from_iter),
                }
            },
        )
        .await;
}

/// What to ask for: the rest may be large.
fn filter(site: &Site) -> Vec<EntityType> {
    let mut filter = Vec::new();
    if site.wants(User::KIND) || site.wants(AccessKey::KIND) {
        filter.push(EntityType::User);
    }
    if site.wants(Group::KIND) {
        filter.push(EntityType::Group);
    }
    if site.wants(Role::KIND) {
        filter.push(EntityType::Role);
    }
    if site.wants(ManagedPolicy::KIND) {
        filter.extend([EntityType::LocalManagedPolicy, EntityType::AwsManagedPolicy]);
    }
    filter
}

/// All four lists are in every answer, also those that were not asked for.
fn entities(answer: Answer) -> Page<Entity> {
    let Answer { user_detail_list, group_detail_list, role_detail_list, policies, is_truncated, marker, .. } = answer;
    let entities = match (user_detail_list, group_detail_list, role_detail_list, policies) {
        (Some(users), Some(groups), Some(roles), Some(policies)) => {
            let users = users.into_iter().map(Entity::User);
            let groups = groups.into_iter().map(Entity::Group);
            let roles = roles.into_iter().map(Entity::Role);
            Some(users.chain(groups).chain(roles).chain(policies.into_iter().map(Entity::Policy)).collect())
        }
        _ => None,
    };
    Page::marked(entities, is_truncated, marker)
}

async fn of_user(
    site: &Site,
    iam: &aws_sdk_iam::Client,
    last_used: &user::collect::LastUsed,
    report: &Report,
    user: sdk::UserDetail,
) -> Result<Vec<Resource>, Miss> {
    let mut found = Vec::new();
    if site.wants(AccessKey::KIND) {
        // Without a name, IAM would list the keys of whoever asks.
        let name = needed(user.user_name.clone().and_then(filled), "the name of a user")?;
        found = access_key::collect::of_user(site, iam, &name).await?;
    }
    if site.wants(User::KIND) {
        found.push(user::collect::describe(site, iam, last_used, report, user).await?);
    }
    Ok(found)
}

fn one(resource: Resource) -> Vec<Resource> {
    vec![resource]
}
