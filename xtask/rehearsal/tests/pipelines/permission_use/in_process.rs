//! Runs that take no program: what CloudFormation does with a resource, and steps that AWS documents.

use cicd_stack::permissions::only_reads;
use rehearsal::pipelines::handler_permissions::{
    HandlerPermissions, Operation, RequiredPermission,
};
use rehearsal::pipelines::permission_use::{
    Handlers, RequestLog, STEPS, handlers, in_table_of_calls, requests,
};
use rehearsal::pipelines::policy::{Decision, Denial, Request};

use super::run::{RunResult, TestEnvironment};

fn said(role: &str, request: &Request, denial: &Denial) -> String {
    format!(
        "{role} is not authorized to perform {} on {}: {denial}",
        request.action, request.resource
    )
}

/// CloudFormation creates, reads, updates and deletes every resource: the calls that no schema lists.
pub(super) fn managed(test_env: &TestEnvironment<'_>) -> RunResult {
    let roles = test_env.roles();
    let permissions = HandlerPermissions::new(roles.stacks, roles.rights);
    let mut log = RequestLog::default();
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
                for permission in permissions.required(&resource, operation).unwrap() {
                    let RequiredPermission::OnResource(request) = &permission else {
                        continue;
                    };
                    if !in_table_of_calls(resource.resource_type, permission.action()) {
                        continue;
                    }
                    // A row of any operation is about all of them.
                    if reading && !only_reads(permission.action()) {
                        continue;
                    }
                    let decision = log.decide(roles.rights, &role.arn, request);
                    if let Decision::Denied(denial) = decision {
                        failed.get_or_insert(said(&role.name, request, &denial));
                    }
                }
            }
        }
    }
    RunResult { log, failed }
}

/// AWS's services and agents do what is documented of them. A step ends with its first refusal.
pub(super) fn steps(test_env: &TestEnvironment<'_>) -> RunResult {
    let roles = test_env.roles();
    let mut log = RequestLog::default();
    let mut failed = None;
    for step in STEPS {
        for (kind, role) in roles.iter().filter(|(kind, _)| *kind == *step.role) {
            let requests = requests(roles, role, step).unwrap();
            for request in requests.into_iter().flatten() {
                let decision = log.decide(roles.rights, &role.arn, &request);
                if let Decision::Denied(denial) = decision {
                    let why = said(&role.name, &request, &denial);
                    failed.get_or_insert(format!("{kind}: {}: {why}", step.what));
                    break;
                }
            }
        }
    }
    RunResult { log, failed }
}
