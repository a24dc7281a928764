//! Runs that take no program: what CloudFormation does with a resource, and steps that AWS documents.

use cicd_stack::permissions::only_reads;
use rehearsal::pipelines::managing::{Manager, Need, Operation};
use rehearsal::pipelines::policy::{Decision, Denial, Request};
use rehearsal::pipelines::rights::{
    Handlers, Record, STEPS, handlers, in_table_of_calls, requests,
};

use super::run::{Ran, Stage};

fn said(role: &str, request: &Request, denial: &Denial) -> String {
    format!(
        "{role} is not authorized to perform {} on {}: {denial}",
        request.action, request.resource
    )
}

/// CloudFormation creates, reads, updates and deletes every resource: the calls that no schema lists.
pub(super) fn managed(stage: &Stage<'_>) -> Ran {
    let roles = stage.roles();
    let manager = Manager::new(roles.stacks, roles.rights);
    let mut record = Record::default();
    let mut failed = None;
    for (_, role) in roles.iter() {
        for resource in roles.stacks.resources() {
            let operations = match handlers(roles, &role.name, resource.stack) {
                None => continue,
                Some(Handlers::All) => &Operation::ALL[..],
                Some(Handlers::Read) => &[Operation::Read][..],
            };
            let reading = operations == [Operation::Read];
            for &operation in operations {
                for need in manager.needs(&resource, operation).unwrap() {
                    let Need::On(request) = &need else { continue };
                    if !in_table_of_calls(resource.resource_type, need.action()) {
                        continue;
                    }
                    // A row of any operation is about all of them.
                    if reading && !only_reads(need.action()) {
                        continue;
                    }
                    let decision = record.decide(roles.rights, &role.arn, request);
                    if let Decision::Denied(denial) = decision {
                        failed.get_or_insert(said(&role.name, request, &denial));
                    }
                }
            }
        }
    }
    Ran { record, failed }
}

/// AWS's services and agents do what is documented of them. A step ends with its first refusal.
pub(super) fn steps(stage: &Stage<'_>) -> Ran {
    let roles = stage.roles();
    let mut record = Record::default();
    let mut failed = None;
    for step in STEPS {
        for (kind, role) in roles.iter().filter(|(kind, _)| *kind == *step.role) {
            let requests = requests(roles, role, step).unwrap();
            for request in requests.into_iter().flatten() {
                let decision = record.decide(roles.rights, &role.arn, &request);
                if let Decision::Denied(denial) = decision {
                    let why = said(&role.name, &request, &denial);
                    failed.get_or_insert(format!("{kind}: {}: {why}", step.what));
                    break;
                }
            }
        }
    }
    Ran { record, failed }
}
