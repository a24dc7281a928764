//! Policies: of roles, of users' permissions, of buckets, topics and keys.

mod actions;
mod documents;
mod managed;
mod principals;
mod uses;

use crate::finding::Report;
use crate::model::Model;
use crate::registry::Group;

pub(crate) static GROUP: Group = Group {
    rules: &[
        &documents::ACTION_UNKNOWN,
        &documents::PRINCIPAL_UNKNOWN,
        &documents::TRUST_ACTION,
        &documents::TRUST_OPEN,
        &documents::RESOURCE_OPEN,
        &documents::EVERYTHING,
        &documents::STRUCTURE,
        &documents::SIZE,
        &documents::OTHER_BUCKET,
        &documents::PUBLIC_WHILE_BLOCKED,
        &managed::UNKNOWN,
        &managed::OF_A_SERVICE,
        &uses::NOT_TRUSTED,
    ],
    check,
};

fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    documents::check(model, report);
    managed::check(model, report);
    uses::check(model, report);
}
