//! Log groups: encrypted, and kept as long as the environment says.

use crate::environment::Environment;
use crate::resources::kinds::{KeyArn, LogGroupName};
use crate::resources::logs::LogGroup;
use crate::template::{Declared, DeletionPolicy, ResourceExt as _, UpdateReplacePolicy, Value};

/// A log group under a name of [`Names`](crate::naming::Names). A protected environment keeps it
/// when the stack goes; elsewhere it goes too, so that an environment can be made again.
#[must_use]
pub fn group(
    environment: &Environment,
    name: String,
    key: impl Into<Value<KeyArn>>,
) -> Declared<LogGroup> {
    let group = LogGroup::new()
        .log_group_name(Value::<LogGroupName>::trusted(name))
        .retention_in_days(environment.retention.logs.days())
        .kms_key_id(key);
    if environment.protected {
        group.retention(DeletionPolicy::RetainExceptOnCreate, UpdateReplacePolicy::Retain)
    } else {
        group.retention(DeletionPolicy::Delete, UpdateReplacePolicy::Delete)
    }
}
