//! The state in a folder, also after a kill at the worst moment.

use std::fs;
use std::path::{Path, PathBuf};

use emulator::server::{Options, RunningServer, Server, Speed};

use crate::support::{Client, folder};

const TEMPLATE: &str = r#"{"Resources":{"Topic":{"Type":"AWS::SNS::Topic"}}}"#;

fn start(folder: &Path) -> (RunningServer, Client) {
    let running = Server::start(&Options {
        speed: Speed::STILL,
        state: Some(folder.to_owned()),
        ..Options::default()
    })
    .unwrap();
    let client = Client::new(running.address());
    (running, client)
}

fn create(client: &Client, stack: &str, template: &str) -> u16 {
    let fields = [("StackName", stack), ("TemplateBody", template)];
    client.call("CreateStack", &fields).unwrap().status
}

fn stacks(client: &Client) -> usize {
    let reply = client.call("DescribeStacks", &[]).unwrap();
    reply.body.matches("<StackName>").count()
}

fn journal(folder: &Path) -> PathBuf {
    folder.join("journal.ndjson")
}

#[test]
fn half_a_line_never_was() {
    let folder = folder("half");
    let (running, client) = start(&folder);
    create(&client, "a", TEMPLATE);
    create(&client, "b", TEMPLATE);
    let written = fs::read_to_string(journal(&folder)).unwrap();
    let kept = fs::read(folder.join("cloud.json")).unwrap();
    running.stop().unwrap();

    // As if it had been killed while it wrote the second line.
    fs::write(folder.join("cloud.json"), kept).unwrap();
    fs::write(journal(&folder), written.get(..written.len() - 10).unwrap()).unwrap();
    let (_running, client) = start(&folder);
    assert_eq!(stacks(&client), 1);
    assert_eq!(create(&client, "b", TEMPLATE), 200);
}

#[test]
fn what_is_in_both_files_happens_once() {
    let folder = folder("both");
    let (running, client) = start(&folder);
    create(&client, "a", TEMPLATE);
    client.control("POST", "advance", r#"{"untilIdle":true}"#);
    client.call("DeleteStack", &[("StackName", "a")]).unwrap();
    client.control("POST", "advance", r#"{"untilIdle":true}"#);
    let written = fs::read_to_string(journal(&folder)).unwrap();
    let described = |client: &Client| {
        let fields = [("StackStatusFilter.member.1", "DELETE_COMPLETE")];
        let reply = client.call("ListStacks", &fields).unwrap();
        reply.element("StackSummaries").unwrap().to_owned()
    };
    let before = described(&client);
    running.stop().unwrap();

    // As if it had been killed between the two steps of saving.
    fs::write(journal(&folder), written).unwrap();
    let (_running, client) = start(&folder);
    assert_eq!(described(&client), before);
    assert_eq!(before.matches("<StackName>a<").count(), 1);
}

#[test]
fn a_long_journal_is_written_as_what_it_leads_to() {
    let folder = folder("long");
    let (running, client) = start(&folder);
    create(&client, "a", TEMPLATE);
    // Too long for CloudFormation, and in the journal all the same.
    let padding = "a".repeat(900_000);
    for _ in 0..6 {
        assert_eq!(create(&client, "b", &padding), 400);
    }
    let length = fs::metadata(journal(&folder)).unwrap().len();
    assert!(length < 2 * 900_000, "{length}");
    assert_eq!(stacks(&client), 1);
    drop(running);
    assert_eq!(stacks(&start(&folder).1), 1);
}

#[test]
fn another_format_is_not_guessed_at() {
    let folder = folder("format");
    drop(start(&folder));
    let path = folder.join("cloud.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("\"format\":2", "\"format\":3", 1)).unwrap();
    let options = Options {
        state: Some(folder),
        ..Options::default()
    };
    let error = Server::start(&options).unwrap_err().to_string();
    assert!(error.contains("was not written by this version"), "{error}");
}
