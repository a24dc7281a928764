//! The sessions in `docs/guides/exports.md`.
//!
//! What is shown is what the command line shows: the same plan, through the same renderer, and what
//! the engine has done to the local CloudFormation.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use common::assembly::Assembly;
use common::environment::EnvironmentName::Staging;
use deploy::execute::Event;
use deploy::plan::Request;
use deploy::report::plan::{PlanView, plan};
use deploy::report::{OutputStyle, page, wording};
use serde_json::json;
use tests::generated::assert_generated;
use tests::small::{self, SmallStack, stack};

use crate::support::{Goal, Run, Sandbox, acknowledgements};

const FILE: &str = "docs/guides/exports.md";
const STYLE: OutputStyle = OutputStyle {
    colour: false,
    unicode: true,
    width: 80,
};

/// What a deployment shows: the plan, then each step's end, in the order of their ends.
fn session(sandbox: &mut Sandbox, assembly: &Assembly, request: &Request) -> (Run, String) {
    let planned = sandbox.plan(assembly, request);
    let mut text = String::from("```console\n$ cargo xtask deploy --env staging");
    for word in &request.acknowledged {
        write!(text, " \\\n    --acknowledge {word}").unwrap();
    }
    text.push('\n');
    text += page(
        &plan(PlanView {
            plan: &planned,
            differences: &BTreeMap::new(),
            change_sets: &BTreeMap::new(),
            consequences: &[],
        }),
        STYLE,
    )
    .as_str();
    let run = sandbox.run(Goal::Deploy, assembly, request);
    let steps: Vec<&str> = run
        .events
        .iter()
        .filter_map(|event| match event {
            Event::StepFinished { step, outcome } => {
                assert!(outcome.is_success(), "{outcome:?}");
                Some(step.0.strip_prefix("lemonade-staging-").unwrap_or(&step.0))
            }
            _ => None,
        })
        .collect();
    if !steps.is_empty() {
        writeln!(text, "\ndone, in this order: {}", steps.join(", ")).unwrap();
        writeln!(text, "in {}", wording::elapsed(run.took)).unwrap();
    }
    text += "```\n";
    (run, text)
}

/// Deploys one definition, then shows how the other is deployed in one run.
fn story(old: &[SmallStack], new: &[SmallStack]) -> String {
    let (old, new) = (small::assembly(Staging, old), small::assembly(Staging, new));
    let mut sandbox = Sandbox::new();
    let request = Request::default();
    sandbox.run(Goal::Deploy, &old, &request).succeeded();
    let (run, text) = session(&mut sandbox, &new, &request);
    run.succeeded();
    sandbox.assert_as_defined(&new);
    text
}

fn vpc(id: &str, cidr: &str) -> SmallStack {
    stack("network").resource(id, "AWS::EC2::VPC", json!({ "CidrBlock": cidr }))
}

#[test]
fn the_sessions_are_real() {
    let removed = story(
        &[
            stack("network")
                .parameter("Zone", "a")
                .export("Zone", "Zone"),
            stack("ecs").parameter("Own", "1").import("network", "Zone"),
        ],
        &[
            stack("network").parameter("Zone", "a"),
            stack("ecs").parameter("Own", "1"),
        ],
    );
    assert_generated(FILE, "removed", &removed);

    let renamed = story(
        &[
            stack("network")
                .parameter("Zone", "a")
                .export("Zone", "Zone"),
            stack("ecs").import("network", "Zone"),
        ],
        &[
            stack("network")
                .parameter("FirstZone", "a")
                .export("FirstZone", "FirstZone"),
            stack("ecs").import("network", "FirstZone"),
        ],
    );
    assert_generated(FILE, "renamed", &renamed);

    // The producer of an export in use is replaced: blocked under its name …
    let old = [
        vpc("Vpc", "10.0.0.0/16").export("Vpc", "Vpc"),
        stack("ecs").import("network", "Vpc"),
    ];
    let in_place = [
        vpc("Vpc", "10.1.0.0/16").export("Vpc", "Vpc"),
        stack("ecs").import("network", "Vpc"),
    ];
    let mut sandbox = Sandbox::new();
    sandbox
        .run(
            Goal::Deploy,
            &small::assembly(Staging, &old),
            &Request::default(),
        )
        .succeeded();
    let in_place = small::assembly(Staging, &in_place);
    let (run, blocked) = session(&mut sandbox, &in_place, &Request::default());
    assert!(!run.reconciled().is_success());
    assert!(run.calls.iter().all(|call| !call.operation.writes()));
    assert_generated(FILE, "blocked", &blocked);

    // … and done under another.
    let other = [
        vpc("SecondVpc", "10.1.0.0/16").export("SecondVpc", "SecondVpc"),
        stack("ecs").import("network", "SecondVpc"),
    ];
    let other = small::assembly(Staging, &other);
    let request = Request {
        acknowledged: acknowledgements(&sandbox.plan(&other, &Request::default())),
        ..Request::default()
    };
    let (run, replaced) = session(&mut sandbox, &other, &request);
    run.succeeded();
    sandbox.assert_as_defined(&other);
    assert_generated(FILE, "replaced", &replaced);
}
