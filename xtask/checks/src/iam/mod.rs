//! Policies: of roles, of users' permissions, of buckets, topics and keys.

mod actions;
mod documents;
mod principals;

use crate::registry::Group;

pub(crate) static GROUP: Group = Group {
    rules: &[
        &documents::ACTION_UNKNOWN,
        &documents::PRINCIPAL_UNKNOWN,
        &documents::TRUST_ACTION,
        &documents::TRUST_OPEN,
        &documents::EVERYTHING,
        &documents::SIZE,
        &documents::OTHER_BUCKET,
        &documents::PUBLIC_WHILE_BLOCKED,
    ],
    check: documents::check,
};
