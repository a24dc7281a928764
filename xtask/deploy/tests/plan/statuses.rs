//! Every status that a stack can be found in, and what is planned for it.

use std::fmt::Write as _;

use cloudformation::status::StackStatus;
use deploy::plan::{Plan, Request};

use crate::support::{Scenario, planned};

fn scenario(status: &StackStatus, defined: bool) -> Scenario {
    let defined = if defined {
        "[defined.ecs]\nimports = []\nresources.New = { Type = 'AWS::SNS::Topic' }"
    } else {
        ""
    };
    Scenario::read(&format!(
        "about = ''\n[deployed.ecs]\nstatus = '{status}'\n{defined}"
    ))
}

fn plan(status: &StackStatus, defined: bool) -> Plan {
    let scenario = scenario(status, defined);
    let request = Request {
        prune: true,
        ..Request::default()
    };
    planned(&scenario.cloud(), &scenario.assembly(), &request, false).0
}

/// One row for each: what is planned for a stack whose definition differs, and for one that is not
/// defined any more and pruned.
#[test]
fn every_status_has_a_next_step() {
    let unknown = StackStatus::from("SOMETHING_NEW");
    let mut table = String::new();
    for status in StackStatus::ALL.iter().chain([&unknown]) {
        let column = |plan: &Plan| {
            let step = plan.steps.first();
            match step {
                Some(step) => format!("{}: {}", plan.stacks[0].action, step.operation),
                None => format!("{}: {}", plan.stacks[0].action, plan.stacks[0].reason),
            }
        };
        let (defined, undefined) = (plan(status, true), plan(status, false));
        let line = format!(
            "{status:<45} {:<38} {}",
            column(&defined),
            column(&undefined)
        );
        writeln!(table, "{}", line.trim_end()).unwrap();
        assert!(defined.is_recovery() || defined.is_blocked() || defined.steps.len() == 1);
    }
    insta::assert_snapshot!("statuses", table);
}
