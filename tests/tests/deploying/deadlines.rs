//! What takes longer than it may is taken back where that can be, and told.

use std::fmt::Write as _;

use common::assembly::Assembly;
use common::environment::EnvironmentName::Staging;
use deploy::deadline::Deadline;
use deploy::execute::{Event, Failure, Remedy, StepOutcome};
use deploy::plan::Request;
use deploy::reconcile::ReconcileOutcome;
use emulator::{Effect, Fault, ResourceOperation};
use tests::generated::assert_generated;
use tests::small::{self, stack};
use tests::synthesized;

use crate::support::{Goal, Run, Sandbox, full_request};

const NAME: &str = "lemonade-staging-service-shop";

fn shop(version: &str) -> Assembly {
    let shop = stack("service-shop").parameter("Service", version);
    small::assembly(Staging, &[shop])
}

/// A resource hangs for ten hours.
fn hangs(sandbox: &Sandbox, on: ResourceOperation) {
    sandbox.cloud().add_fault(Fault {
        stack: Some(NAME.to_owned()),
        logical_id: Some("Service".to_owned()),
        resource_type: None,
        on,
        times: Some(1),
        effect: Effect::Slow { seconds: 36_000 },
    });
}

fn deployed() -> Sandbox {
    let mut sandbox = Sandbox::new();
    let before = shop("1");
    sandbox
        .run(Goal::Deploy, &before, &full_request(&before))
        .succeeded();
    sandbox
}

fn failure(run: &Run) -> &Failure {
    let ReconcileOutcome::Executed { outcome, .. } = run.reconciled() else {
        panic!("{:#?}", run.reconciled());
    };
    let failures: Vec<&Failure> = outcome
        .steps
        .values()
        .filter_map(|outcome| match outcome {
            StepOutcome::Failed(failure) => Some(&**failure),
            _ => None,
        })
        .collect();
    assert_eq!(failures.len(), 1);
    failures[0]
}

fn remedy(run: &Run) -> Option<Remedy> {
    run.events.iter().find_map(|event| match event {
        Event::DeadlineExceeded { remedy, .. } => Some(*remedy),
        _ => None,
    })
}

fn minutes(run: &Run) -> u64 {
    run.took.as_secs() / 60
}

#[test]
fn an_update_is_cancelled() {
    let mut sandbox = deployed();
    hangs(&sandbox, ResourceOperation::Update);
    let after = shop("2");
    let run = sandbox.run(Goal::Deploy, &after, &full_request(&after));
    assert_eq!(remedy(&run), Some(Remedy::Cancel));
    assert!((30..40).contains(&minutes(&run)), "{}", minutes(&run));
    let failure = failure(&run);
    assert!(
        failure
            .message
            .starts_with("updating it takes longer than 30 minutes (UPDATE_IN_PROGRESS, since 20"),
        "{}",
        failure.message
    );
    let cause = failure.cause.as_ref().unwrap();
    assert_eq!(cause.logical_id, "Service");
    assert_eq!(
        failure.aftermath.as_deref(),
        Some("the update was cancelled; the stack is as it was before")
    );
    assert_eq!(
        sandbox.stacks(&after)[NAME].status,
        "UPDATE_ROLLBACK_COMPLETE"
    );
    sandbox
        .run(Goal::Deploy, &after, &full_request(&after))
        .succeeded();
}

#[test]
fn a_first_creation_is_deleted() {
    let mut sandbox = Sandbox::new();
    hangs(&sandbox, ResourceOperation::Create);
    let shop = shop("1");
    let run = sandbox.run(Goal::Deploy, &shop, &full_request(&shop));
    assert_eq!(remedy(&run), Some(Remedy::Delete));
    assert!((30..40).contains(&minutes(&run)), "{}", minutes(&run));
    assert_eq!(
        failure(&run).message.split(" (").next(),
        Some("creating it takes longer than 30 minutes")
    );
    assert!(sandbox.stacks(&shop).is_empty());
    sandbox
        .run(Goal::Deploy, &shop, &full_request(&shop))
        .succeeded();
}

#[test]
fn a_deletion_is_left_to_cloudformation() {
    let mut sandbox = deployed();
    hangs(&sandbox, ResourceOperation::Delete);
    let shop = shop("1");
    let run = sandbox.run(Goal::Destroy, &shop, &full_request(&shop));
    assert_eq!(remedy(&run), Some(Remedy::None));
    assert!((45..50).contains(&minutes(&run)), "{}", minutes(&run));
    let failure = failure(&run);
    assert!(failure.aftermath.as_deref().unwrap().contains("36 hours"));
    assert_eq!(sandbox.stacks(&shop)[NAME].status, "DELETE_IN_PROGRESS");
}

/// A run that is killed leaves an update that hangs; the next one waits for the rest of its time only, and
/// says since when and until when.
#[test]
fn what_another_run_began_is_waited_for_until_its_time_is_over() {
    let mut sandbox = deployed();
    hangs(&sandbox, ResourceOperation::Update);
    let after = shop("2");
    let begun =
        |call: &emulator::port::Call| call.operation == emulator::port::Operation::ExecuteChangeSet;
    let number = {
        let copy = &mut sandbox.copy();
        let run = copy.run(Goal::Deploy, &after, &full_request(&after));
        run.calls.iter().position(begun).unwrap()
    };
    sandbox.kill(Goal::Deploy, &after, &full_request(&after), number, true);
    let now = sandbox.cloud().now();
    let later = emulator::api::Time(now.0 + 20 * 60_000);
    sandbox.cloud().advance(later);

    let run = sandbox.run(Goal::Deploy, &after, &full_request(&after));
    let waiting = run.events.iter().find_map(|event| match event {
        Event::Waiting { since, until, .. } => Some((since.clone()?, until.clone()?)),
        _ => None,
    });
    let (since, until) = waiting.unwrap();
    assert!(since < until, "{since} {until}");
    assert_eq!(remedy(&run), Some(Remedy::Cancel));
    assert!((9..20).contains(&minutes(&run)), "{}", minutes(&run));
    assert_eq!(
        sandbox.stacks(&after)[NAME].status,
        "UPDATE_ROLLBACK_COMPLETE"
    );
}

#[test]
fn the_guide_has_the_table() {
    let mut table = String::from(
        "| stacks | creation | update | deletion | what takes longest |\n| --- | --- | --- | --- | --- |\n",
    );
    for deadline in Deadline::all() {
        let family = if deadline.kind.ends_with('-') {
            "…"
        } else {
            ""
        };
        writeln!(
            table,
            "| `{}{family}` | {} | {} | {} | [{}]({}) |",
            deadline.kind,
            deadline.create,
            deadline.update,
            deadline.delete,
            deadline.because,
            deadline.source
        )
        .unwrap();
    }
    assert_generated("docs/guides/recover.md", "deadlines", &table);
}

#[test]
fn every_kind_of_stack_has_a_deadline() {
    for synthesis in synthesized() {
        for stack in &synthesis.assembly.stacks {
            assert!(Deadline::of(&stack.id).is_known(), "{}", stack.id);
        }
    }
}

/// With ample room: all of a deployment, and all of a destruction, takes less than the shortest of them.
#[test]
fn what_goes_well_is_far_from_its_deadline() {
    for synthesis in synthesized() {
        let assembly = &synthesis.assembly;
        let mut sandbox = Sandbox::new();
        let request = full_request(assembly);
        let run = sandbox.run(Goal::Deploy, assembly, &request);
        run.succeeded();
        let destroyed = Request {
            acknowledged: crate::support::acknowledgements(&sandbox.plan_of(
                Goal::Destroy,
                assembly,
                &request,
            )),
            ..request
        };
        let gone = sandbox.run(Goal::Destroy, assembly, &destroyed);
        gone.succeeded();
        for run in [&run, &gone] {
            let all = run.took.as_secs() / 60;
            assert!(all < 30, "{}: {all} minutes", assembly.environment);
        }
    }
}
