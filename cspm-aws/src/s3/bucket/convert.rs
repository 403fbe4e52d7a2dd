//! From the types of the SDK to the parts of `aws_s3_bucket`.

use aws_sdk_s3::operation::get_bucket_acl::GetBucketAclOutput;
use aws_sdk_s3::operation::get_bucket_notification_configuration::GetBucketNotificationConfigurationOutput;
use aws_sdk_s3::operation::get_bucket_website::GetBucketWebsiteOutput;
use aws_sdk_s3::types as sdk;

use crate::live::timestamp;
use crate::s3::acl::{Acl, Grant};
use crate::s3::bucket_settings::{
    EncryptionConfiguration, EncryptionRule, EventNotificationConfiguration, LifecycleRule, Logging,
    ObjectLockConfiguration, OwnershipControls, OwnershipRule, Replication, ReplicationRule, Transition,
    WebsiteConfiguration,
};

impl From<GetBucketAclOutput> for Acl {
    fn from(acl: GetBucketAclOutput) -> Self {
        let grants = acl.grants.unwrap_or_default().into_iter().map(Into::into).collect();
        Self { owner_id: acl.owner.and_then(|owner| owner.id), grants }
    }
}

impl From<sdk::Grant> for Grant {
    fn from(grant: sdk::Grant) -> Self {
        let (kind, uri, id) = grant.grantee.map_or((String::new(), None, None), |grantee| {
            (grantee.r#type.as_str().to_owned(), grantee.uri, grantee.id)
        });
        let permission = grant.permission.map(|p| p.as_str().to_owned()).unwrap_or_default();
        Self { permission, grantee_type: kind, grantee_uri: uri, grantee_id: id }
    }
}

impl From<sdk::OwnershipControls> for OwnershipControls {
    fn from(controls: sdk::OwnershipControls) -> Self {
        let rule = |rule: sdk::OwnershipControlsRule| OwnershipRule {
            object_ownership: rule.object_ownership.as_str().to_owned(),
        };
        Self { rules: controls.rules.into_iter().map(rule).collect() }
    }
}

impl From<sdk::LoggingEnabled> for Logging {
    fn from(logging: sdk::LoggingEnabled) -> Self {
        Self { target_bucket: logging.target_bucket, target_prefix: logging.target_prefix }
    }
}

impl From<sdk::ServerSideEncryptionConfiguration> for EncryptionConfiguration {
    fn from(encryption: sdk::ServerSideEncryptionConfiguration) -> Self {
        let rule = |rule: sdk::ServerSideEncryptionRule| {
            let default = rule.apply_server_side_encryption_by_default;
            EncryptionRule {
                sse_algorithm: default.as_ref().map(|d| d.sse_algorithm.as_str().to_owned()),
                kms_master_key_id: default.and_then(|d| d.kms_master_key_id),
                bucket_key_enabled: rule.bucket_key_enabled.unwrap_or_default(),
            }
        };
        Self { rules: encryption.rules.into_iter().map(rule).collect() }
    }
}

impl From<sdk::LifecycleRule> for LifecycleRule {
    #[allow(deprecated, reason = "rules from before filters still have their prefix beside them")]
    fn from(rule: sdk::LifecycleRule) -> Self {
        let filter = rule.filter.unwrap_or_else(|| sdk::LifecycleRuleFilter::builder().build());
        let (and_prefix, and_tags) = filter.and.map(|and| (and.prefix, and.tags)).unwrap_or_default();
        let tags = and_tags.unwrap_or_default().into_iter().chain(filter.tag).map(|tag| (tag.key, tag.value));
        let noncurrent = |t: sdk::NoncurrentVersionTransition| Transition {
            days: t.noncurrent_days,
            date: None,
            storage_class: t.storage_class.map(|class| class.as_str().to_owned()),
        };
        Self {
            id: rule.id,
            status: rule.status.as_str().to_owned(),
            prefix: rule.prefix.or(filter.prefix).or(and_prefix).filter(|prefix| !prefix.is_empty()),
            tags: tags.collect(),
            expiration_days: rule.expiration.as_ref().and_then(|e| e.days),
            expiration_date: rule.expiration.as_ref().and_then(|e| e.date).and_then(timestamp),
            expired_object_delete_marker: rule
                .expiration
                .and_then(|e| e.expired_object_delete_marker)
                .unwrap_or_default(),
            noncurrent_version_expiration_days: rule.noncurrent_version_expiration.and_then(|e| e.noncurrent_days),
            abort_incomplete_multipart_upload_days: rule
                .abort_incomplete_multipart_upload
                .and_then(|abort| abort.days_after_initiation),
            transitions: rule.transitions.unwrap_or_default().into_iter().map(Into::into).collect(),
            noncurrent_version_transitions: rule
                .noncurrent_version_transitions
                .unwrap_or_default()
                .into_iter()
                .map(noncurrent)
                .collect(),
        }
    }
}

impl From<sdk::Transition> for Transition {
    fn from(transition: sdk::Transition) -> Self {
        Self {
            days: transition.days,
            date: transition.date.and_then(timestamp),
            storage_class: transition.storage_class.map(|class| class.as_str().to_owned()),
        }
    }
}

impl From<sdk::ObjectLockConfiguration> for ObjectLockConfiguration {
    fn from(lock: sdk::ObjectLockConfiguration) -> Self {
        let retention = lock.rule.and_then(|rule| rule.default_retention);
        Self {
            object_lock_enabled: lock.object_lock_enabled == Some(sdk::ObjectLockEnabled::Enabled),
            default_retention_mode: retention
                .as_ref()
                .and_then(|r| r.mode.as_ref())
                .map(|mode| mode.as_str().to_owned()),
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
                status: rule.status.as_str().to_owned(),
                destination_bucket: to.as_ref().map(|to| to.bucket.clone()),
                destination_account: to.as_ref().and_then(|to| to.account.clone()),
                storage_class: to.and_then(|to| to.storage_class).map(|class| class.as_str().to_owned()),
            }
        };
        Self { role: replication.role, rules: replication.rules.into_iter().map(rule).collect() }
    }
}

impl From<GetBucketNotificationConfigurationOutput> for EventNotificationConfiguration {
    fn from(events: GetBucketNotificationConfigurationOutput) -> Self {
        let topics = events.topic_configurations.unwrap_or_default();
        let queues = events.queue_configurations.unwrap_or_default();
        let functions = events.lambda_function_configurations.unwrap_or_default();
        Self {
            event_bridge_enabled: events.event_bridge_configuration.is_some(),
            topics: topics.into_iter().map(|to| to.topic_arn).collect(),
            queues: queues.into_iter().map(|to| to.queue_arn).collect(),
            lambda_functions: functions.into_iter().map(|to| to.lambda_function_arn).collect(),
        }
    }
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
