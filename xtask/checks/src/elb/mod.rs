//! Load balancers of version 2: balancers, listeners, rules, target groups.

mod balancers;
mod listeners;
mod rules;

use crate::finding::Report;
use crate::model::Model;
use crate::registry::Group;

pub(crate) static GROUP: Group = Group {
    rules: &[
        &balancers::ONE_ZONE,
        &balancers::ZONE_TWICE,
        &balancers::NAME,
        &balancers::HEALTH_CHECK_TIMEOUT,
        &listeners::LISTENER_PROTOCOL,
        &listeners::CERTIFICATE_MISSING,
        &listeners::SECURITY_POLICY,
        &rules::PRIORITY_TWICE,
        &rules::CONDITION_VALUES,
        &rules::SHADOWED,
    ],
    check,
};

fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    balancers::check(model, report);
    listeners::check(model, report);
    rules::check(model, report);
}
