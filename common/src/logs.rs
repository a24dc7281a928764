//! Log groups: encrypted, and kept as long as the environment says.

use crate::environment::Environment;
use crate::resources::kinds::{KeyArn, LogGroupName};
use crate::resources::logs::LogGroup;
use crate::template::{Declared, DeletionPolicy, ResourceExt as _, UpdateReplacePolicy, Value};

/// A log group under a name of [`Names`](crate::naming::Names). A protected environment keeps it
/// when the stack goes; elsewhere it goes too.
#[must_use]
pub fn group(
    environment: &Environment,
    name: String,
    key: impl Into<Value<KeyArn>>,
) -> Declared<LogGroup> {
    let group = kept_group(environment, name, key);
    if environment.protected {
        group
    } else {
        group.retention(DeletionPolicy::Delete, UpdateReplacePolicy::Delete)
    }
}

/// A log group that every environment keeps when the stack goes, because something outside the
/// stack keeps writing to it.
#[must_use]
pub fn kept_group(
    environment: &Environment,
    name: String,
    key: impl Into<Value<KeyArn>>,
) -> Declared<LogGroup> {
    LogGroup::new()
        .log_group_name(Value::<LogGroupName>::trusted(name))
        .retention_in_days(environment.retention.logs.days())
        .kms_key_id(key)
        .retention(
            DeletionPolicy::RetainExceptOnCreate,
            UpdateReplacePolicy::Retain,
        )
}
