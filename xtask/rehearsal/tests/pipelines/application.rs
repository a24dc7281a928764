//! Rehearsals of an application's pipeline, with the sample application.
//!
//! A script that prints its arguments replaces the engine, which other tests cover.

use rehearsal::pipelines::run::{Event, Outcome, Status};

use crate::fixture::{ApplicationFixture, Repository, folder, watch};
use crate::support::{snapshot, staging};

const PIPELINE: &str = "web-lemonade-staging";

/// Says what it is told, in the order of its words.
const ENGINE: &str = "#!/usr/bin/env bash\necho \"engine: $*\"\n";

fn said(events: &[Event]) -> Vec<&str> {
    let lines = events.iter().filter_map(|event| match event {
        Event::Said(line) => Some(line.as_str()),
        _ => None,
    });
    lines.collect()
}

fn outcomes(events: &[Event]) -> Vec<&Outcome> {
    let ended = events.iter().filter_map(|event| match event {
        Event::Ended { outcome, .. } => Some(outcome),
        _ => None,
    });
    ended.collect()
}

#[test]
fn a_change_is_tested_built_pushed_and_deployed_by_digest() {
    let folder = folder("application-passes");
    let repository = Repository::sample(&folder);
    let fixture = ApplicationFixture::new(&folder, staging(), &repository);
    fixture.publish(ENGINE);
    let mut rehearsal = fixture.rehearsal(PIPELINE);
    repository.change("service/__init__.py", "\"Hello\"", "\"Good day\"");
    let commit = repository.change("tests/test_service.py", "Hello, Ada", "Good day, Ada");
    rehearsal.start(Some(commit.clone()));
    let (events, shown) = watch(&mut rehearsal);
    assert_eq!(
        rehearsal.queue().newest().unwrap().status,
        Status::Succeeded,
        "{shown}\n{events:#?}"
    );

    let image = fixture
        .services
        .image("lemonade/staging/web", &commit)
        .unwrap();
    let image = image.expect("the image is pushed");
    assert!(
        image
            .base
            .starts_with("444455556666.dkr.ecr.eu-west-1.amazonaws.com/lemonade-staging-public/"),
        "{}",
        image.base
    );
    let told: Vec<&str> = said(&events)
        .into_iter()
        .filter(|line| line.starts_with("engine: "))
        .collect();
    let service = format!(
        "--env staging --only service-web --image {} --use-previous-template",
        image.digest
    );
    let role = "arn:aws:iam::444455556666:role/lemonade/staging/lemonade-staging-web-release";
    let told: Vec<String> = told
        .into_iter()
        .map(|line| line.replace("--assembly assembly ", ""))
        .collect();
    assert_eq!(
        told,
        [
            format!("engine: plan {service} --role {role} --require-acknowledged --out plan.json"),
            "engine: deploy --env staging --plan plan.json --confirm staging".to_owned(),
            format!("engine: status {service} --wait 20"),
        ]
    );
    snapshot("application-passes", &shown.replace(&commit, "<commit>"));
}

#[test]
fn a_failing_test_stops_before_the_image() {
    let folder = folder("application-fails");
    let repository = Repository::sample(&folder);
    let fixture = ApplicationFixture::new(&folder, staging(), &repository);
    fixture.publish(ENGINE);
    let commit = repository.change("service/__init__.py", "\"Hello\"", "\"Hallo\"");
    let mut rehearsal = fixture.rehearsal(PIPELINE);
    rehearsal.start(Some(commit.clone()));
    let (events, shown) = watch(&mut rehearsal);
    let failed = Outcome::Command {
        phase: "pre_build",
        code: 2,
    };
    assert_eq!(outcomes(&events).last(), Some(&&failed), "{shown}");
    assert_eq!(
        fixture
            .services
            .image("lemonade/staging/web", &commit)
            .unwrap(),
        None
    );
    let runs = fixture.services.finished_runs(PIPELINE);
    let statuses: Vec<&str> = runs.iter().map(|run| run.status.as_str()).collect();
    assert_eq!(statuses, ["Failed"]);
    snapshot("application-fails", &shown);
}

/// What tests the image runs after it is built and before it is pushed.
#[test]
fn an_image_that_fails_its_test_is_not_pushed() {
    let folder = folder("application-image-fails");
    let repository = Repository::sample(&folder);
    let mut environment = staging().synthesis.environment.clone();
    for application in &mut environment.applications {
        application.build.image_test = Some("echo \"tests $IMAGE\"; false".parse().unwrap());
    }
    let tested = crate::support::read(Box::leak(Box::new(tests::synthesize(&environment))));
    let fixture = ApplicationFixture::new(&folder, &tested, &repository);
    fixture.publish(ENGINE);
    let mut rehearsal = fixture.rehearsal(PIPELINE);
    rehearsal.start(Some(repository.commit_empty("one")));
    let (events, shown) = watch(&mut rehearsal);
    assert_eq!(rehearsal.queue().newest().unwrap().status, Status::Failed);
    let said = said(&events).join("\n");
    assert!(said.contains("tests 444455556666.dkr.ecr."), "{said}");
    assert!(!said.contains("pushed"), "{shown}");
    let pushed = fixture.services.images("lemonade/staging/web").unwrap();
    assert_eq!(pushed.len(), 0);
}

/// It runs as soon as it is created, which is before the first release.
#[test]
fn without_a_release_nothing_is_built() {
    let folder = folder("application-unreleased");
    let repository = Repository::sample(&folder);
    let fixture = ApplicationFixture::new(&folder, staging(), &repository);
    let mut rehearsal = fixture.rehearsal(PIPELINE);
    rehearsal.start(None);
    let (events, _) = watch(&mut rehearsal);
    let last = outcomes(&events)
        .last()
        .and_then(|outcome| outcome.reason());
    assert_eq!(
        last.as_deref(),
        Some("release.zip of lemonade-staging-releases-444455556666-eu-west-1 is missing")
    );
}

/// What a test leaves in the environment or the folder never reaches the role that deploys.
#[test]
fn a_build_hands_nothing_on() {
    let folder = folder("application-hands-on");
    let repository = Repository::sample(&folder);
    let fixture = ApplicationFixture::new(&folder, staging(), &repository);
    fixture.publish("#!/usr/bin/env bash\necho \"engine: $PWD ${PLANTED-none}\"; ls\n");
    let commit = repository.change(
        "Makefile",
        "python3 -m tests",
        "echo 'export PLANTED=1' > .bashrc; mkdir -p bin; touch bin/deployer planted",
    );
    let mut rehearsal = fixture.rehearsal(PIPELINE);
    rehearsal.start(Some(commit));
    let (events, shown) = watch(&mut rehearsal);
    assert_eq!(
        rehearsal.queue().newest().unwrap().status,
        Status::Succeeded,
        "{shown}"
    );
    let said = said(&events);
    assert!(
        said.iter()
            .any(|line| line.starts_with("engine: ") && line.ends_with(" none"))
    );
    assert!(!said.contains(&"planted"));
}

/// The role is the one of the action: what its policy doesn't give, a command doesn't get.
#[test]
fn a_build_is_denied_what_its_role_may_not() {
    let folder = folder("application-denied");
    let repository = Repository::sample(&folder);
    let fixture = ApplicationFixture::new(&folder, staging(), &repository);
    fixture.publish(ENGINE);
    let commit = repository.change(
        "Makefile",
        "python3 -m tests",
        "aws s3 cp Makefile s3://lemonade-staging-releases-444455556666-eu-west-1/release.zip",
    );
    let mut rehearsal = fixture.rehearsal(PIPELINE);
    rehearsal.start(Some(commit));
    let (events, _) = watch(&mut rehearsal);
    assert_eq!(rehearsal.queue().newest().unwrap().status, Status::Failed);
    let said = said(&events).join("\n");
    assert!(
        said.contains("AccessDenied") && said.contains("s3:PutObject"),
        "{said}"
    );
}

#[test]
fn of_commits_in_quick_succession_the_newest_is_deployed() {
    let folder = folder("application-superseded");
    let repository = Repository::sample(&folder);
    let fixture = ApplicationFixture::new(&folder, staging(), &repository);
    fixture.publish(ENGINE);
    let mut rehearsal = fixture.rehearsal(PIPELINE);
    let one = repository.commit_empty("one");
    rehearsal.start(Some(one));
    rehearsal.step(&mut |_| ()).unwrap();
    for message in ["two", "three"] {
        rehearsal.start(Some(repository.commit_empty(message)));
    }
    let (_, shown) = watch(&mut rehearsal);
    let statuses: Vec<Status> = rehearsal
        .queue()
        .executions()
        .iter()
        .map(|run| run.status)
        .collect();
    assert_eq!(
        statuses,
        [Status::Succeeded, Status::Superseded, Status::Succeeded],
        "{shown}"
    );
}
