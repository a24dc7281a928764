//! The local CloudFormation with clients of others, and another emulator with the same clients.
//!
//! The scripts are in `tests/clients`. Their output is a snapshot: the scenarios that hold, and those that
//! an endpoint skips, with the reason.

use std::process::{Command, Output};

use emulator::UnknownTypes;
use emulator::server::{Options, RunningServer, Server, Speed};
use tests::root;
use xtask::tools::{NodeTools, PythonTools};
use xtask::workspace::Workspace;

fn run(script: &str, arguments: &[&str]) -> Output {
    let workspace = Workspace::around(root()).unwrap();
    let tools = PythonTools::clients(&workspace);
    tools.require().unwrap();
    Command::new(tools.program("python"))
        .arg(root().join("tests/clients").join(script))
        .args(arguments)
        // The folder is the source's, and no place for compiled files.
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap()
}

fn succeeds(script: &str, arguments: &[&str]) -> String {
    let output = run(script, arguments);
    let stdout = String::from_utf8(output.stdout).unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{stdout}{stderr}");
    stdout
}

fn server(speed: Speed) -> RunningServer {
    server_with(speed, UnknownTypes::Refuse)
}

fn server_with(speed: Speed, unknown_types: UnknownTypes) -> RunningServer {
    Server::start(&Options {
        speed,
        cloud: emulator::Options {
            page_size: 2,
            unknown_types,
            ..emulator::Options::default()
        },
        ..Options::default()
    })
    .unwrap()
}

#[test]
fn answers_fit_the_model_that_clients_are_made_from() {
    let snapshots = root().join("xtask/emulator/tests/wire/snapshots");
    succeeds("check_answers.py", &[snapshots.to_str().unwrap()]);
}

#[test]
fn what_the_model_of_clients_rules_out_is_refused() {
    let server = server(Speed::STILL);
    succeeds("check_constraints.py", &[&server.url()]);
}

#[test]
fn boto3_finds_what_it_knows_of_cloudformation() {
    let server = server(Speed::STILL);
    let said = succeeds("scenarios.py", &[&server.url()]);
    insta::assert_snapshot!("scenarios-local", said);
}

#[test]
fn the_scenarios_hold_on_an_endpoint_of_others() {
    insta::assert_snapshot!(
        "scenarios-ministack",
        succeeds("scenarios.py", &["ministack"])
    );
}

#[test]
fn the_aws_cli_deploys() {
    let server = server(Speed::FASTEST);
    insta::assert_snapshot!("aws-cli", succeeds("aws_cli.py", &[&server.url()]));
}

#[test]
fn the_aws_cdk_deploys_a_prepared_assembly() {
    let tools = NodeTools::clients(&Workspace::around(root()).unwrap());
    tools.require().unwrap();
    let node = tools.node();
    let packages = tools.folder().join("node_modules");
    // The assembly has a type without a model.
    let server = server_with(Speed::FASTEST, UnknownTypes::Accept);
    let arguments = [
        &server.url(),
        node.to_str().unwrap(),
        packages.to_str().unwrap(),
    ];
    insta::assert_snapshot!("aws-cdk", succeeds("aws_cdk.py", &arguments));
}

#[test]
fn sceptre_launches_a_group() {
    let server = server(Speed::FASTEST);
    insta::assert_snapshot!("sceptre", succeeds("sceptre_cli.py", &[&server.url()]));
}
