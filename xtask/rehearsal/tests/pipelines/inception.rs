//! From nothing to environments that live: `docs/guides/inception.md` is what this test saw.

use std::fs;
use std::path::Path;

use common::environment::EnvironmentName;
use rehearsal::pipelines::run::{GitHost, Status};
use tests::root;

use crate::definition_fixture::{DefinitionFixture, PIPELINE, definition};
use crate::fixture::{Repository, folder};
use crate::support::{production, staging};
use crate::transcript::{Detail, EnvironmentRun, Transcript};

const FILE: &str = "docs/guides/inception.md";
const WEB: &str = "web-lemonade-staging";
const SERVICE: &str = "lemonade-staging-service-web";
const FULL: (Status, Detail) = (Status::Succeeded, Detail::Full);
const SUMMARY: (Status, Detail) = (Status::Succeeded, Detail::Summary);

const BEGINNING: &str = "\
# Inception

How an environment is created and changed: the transcript of a test, which rehearses the pipelines on one machine with
their roles enforced ([ADR 28](../adr/0028-pipelines-rehearsed.md)). `as` names the role of an action. Written by
`UPDATE_DOCS=1 cargo test -p rehearsal inception`, and held against it.

The first run of a pipeline is shown with every command, later ones in a line.
";

/// The table of an application that comes later.
const SHOP: &str = "
# Where lemonade is sold.
[shop]
repository = \"lemonade/shop\"
container_port = 8080
memory = 512
cpu = 128
tasks = { min = 2, max = 6 }
writable = [\"/tmp\"]

[shop.ingress]
host = \"shop\"
priority = 300

[shop.health_check]
path = \"/health\"

[shop.overrides.staging]
tasks = { min = 1, max = 2 }
";

/// The beginning of a digest.
fn start(digest: &str) -> &str {
    digest.get(..15).unwrap()
}

fn greets(application: &Repository, before: &str, after: &str) -> String {
    let quoted = |greeting: &str| format!("\"{greeting}\"");
    application.edit("service/__init__.py", &quoted(before), &quoted(after));
    let ada = |greeting: &str| format!("{greeting}, Ada");
    application.change("tests/test_service.py", &ada(before), &ada(after))
}

#[test]
fn environments_come_to_be() {
    let folder = folder("inception");
    let applications =
        ["web", "api", "mailer", "shop"].map(|name| (name, Repository::sample(&folder.join(name))));
    let mut git_host = GitHost::default();
    for (name, repository) in &applications {
        repository.branch("stable");
        git_host = git_host.with_repository(&format!("lemonade/{name}"), &repository.0);
    }
    let [(_, web), ..] = &applications;
    let fixture = DefinitionFixture::of(&folder, definition(&folder), staging(), git_host.clone());
    let mut transcript = Transcript::new(BEGINNING);
    fixture.repository.branch("stable");

    bootstrap(&mut transcript, &fixture);
    let mut environment = EnvironmentRun::new(&fixture.test_bed, "staging");
    first_passes(&mut transcript, &mut environment);
    let [first, second] = versions(&mut transcript, &mut environment, web);
    infrastructure(
        &mut transcript,
        &mut environment,
        &fixture.repository,
        &second,
    );
    failure(&mut transcript, &mut environment, &fixture, web, &second);
    back(&mut transcript, &environment, &fixture.repository, &first);
    meanwhile(&mut transcript, &mut environment, &fixture, web);
    added(&mut transcript, &mut environment, &fixture.repository);
    removed(&mut transcript, &mut environment, &fixture.repository);
    promoted(&mut transcript, &folder, &fixture.repository, web, git_host);

    let path = root().join(FILE);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, transcript.text()).unwrap();
        return;
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        there == transcript.text(),
        "{FILE} is out of date; write it with\n  UPDATE_DOCS=1 cargo test -p rehearsal inception"
    );
}

fn bootstrap(transcript: &mut Transcript, fixture: &DefinitionFixture) {
    transcript.section("The operator applies bootstrap");
    transcript.paragraph(
        "Once: the boundaries, the roles that deploy, and the pipeline. No other deployment needs an operator. The command asks for \
         confirmation at the terminal. Run again, it asks nothing and changes nothing.",
    );
    transcript.command("cargo xtask bootstrap --env staging");
    fixture.bootstrap_twice(&fixture.repository.0, EnvironmentName::Staging);
}

fn first_passes(transcript: &mut Transcript, environment: &mut EnvironmentRun<'_>) {
    transcript.section("The pipeline deploys the rest");
    transcript.paragraph(
        "Everything but services, which wait for their first image. The pipeline of an application runs as soon as it is created, \
         before there is a release to deploy with; so the last command starts it again. No image had to exist before.",
    );
    transcript.pass(environment, PIPELINE, None, FULL);
    for application in ["web", "api", "mailer"] {
        assert!(environment.digest(application).is_some(), "{application}");
    }
}

fn versions(
    transcript: &mut Transcript,
    environment: &mut EnvironmentRun<'_>,
    web: &Repository,
) -> [String; 2] {
    let first = environment.digest("web").unwrap();
    transcript.section("A second version of an application");
    transcript.paragraph("A commit on the application's branch.");
    let commit = greets(web, "Hello", "Good day");
    transcript.pass(environment, WEB, Some(commit), FULL);
    let second = environment.digest("web").unwrap();
    assert_ne!(first, second);
    transcript.paragraph(&format!(
        "The service runs `{}…` instead of `{}…`.",
        start(&second),
        start(&first)
    ));
    [first, second]
}

fn infrastructure(
    transcript: &mut Transcript,
    environment: &mut EnvironmentRun<'_>,
    definition: &Repository,
    second: &String,
) {
    transcript.section("A change of the infrastructure");
    transcript.paragraph("Logs are kept for 60 days: one line of `environments/staging.toml`.");
    let file = "environments/staging.toml";
    let commit = definition.change(file, "\nlogs_days = 30", "\nlogs_days = 60");
    transcript.pass(environment, PIPELINE, Some(commit), SUMMARY);
    assert_eq!(environment.digest("web").as_ref(), Some(second));
    transcript.paragraph(&format!(
        "The definition names no image, so no service gets another one: `web` still runs `{}…`.",
        start(second)
    ));
}

fn failure(
    transcript: &mut Transcript,
    environment: &mut EnvironmentRun<'_>,
    fixture: &DefinitionFixture,
    web: &Repository,
    second: &String,
) {
    transcript.section("A version whose tests fail");
    transcript.paragraph("Nothing is built.");
    let commit = web.change("service/__init__.py", "\"Good day\"", "\"Hallo\"");
    let failed = (Status::Failed, Detail::Summary);
    transcript.pass(environment, WEB, Some(commit), failed);
    web.change("service/__init__.py", "\"Hallo\"", "\"Good day\"");

    transcript.section("A version that does not become healthy");
    transcript.paragraph(
        "Its tests pass, but its tasks never become healthy: the deployment circuit breaker stops the deployment, and CloudFormation \
         rolls back. No container runs on this machine, so the failure is injected into the local CloudFormation.",
    );
    let fault = format!(
        r#"{{"stack": "{SERVICE}", "logicalId": "Service", "on": "update", "times": 1, "effect":
           {{"fail": {{"reason": "ECS Deployment Circuit Breaker was triggered"}}}}}}"#
    );
    fixture.test_bed.backend.fail(&fault).unwrap();
    let commit = greets(web, "Good day", "Goodbye");
    transcript.pass(environment, WEB, Some(commit), failed);
    assert_eq!(environment.digest("web").as_ref(), Some(second));
    transcript.paragraph(&format!(
        "The previous version keeps running: `{}…`.",
        start(second)
    ));
}

fn back(
    transcript: &mut Transcript,
    environment: &EnvironmentRun<'_>,
    definition: &Repository,
    first: &String,
) {
    transcript.section("Back to the first version");
    transcript.paragraph(
        "To the newest image before the current one whose commit a run of the pipeline deployed successfully.",
    );
    transcript.command("cargo xtask applications rollback web --env staging");
    let verb = ["applications", "rollback", "web"];
    let arguments = [&verb[..], &["--env", "staging", "--yes"]].concat();
    let said = environment.run_xtask(&definition.0, &arguments);
    let words: Vec<&str> = said.split_whitespace().collect();
    let back_to = ["and", "goes", "back", "to", first.as_str()];
    assert!(words.windows(5).any(|five| five == back_to), "{said}");
    environment.test_bed.services.take_changes();
    assert_eq!(environment.digest("web").as_ref(), Some(first));
}

fn meanwhile(
    transcript: &mut Transcript,
    environment: &mut EnvironmentRun<'_>,
    fixture: &DefinitionFixture,
    web: &Repository,
) {
    transcript.section("A change of the infrastructure during a release");
    transcript.paragraph(
        "A version is built while the definition gives the service more memory. The release knows only the definition that it \
         started with, so it changes the service's image and nothing else: the other change stays.",
    );
    let before = environment.digest("web");
    let commit = greets(web, "Goodbye", "Welcome");
    let mut release = fixture.rehearsal(WEB);
    release.start(Some(commit));
    let mut events = Vec::new();
    for _stage in ["Source", "Build"] {
        assert!(release.step(&mut |event| events.push(event)).unwrap());
    }
    transcript.events(&events);
    let file = "applications.toml";
    let commit = fixture
        .repository
        .change(file, "memory = 768", "memory = 896");
    transcript.pass(environment, PIPELINE, Some(commit), SUMMARY);
    let changed = fixture.deployed(SERVICE);
    assert!(changed.to_string().contains("\"Memory\":896"));
    assert_eq!(environment.digest("web"), before);

    events.clear();
    release.run(&mut |event| events.push(event)).unwrap();
    let ended = release.queue().newest().unwrap().status;
    assert_eq!(ended, Status::Succeeded, "{events:#?}");
    transcript.events(&events);
    transcript.changed(environment);
    assert_ne!(environment.digest("web"), before);
    let is_kept = fixture.deployed(SERVICE) == changed;
    assert!(is_kept, "the service has another template");
}

fn added(
    transcript: &mut Transcript,
    environment: &mut EnvironmentRun<'_>,
    definition: &Repository,
) {
    transcript.section("An application is added");
    transcript.paragraph(
        "A table in `applications.toml`, and a repository; nothing is started by hand. The pipeline's first run took the previous \
         release, which doesn't include the application.",
    );
    definition.append("applications.toml", SHOP);
    let commit = definition.commit("sell lemonade");
    transcript.pass(environment, PIPELINE, Some(commit), SUMMARY);
    assert!(environment.digest("shop").is_some());
}

fn removed(
    transcript: &mut Transcript,
    environment: &mut EnvironmentRun<'_>,
    definition: &Repository,
) {
    transcript.section("An application is removed");
    transcript.paragraph(
        "Its tables are removed. Its stacks stay, and are listed, until the operator prunes them.",
    );
    definition.without_table("applications.toml", "mailer");
    let commit = definition.commit("send no mail any more");
    transcript.pass(environment, PIPELINE, Some(commit), SUMMARY);
    let stays = environment.stacks_of("mailer");
    assert_eq!(stays.len(), 3, "{stays:?}");
    transcript.paragraph(&format!("Still there: `{}`.", stays.join("`, `")));
    transcript.command(
        "cargo xtask deploy --env staging --prune \\\n    --acknowledge resource-removed:lemonade-staging-service-mailer/Service:…",
    );
    let retained_resources = environment.retained_resources(&stays);
    let prune = ["--env", "staging", "--prune"];
    // What to acknowledge is said by the plan.
    let acknowledgements_of_plan = environment.acknowledgements_of_plan(&definition.0, &prune);
    let mut arguments = vec!["deploy", "--yes"];
    arguments.extend(prune);
    for finding in acknowledgements_of_plan.iter().map(String::as_str) {
        arguments.extend(["--acknowledge", finding]);
    }
    let said = environment.run_xtask(&definition.0, &arguments);
    let stays = environment.stacks_of("mailer");
    assert_eq!(stays, [""; 0], "{said}");
    environment.test_bed.services.take_changes();
    transcript.paragraph(&format!(
        "Its stacks are deleted. Resources with data are retained, outside of any stack: {}.",
        retained_resources.join(", ")
    ));
}

fn promoted(
    transcript: &mut Transcript,
    folder: &Path,
    definition: &Repository,
    web: &Repository,
    git_host: GitHost,
) {
    let infrastructure = "cicd.definition-lemonade-production";
    let folder = folder.join("production");
    let repository = Repository(definition.0.clone());
    let fixture = DefinitionFixture::of(&folder, repository, production(), git_host);
    let checkout = folder.join("checkout");
    definition.clone_of("stable", &checkout);
    transcript.section("Production is created");
    transcript.paragraph(
        "In an account of its own, from the same repositories: its branch is `stable`, still at the first commit. Here the operator \
         confirms by typing the name of the environment.",
    );
    transcript.command("cargo xtask bootstrap --env production");
    let asked = fixture.bootstrap_twice(&checkout, EnvironmentName::Production);
    assert!(asked.contains("(production): production"), "{asked}");
    let mut environment = EnvironmentRun::new(&fixture.test_bed, "production");
    transcript.pass(&mut environment, infrastructure, None, SUMMARY);
    let before = environment.digest("web").unwrap();

    transcript.section("Production is promoted");
    transcript.paragraph(
        "By moving `stable` to the commits that staging has run; nothing else starts it. The definition first, then the application. \
         Stacks that an application's pipeline created get termination protection from the definition's next run, since no \
         pipeline of an application may change protection.",
    );
    transcript.command("git push origin next:stable");
    definition.branch("stable");
    transcript.pass(&mut environment, infrastructure, None, SUMMARY);
    assert_eq!(environment.digest("web").as_ref(), Some(&before));
    web.branch("stable");
    transcript.pass(&mut environment, "web-lemonade-production", None, SUMMARY);
    assert_ne!(environment.digest("web").unwrap(), before);
}
