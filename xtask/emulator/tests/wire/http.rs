//! The server in this process, and a client that is a socket.

use std::io::Write as _;
use std::net::TcpStream;

use emulator::server::{Options, RequestFaults, RunningServer, Server, Speed};

use crate::support::{Client, Reply};

const TEMPLATE: &str = r#"{"Resources":{"Topic":{"Type":"AWS::SNS::Topic"}},"Outputs":{"Arn":{"Value":{"Ref":"Topic"}}}}"#;

const TAMPER: &str = r#"{"account":"111122223333","region":"eu-central-1","stack":"a","logicalId":"Topic","tamper":"delete"}"#;

fn start(options: Options) -> (RunningServer, Client) {
    let running = Server::start(&options).unwrap();
    let client = Client::new(running.address());
    (running, client)
}

fn still() -> Options {
    Options {
        speed: Speed::STILL,
        ..Options::default()
    }
}

fn faults(faults: &str) -> Options {
    Options {
        faults: faults.parse::<RequestFaults>().unwrap(),
        ..still()
    }
}

fn create(client: &Client, stack: &str) -> Option<Reply> {
    client.call(
        "CreateStack",
        &[("StackName", stack), ("TemplateBody", TEMPLATE)],
    )
}

fn describe(client: &Client, stack: &str) -> Option<Reply> {
    client.call("DescribeStacks", &[("StackName", stack)])
}

#[test]
fn a_stack_is_created_in_its_time_and_deleted() {
    let (_running, client) = start(still());
    let created = create(&client, "a").unwrap();
    assert_eq!(created.status, 200, "{}", created.body);
    assert!(created.head.contains("content-type: text/xml"));
    assert!(created.head.contains("x-amzn-requestid: "));
    let stack = created.element("StackId").unwrap();

    let status = |when| {
        (
            describe(&client, stack)
                .unwrap()
                .element("StackStatus")
                .map(str::to_owned),
            when,
        )
    };
    assert_eq!(
        status("at once"),
        (Some("CREATE_IN_PROGRESS".to_owned()), "at once")
    );
    client.control("POST", "advance", r#"{"untilIdle":true}"#);
    assert_eq!(
        status("later"),
        (Some("CREATE_COMPLETE".to_owned()), "later")
    );

    assert_eq!(
        client
            .call("DeleteStack", &[("StackName", "a")])
            .unwrap()
            .status,
        200
    );
    client.control("POST", "advance", r#"{"untilIdle":true}"#);
    assert_eq!(
        status("at last"),
        (Some("DELETE_COMPLETE".to_owned()), "at last")
    );
    let gone = describe(&client, "a").unwrap();
    assert_eq!(gone.status, 400);
    assert_eq!(gone.element("Code"), Some("ValidationError"));
    assert_eq!(
        gone.element("Message"),
        Some("Stack with id a does not exist")
    );
}

#[test]
fn the_key_is_the_account() {
    let (_running, client) = start(still());
    create(&client, "a").unwrap();
    let other = Client {
        account: "444455556666",
        ..client
    };
    assert_eq!(describe(&other, "a").unwrap().status, 400);
}

#[test]
fn an_unsigned_request_is_refused() {
    let (_running, client) = start(still());
    let form = "Action=DescribeStacks&Version=2010-05-15";
    let reply = client.send("POST", "/", "", form).unwrap();
    assert_eq!(reply.status, 403);
    assert_eq!(reply.element("Code"), Some("MissingAuthenticationToken"));
}

#[test]
fn a_call_may_be_a_link() {
    let (_running, client) = start(still());
    let headers = "Authorization: AWS4-HMAC-SHA256 Credential=111122223333/20260203/eu-central-1/\
                   sts/aws4_request, SignedHeaders=host, Signature=0f\r\n";
    let path = "/?Action=GetCallerIdentity&Version=2011-06-15";
    let reply = client.send("GET", path, headers, "").unwrap();
    assert_eq!(reply.element("Account"), Some("111122223333"));
}

#[test]
fn other_paths_and_great_bodies_are_refused() {
    let (_running, client) = start(still());
    assert_eq!(
        client.send("GET", "/bucket/key", "", "").unwrap().status,
        404
    );
    let body = "a".repeat(1024 * 1024 + 1);
    assert_eq!(client.send("POST", "/", "", &body).unwrap().status, 413);
}

#[test]
fn faults_before_a_call_leave_nothing() {
    for (fault, expected) in [
        ("throttle=1", Some((400, "Throttling"))),
        ("failure=1", Some((500, "InternalFailure"))),
        ("unavailable=1", Some((503, "ServiceUnavailable"))),
        ("reset=1", None),
    ] {
        let (_running, client) = start(faults(fault));
        let met = create(&client, "a");
        let met = met
            .as_ref()
            .map(|reply| (reply.status, reply.element("Code").unwrap()));
        assert_eq!(met, expected, "{fault}");
        client.control("POST", "faults", r#"{"faults":""}"#);
        assert_eq!(describe(&client, "a").unwrap().status, 400, "{fault}");
    }
}

#[test]
fn a_call_whose_answer_is_lost_took_effect() {
    let (_running, client) = start(faults("lost=1"));
    assert_eq!(create(&client, "a"), None);
    client.control("POST", "faults", r#"{"faults":""}"#);
    assert_eq!(describe(&client, "a").unwrap().status, 200);
}

#[test]
fn the_same_seed_meets_the_same_faults() {
    let meet = || {
        let (_running, client) = start(faults("throttle=0.3,lost=0.2,reset=0.2"));
        let statuses = (0..40).map(|_| describe(&client, "a").map(|reply| reply.body));
        statuses.collect::<Vec<_>>()
    };
    let met = meet();
    assert!(met.contains(&None));
    assert_eq!(met, meet());
}

#[test]
fn credentials_expire_and_new_ones_are_taken() {
    let (_running, old) = start(still());
    assert_eq!(old.call("DescribeStacks", &[]).unwrap().status, 200);
    old.control("POST", "expire", "");
    let reply = old.call("DescribeStacks", &[]).unwrap();
    assert_eq!(
        (reply.status, reply.element("Code")),
        (403, Some("ExpiredToken"))
    );
    let new = Client {
        token: Some("another"),
        ..old
    };
    assert_eq!(new.call("DescribeStacks", &[]).unwrap().status, 200);
}

#[test]
fn invalid_control_requests_are_refused() {
    let (_running, client) = start(still());
    for (method, name, body) in [
        ("GET", "reset", ""),
        ("POST", "explode", ""),
        ("POST", "advance", "{}"),
        ("POST", "advance", r#"{"minutes":1}"#),
        ("POST", "faults", r#"{"faults":"gone=1"}"#),
        ("POST", "fail", r#"{"on":"create"}"#),
        (
            "POST",
            "fail",
            r#"{"on":"explode","effect":{"fail":{"reason":"no"}}}"#,
        ),
        ("POST", "tamper", TAMPER),
    ] {
        let reply = client.control(method, name, body);
        assert_eq!(reply.status, 400, "{name} {body}");
        assert!(reply.body.starts_with(r#"{"error":"#), "{}", reply.body);
    }
}

#[test]
fn time_passes_when_it_is_told_to() {
    let (_running, client) = start(still());
    let now = |reply: &Reply| {
        let status: serde_json::Value = serde_json::from_str(&reply.body).unwrap();
        status["now"].as_str().unwrap().to_owned()
    };
    let before = now(&client.control("GET", "status", ""));
    assert_eq!(now(&client.control("GET", "status", "")), before);
    let after = now(&client.control("POST", "advance", r#"{"seconds":86400}"#));
    assert_ne!(after, before);
    assert_eq!(after[10..], before[10..]);
}

#[test]
fn after_a_reset_nothing_is_there() {
    let (_running, client) = start(still());
    create(&client, "a").unwrap();
    client.control("POST", "reset", "");
    assert_eq!(describe(&client, "a").unwrap().status, 400);
}

#[test]
fn resources_fail_when_they_are_told_to() {
    let (_running, client) = start(still());
    let fault =
        r#"{"logicalId":"Topic","on":"create","times":1,"effect":{"fail":{"reason":"used up"}}}"#;
    assert_eq!(client.control("POST", "fail", fault).status, 200);
    create(&client, "a").unwrap();
    client.control("POST", "advance", r#"{"untilIdle":true}"#);
    let status = |stack| {
        let reply = describe(&client, stack).unwrap();
        reply.element("StackStatus").map(str::to_owned)
    };
    assert_eq!(status("a").as_deref(), Some("ROLLBACK_COMPLETE"));
    client.control("POST", "fail", fault);
    client.control("POST", "heal", "");
    create(&client, "b").unwrap();
    client.control("POST", "advance", r#"{"untilIdle":true}"#);
    assert_eq!(status("b").as_deref(), Some("CREATE_COMPLETE"));
}

#[test]
fn resources_are_tampered_with() {
    let (_running, client) = start(still());
    create(&client, "a").unwrap();
    client.control("POST", "advance", r#"{"untilIdle":true}"#);
    assert_eq!(client.control("POST", "tamper", TAMPER).status, 200);
    client
        .call("DetectStackDrift", &[("StackName", "a")])
        .unwrap();
    client.control("POST", "advance", r#"{"untilIdle":true}"#);
    let drifts = client.call("DescribeStackResourceDrifts", &[("StackName", "a")]);
    let drifts = drifts.unwrap();
    assert_eq!(drifts.element("StackResourceDriftStatus"), Some("DELETED"));
}

/// Connections that send nothing, or less than they said, don't keep others from being answered.
#[test]
fn slow_clients_do_not_keep_others_waiting() {
    let (running, client) = start(still());
    let open: Vec<TcpStream> = (0..200)
        .map(|index| {
            let mut stream = TcpStream::connect(running.address()).unwrap();
            let begun = match index % 3 {
                0 => "",
                1 => "POST / HTTP/1.1\r\nHost: localhost\r\nX-",
                _ => "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\na",
            };
            stream.write_all(begun.as_bytes()).unwrap();
            stream
        })
        .collect();
    let created = create(&client, "a").unwrap();
    assert_eq!(created.status, 200, "{}", created.body);
    drop(open);
    running.stop().unwrap();
}

#[test]
fn a_body_that_is_too_large_is_refused_and_the_server_goes_on() {
    let (_running, client) = start(still());
    let large = "a".repeat(2 * 1024 * 1024);
    // The connection may end before all of it is sent.
    if let Some(reply) = client.send("POST", "/", "", &large) {
        assert_eq!(reply.status, 413);
    }
    assert_eq!(create(&client, "a").unwrap().status, 200);
}

#[test]
fn events_that_are_not_scheduled_are_not_waited_for() {
    let (_running, client) = start(still());
    let reply = client.control("POST", "advance", r#"{"events":4294967295}"#);
    assert_eq!(reply.status, 200);
}
