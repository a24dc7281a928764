//! An endpoint that answers anything but what CloudFormation would, to the real program with the
//! real SDK: it ends soon, names whom it asked, what came and what to do, and lets nothing of it act
//! on the terminal.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{deployer, folder, with_assembly};

/// What is sent, given the call's action.
type Answer = Arc<dyn Fn(&str, &mut TcpStream) + Send + Sync>;

/// Everything that acts on a terminal, as XML writes it.
const HOSTILE: &str =
    "a&#x1b;[2J&#x1b;]8;;http://b&#x7;c&#xd;&#xa;  = help: d&#x202e;e&#x2066;f&#x200b;g&#x9b;h";

/// The same, as it is.
const HOSTILE_TEXT: &str =
    "a\u{1b}[2J\u{1b}]8;;http://b\u{7}c\r\n  = help: d\u{202e}e\u{2066}f\u{200b}g\u{9b}h";

const HTML: &str = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>to the network &copy;<br></body></html>";

/// Serves one answer to every request, on a port of its own; ends with the process.
fn serve(answer: Answer) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = Arc::clone(&answer);
            thread::spawn(move || {
                let mut stream = stream;
                let request = request(&mut stream);
                let action = request.split("Action=").nth(1).unwrap_or_default();
                let action = action.split('&').next().unwrap_or_default();
                answer(action, &mut stream);
                let _ = stream.flush();
            });
        }
    });
    port
}

/// A request, with all of its body.
fn request(stream: &mut TcpStream) -> String {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(2)));
    let mut all = Vec::new();
    let mut part = [0; 4096];
    while let Ok(read @ 1..) = stream.read(&mut part) {
        all.extend_from_slice(&part[..read]);
        // The hello of TLS, which nothing more follows.
        if all.first() == Some(&0x16) {
            break;
        }
        let text = String::from_utf8_lossy(&all).to_lowercase();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head.split("content-length: ").nth(1);
        let length = length.and_then(|rest| rest.lines().next()?.trim().parse().ok());
        if body.len() >= length.unwrap_or(0) {
            break;
        }
    }
    String::from_utf8_lossy(&all).into_owned()
}

fn raw(bytes: impl Into<Vec<u8>>) -> Answer {
    let bytes = bytes.into();
    Arc::new(move |_, stream| {
        let _ = stream.write_all(&bytes);
    })
}

fn http(status: u16, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut answer = format!(
        "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n",
        body.len()
    )
    .into_bytes();
    answer.extend_from_slice(body);
    answer
}

fn page(status: u16, headers: &str, body: &str) -> Answer {
    raw(http(status, headers, body.as_bytes()))
}

fn fault(status: u16, code: &str, message: &str) -> Answer {
    page(
        status,
        "Content-Type: text/xml\r\n",
        &format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>r</RequestId></ErrorResponse>"
        ),
    )
}

const IDENTITY: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::444455556666:user/u</Arn><UserId>U</UserId><Account>444455556666</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

/// Who calls is answered well, and the listing so.
fn listing(status: u16, body: String) -> Answer {
    Arc::new(move |action, stream| {
        let (status, body) = if action == "GetCallerIdentity" {
            (200, IDENTITY)
        } else {
            (status, body.as_str())
        };
        let _ = stream.write_all(&http(status, "Content-Type: text/xml\r\n", body.as_bytes()));
    })
}

fn stacks(inner: &str) -> String {
    format!(
        "<DescribeStacksResponse><DescribeStacksResult>{inner}</DescribeStacksResult></DescribeStacksResponse>"
    )
}

fn stack(text: &str) -> String {
    format!(
        "<member><StackId>arn:aws:cloudformation:eu-west-1:444455556666:stack/lemonade-staging-network/1</StackId>\
         <StackName>lemonade-staging-network</StackName><StackStatus>UPDATE_COMPLETE</StackStatus>\
         <StackStatusReason>{text}</StackStatusReason><CreationTime>2026-01-02T03:04:05Z</CreationTime>\
         <Outputs><member><OutputKey>A{text}</OutputKey><OutputValue>v{text}</OutputValue><ExportName>e{text}</ExportName></member></Outputs>\
         <Tags><member><Key>lemonade:environment</Key><Value>{text}</Value></member><member><Key>{text}</Key><Value>{text}</Value></member></Tags></member>"
    )
}

/// What the message of a case must contain, besides what every message must.
type Says = &'static str;

/// Every kind of answer: its name, the answer, and what must be said of it.
fn cases() -> Vec<(String, Answer, Says)> {
    let mut cases: Vec<(String, Answer, Says)> = Vec::new();
    let mut add = |name: &str, answer: Answer, says: Says| {
        cases.push((name.to_owned(), answer, says));
    };
    let xml = "Content-Type: text/xml\r\n";
    for status in [
        200, 201, 202, 203, 204, 205, 206, 226, 299, 300, 301, 302, 303, 304, 305, 307, 308, 400,
        401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 413, 414, 415, 418, 421, 425, 426,
        428, 429, 431, 451, 499, 500, 501, 502, 503, 504, 505, 507, 511, 520, 522, 530, 599,
    ] {
        // Neither has a body.
        let body = if matches!(status, 204 | 205 | 304) {
            ""
        } else {
            HTML
        };
        let html = "Content-Type: text/html\r\n";
        add(
            &format!("{status} html"),
            page(status, html, body),
            "status",
        );
    }
    for status in [200, 302, 403, 404, 500, 503] {
        let json = "Content-Type: application/json\r\n";
        add(
            &format!("{status} empty"),
            page(status, "", ""),
            "nothing in it",
        );
        add(
            &format!("{status} json"),
            page(status, json, "{\"message\":\"no\"}"),
            "application/json",
        );
        add(
            &format!("{status} text"),
            page(status, "", "upstream connect error"),
            "upstream connect error",
        );
        add(
            &format!("{status} another service"),
            page(
                status,
                xml,
                "<ListBucketResult><Name>b</Name></ListBucketResult>",
            ),
            "ListBucketResult",
        );
    }
    for status in [301, 302, 307, 308] {
        add(
            &format!("{status} redirect"),
            page(status, "Location: https://portal.example/login\r\n", ""),
            "https://portal.example/login",
        );
    }
    add(
        "hostile header",
        page(
            403,
            "Content-Type: a\u{9b}31mb\r\nLocation: \u{202e}x\r\n",
            HTML,
        ),
        "status 403",
    );
    add("hostile page", page(403, "", HOSTILE_TEXT), "status 403");
    add(
        "bad utf-8",
        raw(http(
            200,
            xml,
            b"<GetCallerIdentityResponse>\xff\xfe</GetCallerIdentityResponse>",
        )),
        "can't be read",
    );
    add(
        "wrong charset",
        raw(http(
            200,
            "Content-Type: text/xml; charset=utf-16\r\n",
            &[0xff, 0xfe, 0x3c, 0],
        )),
        "can't be read",
    );
    add(
        "binary",
        raw(http(
            200,
            "Content-Type: application/octet-stream\r\n",
            &[0, 1, 2, 0x1b, 0x9b],
        )),
        "octet-stream",
    );
    add(
        "gzip",
        raw(http(
            200,
            "Content-Encoding: gzip\r\nContent-Type: text/xml\r\n",
            &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3],
        )),
        "can't be read",
    );
    add(
        "entities",
        page(
            200,
            xml,
            "<!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><GetCallerIdentityResponse>&b;</GetCallerIdentityResponse>",
        ),
        "can't be read",
    );
    add(
        "external entity",
        page(
            200,
            xml,
            "<!DOCTYPE a [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><GetCallerIdentityResponse>&a;</GetCallerIdentityResponse>",
        ),
        "can't be read",
    );
    add(
        "deep",
        page(200, xml, &"<a>".repeat(200_000)),
        "can't be read",
    );
    add(
        "no fields",
        page(200, xml, "<GetCallerIdentityResponse/>"),
        "GetCallerIdentityResult",
    );
    add(
        "another operation",
        page(200, xml, &stacks("<Stacks/>")),
        "no answer of AWS",
    );
    for end in [1, 20, 60, 100, 150, IDENTITY.len() - 1] {
        add(
            &format!("identity cut at {end}"),
            page(200, xml, &IDENTITY[..end]),
            "can't be read",
        );
    }
    let whole = stacks(&format!("<Stacks>{}</Stacks>", stack("r")));
    for end in [10, 40, 60, 200, 400, whole.len() - 30, whole.len() - 1] {
        add(
            &format!("stacks cut at {end}"),
            listing(200, whole[..end].to_owned()),
            "DescribeStacks",
        );
    }
    add(
        "stacks html",
        listing(200, HTML.to_owned()),
        "DescribeStacks",
    );
    add(
        "stacks 404",
        listing(404, HTML.to_owned()),
        "DescribeStacks",
    );
    add(
        "the same page",
        listing(200, stacks("<Stacks/><NextToken>t</NextToken>")),
        "leads to itself",
    );
    let pages = Arc::new(AtomicUsize::new(0));
    add(
        "endless pages",
        Arc::new(move |action, stream| {
            let number = pages.fetch_add(1, Ordering::Relaxed);
            let body = if action == "GetCallerIdentity" {
                IDENTITY.to_owned()
            } else {
                stacks(&format!("<Stacks/><NextToken>t{number}</NextToken>"))
            };
            let _ = stream.write_all(&http(200, "Content-Type: text/xml\r\n", body.as_bytes()));
        }),
        "more than 500 pages",
    );
    add(
        "wrong account",
        listing(200, stacks("<Stacks/>").replace("444455556666", "1")),
        "",
    );
    add("closed at once", raw(""), "HTTP");
    add("no http", raw("SSH-2.0-OpenSSH_9.6\r\n"), "HTTP");
    add("tls to plain", raw([0x15, 3, 3, 0, 2, 2, 70]), "HTTP");
    add("half a head", raw("HTTP/1.1 200 OK\r\nContent-"), "HTTP");
    add(
        "longer than it says",
        raw("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n<a>more"),
        "can't be read",
    );
    add(
        "shorter than it says",
        raw("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n<a>"),
        "HTTP",
    );
    add(
        "no length",
        raw("HTTP/1.1 200 OK\r\n\r\n<html>"),
        "no answer of AWS",
    );
    add(
        "two lengths",
        raw("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n<a>b"),
        "GetCallerIdentity",
    );
    add(
        "a negative length",
        raw("HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\n<a>"),
        "HTTP",
    );
    add(
        "chunked garbage",
        raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nno\r\n"),
        "HTTP",
    );
    add(
        "a chunk too short",
        raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nno"),
        "HTTP",
    );
    add(
        "only continue",
        raw("HTTP/1.1 100 Continue\r\n\r\n"),
        "HTTP",
    );
    add(
        "switching protocols",
        raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"),
        "GetCallerIdentity",
    );
    add("http 0.9", raw("<html>"), "HTTP");
    add(
        "a status of letters",
        raw("HTTP/1.1 ABC OK\r\n\r\n"),
        "HTTP",
    );
    add(
        "status 999",
        raw("HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n"),
        "GetCallerIdentity",
    );
    let for_ever = |begin: &'static [u8], more: &'static [u8], pause: u64| -> Answer {
        Arc::new(move |_, stream| {
            let mut sent = stream.write_all(begin);
            while sent.is_ok() {
                sent = stream.write_all(more);
                thread::sleep(Duration::from_millis(pause));
            }
        })
    };
    add(
        "endless body",
        for_ever(b"HTTP/1.1 200 OK\r\n\r\n<a>", &[b'x'; 65536], 0),
        "more than",
    );
    add(
        "endless chunks",
        for_ever(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"4\r\n<aa>\r\n",
            5,
        ),
        "GetCallerIdentity",
    );
    add(
        "endless header",
        for_ever(b"HTTP/1.1 200 OK\r\nX: ", &[b'x'; 65536], 0),
        "HTTP",
    );
    add(
        "endless headers",
        for_ever(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", 0),
        "HTTP",
    );
    add(
        "slow bytes",
        for_ever(b"HTTP/1.1 200 OK\r\n\r\n", b"x", 100),
        "no answer",
    );
    add("no bytes", for_ever(b"", b"", 100), "no answer");
    for (status, code, message, says) in [
        (403, "AccessDenied", HOSTILE, "not permitted"),
        (400, "Throttling", "Rate exceeded", ""),
        (403, "ExpiredToken", HOSTILE, "expired"),
        (
            403,
            "InvalidClientTokenId",
            "The security token included in the request is invalid",
            "not accepted",
        ),
        (
            403,
            "SignatureDoesNotMatch",
            "Signature expired: 20260101T000000Z is now earlier than",
            "clock",
        ),
        (
            403,
            "SignatureDoesNotMatch",
            "Credential should be scoped to a valid region",
            "region",
        ),
        (400, "ValidationError", HOSTILE, ""),
        (400, "Odd", HOSTILE, "Odd"),
        (500, "InternalFailure", HOSTILE, "InternalFailure"),
        (503, "ServiceUnavailable", "", "ServiceUnavailable"),
    ] {
        // What AWS says itself passes, and is waited out by the engine.
        if status == 400 && code == "Throttling" || status >= 500 {
            continue;
        }
        add(
            &format!("{code} {status} {says}"),
            fault(status, code, message),
            says,
        );
    }
    add(
        "a megabyte",
        fault(403, "AccessDenied", &"x".repeat(1 << 20)),
        "more characters",
    );
    cases
}

/// Runs the program with little memory, and with invalid credentials.
fn run(folder: &Path, words: &str) -> Output {
    Command::new("sh")
        .args(["-c", "ulimit -v 3000000; exec \"$0\" \"$@\""])
        .arg(env!("CARGO_BIN_EXE_deployer"))
        .args(words.split_whitespace())
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_MAX_ATTEMPTS", "1")
        .env("LEMONADE_CALL_SECONDS", "2")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Nothing in it acts on a terminal.
fn assert_tame(name: &str, output: &[u8]) {
    let text = std::str::from_utf8(output).unwrap();
    let acts = |letter: &char| {
        (letter.is_control() && *letter != '\n')
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert_eq!(text.chars().find(acts), None, "{name}: {text:?}");
    assert!(
        !text.contains("\n  = help: d"),
        "{name}: a line of its own: {text}"
    );
    assert!(text.len() < 100_000, "{name}: {} bytes", text.len());
}

#[test]
fn no_answer_of_an_endpoint_does_harm() {
    let folder = with_assembly("hostile", "staging");
    let cases = cases();
    assert!(cases.len() >= 60, "{}", cases.len());
    let next = AtomicUsize::new(0);
    let complaints: Vec<String> = thread::scope(|scope| {
        let workers: Vec<_> = (0..6)
            .map(|_| {
                scope.spawn(|| {
                    let mut complaints = Vec::new();
                    while let Some((name, answer, says)) =
                        cases.get(next.fetch_add(1, Ordering::Relaxed))
                    {
                        let port = serve(Arc::clone(answer));
                        for verb in ["status", "plan", "deploy --yes"] {
                            let begun = Instant::now();
                            let endpoint = format!("http://127.0.0.1:{port}");
                            let words = format!("{verb} --env staging --endpoint-url {endpoint}");
                            let output = run(&folder, &words);
                            let said = String::from_utf8_lossy(&output.stderr).into_owned();
                            let mut wrong = |what: &str| {
                                complaints.push(format!("{name}, {verb}: {what}: {said}"));
                            };
                            assert_tame(name, &output.stderr);
                            assert_tame(name, &output.stdout);
                            if begun.elapsed() > Duration::from_secs(15) {
                                wrong("takes long");
                            }
                            if *name == "wrong account" {
                                continue;
                            }
                            if !matches!(output.status.code(), Some(1..=20)) {
                                wrong("exit code");
                            }
                            if said.contains("panicked") {
                                wrong("panics");
                            }
                            if said.contains(": :") || said.lines().any(|line| line.ends_with(": "))
                            {
                                wrong("an empty cause");
                            }
                            if !said.starts_with("error: ") && !said.contains("\nerror: ") {
                                wrong("no error");
                            }
                            if !said.contains(says) {
                                wrong(says);
                            }
                            let is_aws = [
                                "not permitted",
                                "expired",
                                "not accepted",
                                "Validation",
                                "Odd",
                                "itself",
                                "500 pages",
                                "IncompleteAnswer",
                            ];
                            let is_aws =
                                is_aws.iter().any(|one| said.contains(one)) || says.is_empty();
                            let is_told = said.contains(&endpoint) && said.contains("= help: ");
                            if !is_aws && !is_told {
                                wrong("no endpoint, or no help");
                            }
                        }
                    }
                    complaints
                })
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|one| one.join().unwrap())
            .collect()
    });
    assert!(
        complaints.is_empty(),
        "{} of them:\n{}",
        complaints.len(),
        complaints.join("\n")
    );
}

/// Nothing listens there: a mistyped port.
#[test]
fn a_closed_port_is_told_at_once() {
    let folder = with_assembly("refused", "staging");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let begun = Instant::now();
    for (scheme, says) in [
        ("http", "nothing takes connections there"),
        ("https", "nothing takes connections there"),
    ] {
        let endpoint = format!("{scheme}://127.0.0.1:{port}");
        let output = Command::new(env!("CARGO_BIN_EXE_deployer"))
            .args(["status", "--env", "staging", "--endpoint-url", &endpoint])
            .current_dir(&folder)
            .env_clear()
            .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains(&endpoint) && said.contains(says), "{said}");
    }
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[test]
fn an_endpoint_without_tls_or_without_a_name_is_told() {
    let folder = with_assembly("tls", "staging");
    let port = serve(page(200, "", HTML));
    for (endpoint, says) in [
        (format!("https://127.0.0.1:{port}"), "TLS"),
        (
            "http://unknown.invalid:1".to_owned(),
            "the name is not known",
        ),
    ] {
        let output = run(
            &folder,
            &format!("status --env staging --endpoint-url {endpoint}"),
        );
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains(&endpoint) && said.contains(says), "{said}");
    }
}

/// A stack whose every text is hostile, in each verb that shows one; programs get every byte.
#[test]
fn no_text_of_a_stack_acts_on_the_terminal() {
    let folder = with_assembly("hostile-texts", "staging");
    let port = serve(Arc::new(|action, stream| {
        let hostile = stacks(&format!("<Stacks>{}</Stacks>", stack(HOSTILE)));
        let events = format!(
            "<DescribeStackEventsResponse><DescribeStackEventsResult><StackEvents><member><EventId>{HOSTILE}</EventId><LogicalResourceId>{HOSTILE}</LogicalResourceId><ResourceType>{HOSTILE}</ResourceType><ResourceStatus>{HOSTILE}</ResourceStatus><ResourceStatusReason>{HOSTILE}</ResourceStatusReason></member></StackEvents></DescribeStackEventsResult></DescribeStackEventsResponse>"
        );
        let body = match action {
            "GetCallerIdentity" => IDENTITY.to_owned(),
            "DescribeStacks" => hostile,
            "DescribeStackEvents" => events,
            other => format!(
                "<ErrorResponse><Error><Code>ValidationError</Code><Message>{other} {HOSTILE}</Message></Error></ErrorResponse>"
            ),
        };
        let status = if body.contains("<Error>") { 400 } else { 200 };
        let _ = stream.write_all(&http(status, "", body.as_bytes()));
    }));
    for verb in [
        "status",
        "plan",
        "diff",
        "deploy --yes",
        "outputs",
        "drift",
        "recover --yes",
        "destroy --yes",
    ] {
        for format in ["text", "json"] {
            let words = format!(
                "{verb} --env staging --endpoint-url http://127.0.0.1:{port} --format {format}"
            );
            let output = run(&folder, &words);
            assert!(
                output.status.code().is_some_and(|code| code != 101),
                "{verb}: {output:?}"
            );
            assert_tame(verb, &output.stderr);
            if format == "text" {
                assert_tame(verb, &output.stdout);
            }
            if verb == "outputs" && format == "json" {
                let text = String::from_utf8(output.stdout).unwrap();
                let escaped = serde_json::to_string(HOSTILE_TEXT).unwrap();
                assert!(text.contains(escaped.trim_matches('"')), "{text}");
            }
        }
    }
}

/// A pasted line end: named by where it stands, before anything is called, and not shown.
#[test]
fn a_credential_with_a_line_end_is_named_and_not_shown() {
    let folder = with_assembly("credentials", "staging");
    let run = |variables: &[(&str, &str)]| {
        let begun = Instant::now();
        let output = Command::new(env!("CARGO_BIN_EXE_deployer"))
            .args([
                "status",
                "--env",
                "staging",
                "--endpoint-url",
                "http://127.0.0.1:1",
            ])
            .current_dir(&folder)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(variables.iter().copied())
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(begun.elapsed() < Duration::from_secs(8));
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(
            !said.contains("panicked") && !said.contains("VERYSECRET"),
            "{said}"
        );
        said
    };
    for name in [
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
    ] {
        for value in [
            "VERYSECRET\r\nX: y",
            "VERY\rSECRET",
            "VERYSECRET\u{e9}x",
            "VERY\u{7}SECRET",
        ] {
            let mut variables = vec![
                ("AWS_ACCESS_KEY_ID", "A"),
                ("AWS_SECRET_ACCESS_KEY", "b"),
                ("AWS_SESSION_TOKEN", "c"),
            ];
            variables
                .iter_mut()
                .filter(|one| one.0 == name)
                .for_each(|one| one.1 = value);
            let said = run(&variables);
            assert!(
                said.contains(&format!("the environment variable {name} has a character")),
                "{said}"
            );
        }
    }
    let home = folder.join("home");
    std::fs::create_dir_all(home.join(".aws")).unwrap();
    let home_text = home.to_str().unwrap().to_owned();
    let write =
        |name: &str, text: &str| std::fs::write(home.join(".aws").join(name), text).unwrap();
    write(
        "credentials",
        "[default]\naws_access_key_id = A\naws_secret_access_key = VERY\rSECRET\n",
    );
    let said = run(&[("HOME", &home_text)]);
    assert!(
        said.contains("`aws_secret_access_key` of the profile `default`")
            && said.contains("credentials:3"),
        "{said}"
    );
    write(
        "credentials",
        "[one]\naws_access_key_id = A\naws_secret_access_key = b\n",
    );
    let said = run(&[("HOME", &home_text), ("AWS_PROFILE", "tow")]);
    assert!(
        said.contains("there is no profile `tow`") && said.contains("`one` (line 1)"),
        "{said}"
    );
    write("credentials", "[one\naws_access_key_id = A\n");
    let said = run(&[("HOME", &home_text), ("AWS_PROFILE", "one")]);
    assert!(said.contains("credentials:1 is no section"), "{said}");
}

/// A profile's own process is run, within bounds.
#[test]
fn the_process_of_a_profile_gives_credentials() {
    let folder = with_assembly("process", "staging");
    let home = folder.join("home/.aws");
    std::fs::create_dir_all(&home).unwrap();
    let port = serve(listing(200, stacks("<Stacks/>")));
    let good = "echo '{\"Version\":1,\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"b\",\"SessionToken\":\"c\",\"Expiration\":\"2099-01-01T00:00:00Z\"}'";
    for (command, says) in [
        (good, ""),
        ("exit 3", "credential_process failed"),
        ("echo VERYSECRET", "prints no credentials"),
        ("yes VERYSECRET", "prints more than"),
        ("/no/such/program", "credential_process failed"),
    ] {
        std::fs::write(
            home.join("config"),
            format!("[default]\ncredential_process = {command}\n"),
        )
        .unwrap();
        let begun = Instant::now();
        let output = Command::new(env!("CARGO_BIN_EXE_deployer"))
            .args([
                "status",
                "--env",
                "staging",
                "--endpoint-url",
                &format!("http://127.0.0.1:{port}"),
            ])
            .current_dir(&folder)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", folder.join("home"))
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(begun.elapsed() < Duration::from_secs(8), "{said}");
        assert!(!said.contains("VERYSECRET"), "{said}");
        if says.is_empty() {
            assert!(said.is_empty(), "{said}");
        } else {
            assert!(said.contains(says), "{said}");
        }
    }
}

/// What was typed is shown by the parser of arguments, too.
#[test]
fn what_was_typed_does_not_act_on_the_terminal() {
    let output = deployer(&folder("typed"), "status --env \u{1b}[31m\u{202e}");
    assert_tame("typed", &output.stderr);
    assert!(String::from_utf8_lossy(&output.stderr).contains("\\u{1b}[31m"));
}
