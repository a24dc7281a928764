//! All checks, in the order in which an environment is set up.

use super::context::DoctorContext;
use super::{
    account, alarms, bootstrap, certificates, connections, database, domain, images, machines,
    pipelines, quotas, secrets,
};
use crate::inspect::finding::{Finding, sorted};
use crate::inspect::inspection::{Account, Inspection};

/// Judges everything that was found, in the order in which an environment is set up; in an area,
/// the worst first.
#[must_use]
pub fn doctor(context: &DoctorContext<'_>, found: &Inspection) -> Vec<Finding> {
    let mut findings = vec![account::check(context.environment, found)];
    if let Inspection::Account(account) = found {
        findings.extend(quotas::check(context, account));
        findings.extend(bootstrap::check(context.environment, account));
        findings.extend(runtime_checks(context, account));
    }
    sorted(findings)
}

/// What concerns an environment that runs as much as one that is set up.
pub(crate) fn runtime_checks(context: &DoctorContext<'_>, account: &Account) -> Vec<Finding> {
    let mut findings = connections::check(context.environment, account);
    findings.extend(domain::check(context.environment, account));
    findings.extend(database::check(context.environment, account));
    findings.extend(alarms::check(context.environment, account));
    findings.extend(bootstrap::drift_role(context.environment, account));
    findings.extend(machines::check(context.environment, account));
    findings.extend(certificates::check(context.environment, account));
    findings.extend(secrets::check(context.environment, account));
    findings.extend(images::check(context.environment, account));
    findings.extend(pipelines::check(context, account));
    findings
}
