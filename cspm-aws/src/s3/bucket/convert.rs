//! From the types of the SDK to the parts of `aws_s3_bucket`.

use aws_sdk_s3::operation::get_bucket_acl::GetBucketAclOutput;
use aws_sdk_s3::operation::get_bucket_notification_configuration::GetBucketNotificationConfigurationOutput;
use aws_sdk_s3::operation::get_bucket_website::GetBucketWebsiteOutput;
use aws_sdk_s3::types as sdk;
use cspm_core::{Read, Source};

use crate::live::{each, enumerations, filled, given, given_word, items, time, word};
use crate::s3::acl::{Acl, Grant};
use crate::s3::bucket_settings::{
    EncryptionConfiguration, EncryptionRule, EventNotificationConfiguration, LifecycleRule, Logging,
    ObjectLockConfiguration, OwnershipControls, OwnershipRule, Replication, ReplicationRule, Transition,
    WebsiteConfiguration,
};
use crate::s3::sources;

enumerations!(
    sdk::BucketVersioningStatus,
    sdk::ExpirationStatus,
    sdk::MfaDeleteStatus,
    sdk::ObjectLockEnabled,
    sdk::ObjectLockRetentionMode,
    sdk::ObjectOwnership,
    sdk::Permission,
    sdk::ReplicationRuleStatus,
    sdk::ServerSideEncryption,
    sdk::Type,
);

const LIFECYCLE: &Source = &sources::GET_BUCKET_LIFECYCLE_CONFIGURATION;

impl From<GetBucketAclOutput> for Acl {
    fn from(acl: GetBucketAclOutput) -> Self {
        let grants = items(acl.grants, &sources::GET_BUCKET_ACL, |entry| grant(entry, &sources::GET_BUCKET_ACL));
        Self { owner_id: acl.owner.and_then(|owner| owner.id), grants }
    }
}

/// An entry of an access control list, of a bucket or an object.
pub(super) fn grant(grant: sdk::Grant, source: &Source) -> Grant {
    let (kind, uri, id) = match grant.grantee {
        Some(grantee) => (Some(grantee.r#type), grantee.uri, grantee.id),
        None => (None, None, None),
    };
    let is_group = kind == Some(sdk::Type::Group);
    Grant {
        permission: given_word(grant.permission, source),
        // A group without its name, and a grantee of a kind that is not known, may be everyone.
        grantee_uri: match (word(kind.clone(), source), uri) {
            (_, Some(uri)) => Read::Known(Some(uri)),
            (Read::Known(Some(_)), None) if !is_group => Read::Known(None),
            (Read::Unread(unread), None) => unread.into(),
            (_, None) => given(None, source),
        },
        grantee_type: given_word(kind, source),
        grantee_id: id,
    }
}

impl From<sdk::OwnershipControls> for OwnershipControls {
    fn from(controls: sdk::OwnershipControls) -> Self {
        let rule = |rule: sdk::OwnershipControlsRule| OwnershipRule {
            object_ownership: given_word(Some(rule.object_ownership), &sources::GET_BUCKET_OWNERSHIP_CONTROLS),
        };
        Self { rules: rules(controls.rules, &sources::GET_BUCKET_OWNERSHIP_CONTROLS, rule) }
    }
}

impl From<sdk::LoggingEnabled> for Logging {
    fn from(logging: sdk::LoggingEnabled) -> Self {
        Self {
            target_bucket: given(filled(logging.target_bucket), &sources::GET_BUCKET_LOGGING),
            target_prefix: logging.target_prefix,
        }
    }
}

impl From<sdk::ServerSideEncryptionConfiguration> for EncryptionConfiguration {
    fn from(encryption: sdk::ServerSideEncryptionConfiguration) -> Self {
        let rule = |rule: sdk::ServerSideEncryptionRule| {
            let default = rule.apply_server_side_encryption_by_default;
            EncryptionRule {
                sse_algorithm: word(default.as_ref().map(|d| d.sse_algorithm.clone()), &sources::GET_BUCKET_ENCRYPTION),
                kms_master_key_id: default.and_then(|d| d.kms_master_key_id),
                bucket_key_enabled: rule.bucket_key_enabled == Some(true),
            }
        };
        Self { rules: rules(encryption.rules, &sources::GET_BUCKET_ENCRYPTION, rule) }
    }
}

impl From<sdk::LifecycleRule> for LifecycleRule {
    #[allow(deprecated, reason = "rules from before filters still have their prefix beside them")]
    fn from(rule: sdk::LifecycleRule) -> Self {
        let (filter_prefix, tag, and) =
            rule.filter.map(|filter| (filter.prefix, filter.tag, filter.and)).unwrap_or_default();
        let (and_prefix, and_tags) = and.map(|and| (and.prefix, and.tags)).unwrap_or_default();
        let tags = and_tags.into_iter().flatten().chain(tag).map(|tag| (tag.key, tag.value));
        let noncurrent = |t: sdk::NoncurrentVersionTransition| Transition {
            days: t.noncurrent_days,
            date: Read::Known(None),
            storage_class: t.storage_class.map(|class| class.as_str().to_owned()),
        };
        let expiration = rule.expiration.as_ref();
        Self {
            id: rule.id,
            status: given_word(Some(rule.status), LIFECYCLE),
            prefix: rule.prefix.or(filter_prefix).or(and_prefix).and_then(filled),
            tags: tags.collect(),
            expiration_days: expiration.and_then(|e| e.days),
            expiration_date: time(expiration.and_then(|e| e.date), LIFECYCLE),
            expired_object_delete_marker: expiration.and_then(|e| e.expired_object_delete_marker) == Some(true),
            noncurrent_version_expiration_days: rule.noncurrent_version_expiration.and_then(|e| e.noncurrent_days),
            abort_incomplete_multipart_upload_days: rule
                .abort_incomplete_multipart_upload
                .and_then(|abort| abort.days_after_initiation),
            transitions: each(rule.transitions, Into::into),
            noncurrent_version_transitions: each(rule.noncurrent_version_transitions, noncurrent),
        }
    }
}

impl From<sdk::Transition> for Transition {
    fn from(transition: sdk::Transition) -> Self {
        Self {
            days: transition.days,
            date: time(transition.date, LIFECYCLE),
            storage_class: transition.storage_class.map(|class| class.as_str().to_owned()),
        }
    }
}

impl From<sdk::ObjectLockConfiguration> for ObjectLockConfiguration {
    fn from(lock: sdk::ObjectLockConfiguration) -> Self {
        let retention = lock.rule.and_then(|rule| rule.default_retention);
        Self {
            object_lock_enabled: given_word(lock.object_lock_enabled, &sources::GET_OBJECT_LOCK_CONFIGURATION)
                .map(|enabled| enabled == "Enabled"),
            default_retention_mode: word(
                retention.as_ref().and_then(|r| r.mode.clone()),
                &sources::GET_OBJECT_LOCK_CONFIGURATION,
            ),
            default_retention_days: retention.as_ref().and_then(|r| r.days),
            default_retention_years: retention.and_then(|r| r.years),
        }
    }
}

impl From<sdk::ReplicationConfiguration> for Replication {
    fn from(replication: sdk::ReplicationConfiguration) -> Self {
        let rule = |rule: sdk::ReplicationRule| {
            let to = rule.destination;
            ReplicationRule {
                id: rule.id,
                status: given_word(Some(rule.status), &sources::GET_BUCKET_REPLICATION),
                destination_bucket: given(
                    to.as_ref().and_then(|to| filled(to.bucket.clone())),
                    &sources::GET_BUCKET_REPLICATION,
                ),
                destination_account: to.as_ref().and_then(|to| to.account.clone()),
                storage_class: to.and_then(|to| to.storage_class).map(|class| class.as_str().to_owned()),
            }
        };
        Self {
            role: given(filled(replication.role), &sources::GET_BUCKET_REPLICATION),
            rules: rules(replication.rules, &sources::GET_BUCKET_REPLICATION, rule),
        }
    }
}

impl From<GetBucketNotificationConfigurationOutput> for EventNotificationConfiguration {
    fn from(events: GetBucketNotificationConfigurationOutput) -> Self {
        let arn = |arn| given(filled(arn), &sources::GET_BUCKET_NOTIFICATION_CONFIGURATION);
        Self {
            event_bridge_enabled: events.event_bridge_configuration.is_some(),
            topics: each(events.topic_configurations, |to| arn(to.topic_arn)),
            queues: each(events.queue_configurations, |to| arn(to.queue_arn)),
            lambda_functions: each(events.lambda_function_configurations, |to| arn(to.lambda_function_arn)),
        }
    }
}

/// The rules of a configuration, which has one at least: the SDK has none where the answer lacks them.
fn rules<T, U>(list: Vec<T>, source: &Source, f: impl FnMut(T) -> U) -> Read<Vec<U>> {
    items(Some(list).filter(|rules| !rules.is_empty()), source, f)
}

impl From<GetBucketWebsiteOutput> for WebsiteConfiguration {
    fn from(website: GetBucketWebsiteOutput) -> Self {
        Self {
            index_document: website.index_document.map(|document| document.suffix),
            error_document: website.error_document.map(|document| document.key),
            redirect_all_requests_to: website.redirect_all_requests_to.map(|to| to.host_name),
        }
    }
}
