//! From nothing to environments that live: `docs/guides/inception.md` is what this test saw.

use std::fs;
use std::path::Path;

use common::environment::EnvironmentName;
use rehearsal::pipelines::run::{Forge, Status};
use tests::root;

use crate::definition_ground::{DefinitionGround, PIPELINE, definition};
use crate::ground::{Repository, folder};
use crate::story::{Setting, Story, Telling};
use crate::support::{production, staging};

const FILE: &str = "docs/guides/inception.md";
const WEB: &str = "web-lemonade-staging";
const SERVICE: &str = "lemonade-staging-service-web";
const WHOLE: (Status, Telling) = (Status::Succeeded, Telling::Whole);
const SHORT: (Status, Telling) = (Status::Succeeded, Telling::Short);

const BEGINNING: &str = "\
# Inception

How an environment comes to be, and what happens to it: the transcript of a test, which rehearses the pipelines on one
machine with their roles enforced ([ADR 28](../adr/0028-pipelines-rehearsed.md)). `as` says whose rights an action has. Written by
`UPDATE_DOCS=1 cargo test -p rehearsal inception`, and held against it.

The first run of a pipeline is told with every command, later ones in a line.
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
    let applications = ["web", "api", "mailer", "shop"]
        .map(|name| (name, Repository::of_sample(&folder.join(name))));
    let mut forge = Forge::default();
    for (name, repository) in &applications {
        repository.branch("stable");
        forge = forge.with(&format!("lemonade/{name}"), &repository.0);
    }
    let [(_, web), ..] = &applications;
    let ground = DefinitionGround::of(&folder, definition(&folder), staging(), forge.clone());
    let mut story = Story::new(BEGINNING);
    ground.repository.branch("stable");

    bootstrap(&mut story, &ground);
    let mut setting = Setting::new(&ground.scene, "staging");
    first_passes(&mut story, &mut setting);
    let [first, second] = versions(&mut story, &mut setting, web);
    infrastructure(&mut story, &mut setting, &ground.repository, &second);
    failure(&mut story, &mut setting, &ground, web, &second);
    back(&mut story, &setting, &ground.repository, &first);
    meanwhile(&mut story, &mut setting, &ground, web);
    added(&mut story, &mut setting, &ground.repository);
    removed(&mut story, &mut setting, &ground.repository);
    promoted(&mut story, &folder, &ground.repository, web, forge);

    let path = root().join(FILE);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, story.text()).unwrap();
        return;
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        there == story.text(),
        "{FILE} is out of date; write it with\n  UPDATE_DOCS=1 cargo test -p rehearsal inception"
    );
}

fn bootstrap(story: &mut Story, ground: &DefinitionGround) {
    story.chapter("A person applies bootstrap");
    story.say(
        "Once: what limits everything else, the roles that deploy, and the pipeline. No other deployment needs a person, \
         who is asked at the terminal and says yes. The same command a second time asks nothing and changes nothing.",
    );
    story.command("cargo xtask bootstrap --env staging");
    ground.bootstrap_twice(&ground.repository.0, EnvironmentName::Staging);
}

fn first_passes(story: &mut Story, setting: &mut Setting<'_>) {
    story.chapter("The pipeline deploys the rest");
    story.say(
        "Everything but services: those wait for their first image. A pipeline of an application runs as soon as it is created, \
         which is before there is a release to deploy with; so the last command starts it again. There was no image before, and \
         none was needed.",
    );
    story.pass(setting, PIPELINE, None, WHOLE);
    for application in ["web", "api", "mailer"] {
        assert!(setting.digest(application).is_some(), "{application}");
    }
}

fn versions(story: &mut Story, setting: &mut Setting<'_>, web: &Repository) -> [String; 2] {
    let first = setting.digest("web").unwrap();
    story.chapter("A second version of an application");
    story.say("A commit on the application's branch.");
    let commit = greets(web, "Hello", "Good day");
    story.pass(setting, WEB, Some(commit), WHOLE);
    let second = setting.digest("web").unwrap();
    assert_ne!(first, second);
    story.say(&format!(
        "The service runs `{}…` instead of `{}…`.",
        start(&second),
        start(&first)
    ));
    [first, second]
}

fn infrastructure(
    story: &mut Story,
    setting: &mut Setting<'_>,
    definition: &Repository,
    second: &String,
) {
    story.chapter("A change of the infrastructure");
    story.say("Logs are kept for 60 days: one line of `environments/staging.toml`.");
    let file = "environments/staging.toml";
    let commit = definition.change(file, "\nlogs_days = 30", "\nlogs_days = 60");
    story.pass(setting, PIPELINE, Some(commit), SHORT);
    assert_eq!(setting.digest("web").as_ref(), Some(second));
    story.say(&format!(
        "The definition names no image, so no service gets another one: `web` still runs `{}…`.",
        start(second)
    ));
}

fn failure(
    story: &mut Story,
    setting: &mut Setting<'_>,
    ground: &DefinitionGround,
    web: &Repository,
    second: &String,
) {
    story.chapter("A version whose tests fail");
    story.say("Nothing is built.");
    let commit = web.change("service/__init__.py", "\"Good day\"", "\"Hallo\"");
    let failed = (Status::Failed, Telling::Short);
    story.pass(setting, WEB, Some(commit), failed);
    web.change("service/__init__.py", "\"Hallo\"", "\"Good day\"");

    story.chapter("A version that does not become healthy");
    story.say(
        "Its tests pass, but its tasks never get healthy: the deployment's circuit breaker ends it, and CloudFormation rolls back. \
         No container runs on this machine, so the local CloudFormation is told that they don't.",
    );
    let fault = format!(
        r#"{{"stack": "{SERVICE}", "logicalId": "Service", "on": "update", "times": 1, "effect":
           {{"fail": {{"reason": "ECS Deployment Circuit Breaker was triggered"}}}}}}"#
    );
    ground.scene.clouds.fail(&fault).unwrap();
    let commit = greets(web, "Good day", "Goodbye");
    story.pass(setting, WEB, Some(commit), failed);
    assert_eq!(setting.digest("web").as_ref(), Some(second));
    story.say(&format!(
        "The version before serves on: `{}…`.",
        start(second)
    ));
}

fn back(story: &mut Story, setting: &Setting<'_>, definition: &Repository, first: &String) {
    story.chapter("Back to the first version");
    story.say(
        "The newest image from before the one that runs that ran itself: a run of the pipeline with its commit succeeded.",
    );
    story.command("cargo xtask applications rollback web --env staging");
    let verb = ["applications", "rollback", "web"];
    let arguments = [&verb[..], &["--env", "staging", "--yes"]].concat();
    let said = setting.person(&definition.0, &arguments);
    let words: Vec<&str> = said.split_whitespace().collect();
    let back_to = ["and", "goes", "back", "to", first.as_str()];
    assert!(words.windows(5).any(|five| five == back_to), "{said}");
    setting.scene.world.take_changes();
    assert_eq!(setting.digest("web").as_ref(), Some(first));
}

fn meanwhile(
    story: &mut Story,
    setting: &mut Setting<'_>,
    ground: &DefinitionGround,
    web: &Repository,
) {
    story.chapter("A change of the infrastructure during a release");
    story.say(
        "A version is built while the definition gives the service more memory. The release knows only the definition that \
         it began with, so it gives the service its image and nothing else: what changed meanwhile stays.",
    );
    let before = setting.digest("web");
    let commit = greets(web, "Goodbye", "Welcome");
    let mut release = ground.rehearsal(WEB);
    release.start(Some(commit));
    let mut events = Vec::new();
    for _stage in ["Source", "Build"] {
        assert!(release.step(&mut |event| events.push(event)).unwrap());
    }
    story.events(&events);
    let file = "applications.toml";
    let commit = ground
        .repository
        .change(file, "memory = 768", "memory = 896");
    story.pass(setting, PIPELINE, Some(commit), SHORT);
    let changed = ground.deployed(SERVICE);
    assert!(changed.to_string().contains("\"Memory\":896"));
    assert_eq!(setting.digest("web"), before);

    events.clear();
    release.run(&mut |event| events.push(event)).unwrap();
    let ended = release.line().newest().unwrap().status;
    assert_eq!(ended, Status::Succeeded, "{events:#?}");
    story.events(&events);
    story.changed(setting);
    assert_ne!(setting.digest("web"), before);
    let is_kept = ground.deployed(SERVICE) == changed;
    assert!(is_kept, "the service has another template");
}

fn added(story: &mut Story, setting: &mut Setting<'_>, definition: &Repository) {
    story.chapter("An application is added");
    story.say(
        "A table in `applications.toml`, and a repository; nobody starts anything. The pipeline's first run took the release \
         from before, which knows nothing of the application.",
    );
    definition.append("applications.toml", SHOP);
    let commit = definition.commit("sell lemonade");
    story.pass(setting, PIPELINE, Some(commit), SHORT);
    assert!(setting.digest("shop").is_some());
}

fn removed(story: &mut Story, setting: &mut Setting<'_>, definition: &Repository) {
    story.chapter("An application is removed");
    story.say(
        "Its tables go. What is deployed of it stays, and is listed, until a person lets it go.",
    );
    definition.without_table("applications.toml", "mailer");
    let commit = definition.commit("send no mail any more");
    story.pass(setting, PIPELINE, Some(commit), SHORT);
    let stays = setting.stacks_of("mailer");
    assert_eq!(stays.len(), 3, "{stays:?}");
    story.say(&format!("Still there: `{}`.", stays.join("`, `")));
    story.command(
        "cargo xtask deploy --env staging --prune \\\n    --acknowledge resource-removed:lemonade-staging-service-mailer/Service:…",
    );
    let kept = setting.kept(&stays);
    let prune = ["--env", "staging", "--prune"];
    // What to acknowledge is said by the plan.
    let planned = setting.planned(&definition.0, &prune);
    let mut arguments = vec!["deploy", "--yes"];
    arguments.extend(prune);
    for finding in planned.iter().map(String::as_str) {
        arguments.extend(["--acknowledge", finding]);
    }
    let said = setting.person(&definition.0, &arguments);
    let stays = setting.stacks_of("mailer");
    assert_eq!(stays, [""; 0], "{said}");
    setting.scene.world.take_changes();
    story.say(&format!(
        "Its stacks are gone. What holds data is kept, in nobody's stack: {}.",
        kept.join(", ")
    ));
}

fn promoted(
    story: &mut Story,
    folder: &Path,
    definition: &Repository,
    web: &Repository,
    forge: Forge,
) {
    let infrastructure = "cicd.definition-lemonade-production";
    let folder = folder.join("production");
    let repository = Repository(definition.0.clone());
    let ground = DefinitionGround::of(&folder, repository, production(), forge);
    let checkout = folder.join("checkout");
    definition.clone_of("stable", &checkout);
    story.chapter("Production comes to be");
    story.say(
        "In an account of its own, from the same repositories: its branch is `stable`, which is still where all of this began. \
         The person is asked for more than a yes here, and types the name of the environment.",
    );
    story.command("cargo xtask bootstrap --env production");
    let asked = ground.bootstrap_twice(&checkout, EnvironmentName::Production);
    assert!(asked.contains("(production): production"), "{asked}");
    let mut setting = Setting::new(&ground.scene, "production");
    story.pass(&mut setting, infrastructure, None, SHORT);
    let before = setting.digest("web").unwrap();

    story.chapter("Production is promoted");
    story.say(
        "By moving `stable` to what staging has run; nothing else starts it. The definition first, then the application. What was \
         deployed first by a pipeline of an application is protected against deletion by the definition's next pass, since \
         no pipeline of an application may touch protection.",
    );
    story.command("git push origin next:stable");
    definition.branch("stable");
    story.pass(&mut setting, infrastructure, None, SHORT);
    assert_eq!(setting.digest("web").as_ref(), Some(&before));
    web.branch("stable");
    story.pass(&mut setting, "web-lemonade-production", None, SHORT);
    assert_ne!(setting.digest("web").unwrap(), before);
}
