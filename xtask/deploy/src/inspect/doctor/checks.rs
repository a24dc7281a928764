//! All checks, in the order in which an environment is set up.

use super::context::DoctorContext;
use super::{
    account, alarms, bootstrap, certificates, connections, database, domain, images, machines,
    pipelines, quotas, secrets,
};
use crate::inspect::check_result::{CheckResult, sorted};
use crate::inspect::inspection::{Account, Inspection};

/// Judges everything that was found, in the order in which an environment is set up; in an area,
/// the worst first.
#[must_use]
pub fn doctor(context: &DoctorContext<'_>, found: &Inspection) -> Vec<CheckResult> {
    let mut results = vec![account::check(context.environment, found)];
    if let Inspection::Account(account) = found {
        results.extend(quotas::check(context, account));
        results.extend(bootstrap::check(context.environment, account));
        results.extend(runtime_checks(context, account));
    }
    sorted(results)
}

/// What concerns an environment that runs as much as one that is set up.
pub(crate) fn runtime_checks(context: &DoctorContext<'_>, account: &Account) -> Vec<CheckResult> {
    let mut results = connections::check(context.environment, account);
    results.extend(domain::check(context.environment, account));
    results.extend(database::check(context.environment, account));
    results.extend(alarms::check(context.environment, account));
    results.extend(bootstrap::drift_role(context.environment, account));
    results.extend(machines::check(context.environment, account));
    results.extend(certificates::check(context.environment, account));
    results.extend(secrets::check(context.environment, account));
    results.extend(images::check(context.environment, account));
    results.extend(pipelines::check(context, account));
    results
}
