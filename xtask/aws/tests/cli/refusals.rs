//! Refusals, with exit code and message. Nothing here calls AWS.

use std::fs;

use cli_conventions::exit_code::{FAILURE, REFUSED, USAGE};

use crate::support::{complaint, deployer, folder, with_assembly};

#[test]
fn an_environment_that_there_is_not() {
    let output = deployer(&folder("environment"), "deploy --env stagign");
    insta::assert_snapshot!(complaint(&output, USAGE), @"
    error: invalid value 'stagign' for '--env <ENVIRONMENT>'
      [possible values: production, staging]

      tip: a similar value exists: 'staging'

    For more information, try '--help'.
    ");
}

/// There is no default environment.
#[test]
fn no_environment() {
    let output = deployer(&folder("no-environment"), "status");
    assert!(complaint(&output, USAGE).contains("--env <ENVIRONMENT>"));
}

#[test]
fn no_assembly() {
    let output = deployer(&folder("no-assembly"), "plan --env staging");
    insta::assert_snapshot!(complaint(&output, FAILURE), @"error: assembly holds no assembly");
}

#[test]
fn an_assembly_of_another_environment() {
    let folder = with_assembly("other-environment", "production");
    let output = deployer(&folder, "deploy --env staging");
    insta::assert_snapshot!(complaint(&output, USAGE), @"error: assembly is of production, not of staging");
}

#[test]
fn an_assembly_that_was_changed() {
    let folder = with_assembly("changed", "staging");
    let template = folder.join("assembly/lemonade-staging-network.template.json");
    let text = fs::read_to_string(&template).unwrap();
    // As long as before, and it shows the same digest.
    fs::write(&template, text.replace("AWS::SNS", "AWS::SQS")).unwrap();
    let output = deployer(&folder, "deploy --env staging");
    insta::assert_snapshot!(complaint(&output, FAILURE), @r"
    error: assembly/lemonade-staging-network.template.json is not the template of lemonade-staging-network that the assembly was made with: its digest is 9981e1eccd28d1b0579973e47a88f9b607223d06856cac43e2f07d649a882e31, not c8f99a7a6a8d34b68086051b5f265ac3b5da0b62b7261f09c1c475ba5975669e
      = help: something has changed it since; synthesize again, or take the release again from where it was published
    ");
}

#[test]
fn an_assembly_of_another_version() {
    let folder = with_assembly("version", "staging");
    let list = folder.join("assembly/assembly.json");
    let text = fs::read_to_string(&list).unwrap();
    let newer = text.replace("\"version\":1", "\"version\":2,\"more\":true");
    fs::write(&list, newer).unwrap();
    let output = deployer(&folder, "deploy --env staging");
    insta::assert_snapshot!(complaint(&output, FAILURE), @"error: assembly/assembly.json has version 2, and this reads version 1");
}

/// A tag can be moved; what it says today is not what it says tomorrow.
#[test]
fn an_image_by_its_tag() {
    let output = deployer(
        &folder("tag"),
        "deploy --env staging --only service-web --image latest",
    );
    insta::assert_snapshot!(complaint(&output, USAGE), @"
    error: invalid value 'latest' for '--image <STACK=DIGEST>': `latest` is no digest: sha256: and 64 digits 0-9a-f, as in the column Digest of the repository

    For more information, try '--help'.
    ");
}

#[test]
fn an_image_without_its_stack() {
    let folder = with_assembly("image-of-which", "staging");
    let digest = format!("sha256:{}", "0a".repeat(32));
    for only in ["", "--only service-web --only service-api"] {
        let output = deployer(
            &folder,
            &format!("deploy --env staging {only} --image {digest}"),
        );
        let complaint = complaint(&output, USAGE).replace(&digest, "DIGEST");
        insta::allow_duplicates! {
            insta::assert_snapshot!(complaint, @"
            error: of which stack is DIGEST the image?
              = help: name it, as in --image service-web=DIGEST, or give a single --only
            ");
        }
    }
}

#[test]
fn an_image_that_would_be_passed_over() {
    let folder = with_assembly("image-passed-over", "staging");
    let image = |digits: &str| format!("--image service-web=sha256:{}", digits.repeat(32));
    let of_another = format!("deploy --env staging --only network {}", image("0a"));
    let output = deployer(&folder, &of_another);
    insta::assert_snapshot!(complaint(&output, USAGE), @"
    error: --image names lemonade-staging-service-web, and --only leaves it alone
      = help: add --only lemonade-staging-service-web
    ");
    let twice = format!("deploy --env staging {} {}", image("0a"), image("0b"));
    let output = deployer(&folder, &twice);
    insta::assert_snapshot!(complaint(&output, USAGE), @"
    error: --image gives lemonade-staging-service-web two images
      = help: a service runs one; leave the other out
    ");
}

#[test]
fn a_yes_to_another_environment() {
    let folder = with_assembly("confirmation", "staging");
    let nowhere = "--endpoint-url http://127.0.0.1:1";
    let output = deployer(
        &folder,
        &format!("deploy --env staging --confirm production {nowhere}"),
    );
    let complaint = complaint(&output, REFUSED);
    assert!(complaint.contains("production"), "{complaint}");
}

#[test]
fn an_endpoint_that_is_none() {
    let folder = with_assembly("endpoint", "staging");
    let output = deployer(&folder, "status --env staging --endpoint-url localhost");
    insta::assert_snapshot!(complaint(&output, USAGE), @"error: `localhost` is no endpoint: expected http:// or https:// and a host, as in http://127.0.0.1:4566");
}

#[test]
fn a_plan_that_is_none_or_of_another_environment() {
    let folder = with_assembly("plan", "staging");
    fs::write(folder.join("plan.json"), "{\"version\":99}").unwrap();
    let output = deployer(&folder, "deploy --env staging --plan plan.json");
    insta::assert_snapshot!(complaint(&output, FAILURE), @"
    error: plan.json: the plan has version 99, but this program reads version 1
      = help: create the plan again
    ");
    let plan = serde_json::json!({
        "version": 1,
        "environment": "production",
        "account": "111122223333",
        "region": "eu-west-1",
        "stacks": [],
        "steps": [],
        "findings": [],
        "templates": {},
        "observed": {},
    });
    fs::write(folder.join("plan.json"), plan.to_string()).unwrap();
    let output = deployer(&folder, "deploy --env staging --plan plan.json");
    insta::assert_snapshot!(complaint(&output, USAGE), @"error: plan.json is a plan of production, not of staging");
}

#[test]
fn an_acknowledgement_without_a_reason() {
    let folder = with_assembly("acknowledgement", "staging");
    fs::write(
        folder.join("acknowledgements.toml"),
        "[[acknowledgement]]\nword = \"a\"\nreason = \"\"\n",
    )
    .unwrap();
    let output = deployer(&folder, "deploy --env staging --yes");
    let complaint = complaint(&output, FAILURE);
    let end = "acknowledgements.toml acknowledges `a` without a reason\n";
    assert!(complaint.ends_with(end), "{complaint}");
}

#[test]
fn what_excludes_each_other() {
    let folder = folder("exclude");
    for words in [
        "deploy --env staging --plan plan.json --only network",
        "deploy --env staging --local --endpoint-url http://127.0.0.1:1",
        "deploy --env staging --local-speed 60",
        "deploy --env staging --concurrency 0",
    ] {
        complaint(&deployer(&folder, words), USAGE);
    }
}

#[test]
fn a_program_is_told_of_a_refusal_before_anything_began() {
    let output = deployer(&folder("json"), "deploy --env staging --format json");
    assert_eq!(output.status.code(), Some(FAILURE.into()));
    let line = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        line,
        "{\"event\":\"ended\",\"exitCode\":1,\"error\":\"assembly holds no assembly\"}\n"
    );
}
