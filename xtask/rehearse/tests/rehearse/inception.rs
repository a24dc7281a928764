//! From nothing to an environment that lives: `docs/guides/inception.md` is what this test saw.

use std::fmt::Write as _;
use std::fs;

use rehearse::run::{Clouds as _, Forge, Status};
use tests::root;

use crate::definition_ground::{DefinitionGround, PIPELINE, said};
use crate::ground::{Repository, folder, watch};

const FILE: &str = "docs/guides/inception.md";
const WEB: &str = "web-lemonade-staging";
const SERVICE: &str = "lemonade-staging-service-web";

const BEGINNING: &str = "\
# Inception

How an environment comes to be, and what happens to it: the transcript of a test, which rehearses the pipelines on one
machine with their roles enforced ([ADR 28](../adr/0028-pipelines-rehearsed.md)). `as` says whose rights an action has. Written by
`LEMONADE_LONG_REHEARSALS=1 UPDATE_DOCS=1 cargo test -p rehearse inception`, and held against it.
";

struct Story {
    ground: DefinitionGround,
    application: Repository,
    text: String,
}

impl Story {
    fn chapter(&mut self, title: &str, text: &str) {
        let _ = write!(self.text, "\n## {title}\n\n{text}\n");
    }

    /// One run of a pipeline, told.
    fn pass(&mut self, pipeline: &str, commit: Option<String>, expected: Status) {
        let mut rehearsal = self.ground.rehearsal(pipeline);
        rehearsal.start(commit);
        let (events, shown) = watch(&mut rehearsal);
        let status = rehearsal.line().newest().unwrap().status;
        assert_eq!(status, expected, "{shown}\n{events:#?}");
        let _ = write!(self.text, "\n```text\n{shown}```\n");
        let mut changes = self.ground.scene.world.take_changes();
        changes.sort();
        changes.dedup();
        let changed: Vec<String> = changes
            .iter()
            .filter_map(|change| change.split_once(' '))
            .map(|(_, stack)| format!("`{}`", stack.replace("lemonade-staging-", "")))
            .collect();
        let changed = match changed.as_slice() {
            [] => "nothing".to_owned(),
            some => some.join(", "),
        };
        let _ = write!(self.text, "\nDeployed: {changed}.\n");
    }

    /// The digest that the service runs.
    fn digest(&self) -> Option<String> {
        let deployed = self.ground.scene.clouds.deployed().unwrap();
        deployed
            .parameter(SERVICE, "ImageDigest")
            .map(str::to_owned)
    }

    fn greets(&self, before: &str, after: &str) -> String {
        let quoted = |greeting: &str| format!("\"{greeting}\"");
        self.application
            .edit("service/__init__.py", &quoted(before), &quoted(after));
        let ada = |greeting: &str| format!("{greeting}, Ada");
        self.application
            .change("tests/test_service.py", &ada(before), &ada(after))
    }
}

/// Minutes long, so it is run where it is asked for:
/// `LEMONADE_LONG_REHEARSALS=1 cargo test -p rehearse`.
#[test]
fn an_environment_comes_to_be() {
    if std::env::var_os("LEMONADE_LONG_REHEARSALS").is_none() {
        return;
    }
    let folder = folder("inception");
    let application = Repository::of_sample(&folder);
    let forge = Forge::default().with("lemonade/web", &application.0);
    let mut story = Story {
        ground: DefinitionGround::with(&folder, forge),
        application,
        text: BEGINNING.to_owned(),
    };

    story.chapter(
        "A person applies bootstrap",
        "Once: what limits everything else, the roles that deploy, and the pipeline. No other deployment needs a person.\n\n\
         ```sh\ncargo xtask deploy --env staging --bootstrap --only bootstrap --only bootstrap-roles --only cicd\n```",
    );
    let output = story
        .ground
        .scene
        .bootstrap(&story.ground.repository.0, "staging")
        .unwrap();
    assert!(output.status.success(), "{}", said(&output));
    story.ground.scene.world.take_changes();

    story.chapter(
        "The pipeline deploys the rest",
        "Everything but services: those wait for their first image.",
    );
    story.pass(PIPELINE, None, Status::Succeeded);
    assert_eq!(story.digest(), None);

    story.chapter(
        "The first release of an application",
        "There was no image before, and none was needed.",
    );
    story.pass(WEB, None, Status::Succeeded);
    let first = story.digest().expect("a service that runs");

    story.chapter("A second version", "A commit on the application's branch.");
    let commit = story.greets("Hello", "Good day");
    story.pass(WEB, Some(commit), Status::Succeeded);
    let second = story.digest().unwrap();
    assert_ne!(first, second);

    story.chapter(
        "A change of the infrastructure",
        "The service's stack is updated with the image that it has.",
    );
    let file = "environments/staging.toml";
    let commit = story
        .ground
        .repository
        .change(file, "logs_days = 30", "logs_days = 60");
    story.pass(PIPELINE, Some(commit), Status::Succeeded);
    assert_eq!(story.digest().as_ref(), Some(&second));

    story.chapter(
        "A version that does not become healthy",
        "Its tests pass, but its tasks never get healthy: the deployment's circuit breaker ends it, CloudFormation rolls back, \
         and the version before serves on.",
    );
    let fault = format!(
        r#"{{"stack": "{SERVICE}", "logicalId": "Service", "on": "update", "times": 1, "effect":
           {{"fail": {{"reason": "ECS Deployment Circuit Breaker was triggered"}}}}}}"#
    );
    story.ground.scene.clouds.fail(&fault).unwrap();
    let commit = story.greets("Good day", "Goodbye");
    story.pass(WEB, Some(commit), Status::Failed);
    assert_eq!(story.digest().as_ref(), Some(&second));

    story.chapter(
        "Back to the first version",
        "By its digest; the image is still in the repository.\n\n\
         ```sh\ncargo xtask deploy --env staging --only service-web --image sha256:…\n```",
    );
    let back = [
        "deploy",
        "--env",
        "staging",
        "--only",
        "service-web",
        "--image",
        &first,
        "--yes",
    ];
    let output = story
        .ground
        .scene
        .by_a_person(&story.ground.repository.0, &back)
        .unwrap();
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(story.digest().as_ref(), Some(&first));

    let path = root().join(FILE);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &story.text).unwrap();
        return;
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        there == story.text,
        "{FILE} is out of date; write it with\n  LEMONADE_LONG_REHEARSALS=1 UPDATE_DOCS=1 cargo test -p rehearse inception"
    );
}
