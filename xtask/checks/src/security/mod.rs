//! Choices that a control of AWS Security Hub names as insecure.

mod choices;
mod containers;

use crate::finding::Report;
use crate::model::Model;
use crate::registry::Group;

pub(crate) static GROUP: Group = Group {
    rules: &[
        &containers::PRIVILEGED_CONTAINER,
        &containers::HOST_PROCESSES,
        &containers::KEY_IN_CLEAR,
        &choices::BAD_HEADERS,
        &choices::KEY_ROTATION,
        &choices::METADATA_TOKENS,
        &choices::NO_ACCESS_LOGS,
        &choices::NOT_SCANNED,
        &choices::OLD_TLS,
        &choices::PUBLIC_ADDRESSES,
        &choices::PUBLIC_BUCKET,
        &choices::VOLUME_IN_CLEAR,
        &choices::WRITABLE_ROOT,
    ],
    check,
};

fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    containers::check(model, report);
    choices::check(model, report);
}
