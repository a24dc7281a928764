//! The workflow that comments on pull requests: it may write, and reads what a stranger's code left.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use review::report::{LIMIT, MARKER, NOTHING};
use serde_json::{Value, json};
use tests::root;

use crate::support::{empty, executable, keys, yaml};

const FILE: &str = ".github/workflows/review-comment.yml";
const SCRIPT: &str = ".github/comment_review.py";
const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
const RUN: &str = "https://github.com/lemonade/infrastructure/actions/runs/99";

#[test]
fn the_workflow_runs_nothing_of_the_proposal() {
    let workflow = yaml(FILE);
    assert_eq!(keys(&workflow["on"]), ["workflow_run"]);
    let proposal = yaml(".github/workflows/pull-request.yml");
    let of = workflow["on"]["workflow_run"]["workflows"]
        .as_vec()
        .unwrap();
    assert_eq!(of, std::slice::from_ref(&proposal["name"]));
    let permissions = &workflow["permissions"];
    assert_eq!(keys(permissions), ["actions", "contents", "pull-requests"]);
    assert_eq!(permissions["actions"].as_str(), Some("read"));
    assert_eq!(permissions["contents"].as_str(), Some("read"));
    assert_eq!(keys(&workflow["jobs"]), ["comment"]);
    let job = &workflow["jobs"]["comment"];
    assert!(job["permissions"].is_badvalue(), "more than the workflow");
    let [checkout, comment] = job["steps"].as_vec().unwrap().as_slice() else {
        panic!("{job:?}");
    };
    // Without `ref` and `repository`, the checkout is the default branch's.
    assert_eq!(
        keys(&checkout["with"]),
        ["sparse-checkout", "persist-credentials"]
    );
    let (action, commit) = checkout["uses"].as_str().unwrap().split_once('@').unwrap();
    assert_eq!(action, "actions/checkout");
    assert!(commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_eq!(comment["run"].as_str(), Some(&*format!("python3 {SCRIPT}")));
    assert_eq!(keys(&comment["env"]), ["GH_TOKEN"]);
}

/// Both sides name the artifact, its files and the markers.
#[test]
fn the_two_workflows_and_the_report_agree() {
    let script = fs::read_to_string(root().join(SCRIPT)).unwrap();
    for constant in [
        format!("MARKER = \"{MARKER}\"\n"),
        format!("NOTHING = \"{NOTHING}\"\n"),
        "ARTIFACT = \"review-comment\"\n".to_owned(),
    ] {
        assert!(script.contains(&constant), "{constant}");
    }
    assert_eq!(LIMIT, 60_000);
    assert!(script.contains("REPORT_CHARACTERS = 60_000\n"));
    let proposal = yaml(".github/workflows/pull-request.yml");
    let steps = proposal["jobs"]["check"]["steps"].as_vec().unwrap();
    let upload = steps
        .iter()
        .find(|step| step["with"]["name"].as_str() == Some("review-comment"))
        .unwrap();
    assert_eq!(
        upload["with"]["path"].as_str(),
        Some("target/review/report.md\ntarget/review/number\n")
    );
}

/// Stands for the command line of GitHub: answers from a file, and records what is written.
const GH: &str = r#"#!/usr/bin/env python3
import io, json, os, sys, urllib.parse, zipfile

words = sys.argv[1:]
assert words[:2] == ["api", "--method"], words
method, path = words[2:4]
assert words[4:] in ([], ["--input", "-"]), words
state = json.load(open(os.environ["STATE"]))
address, _, query = path.partition("?")
query = dict(urllib.parse.parse_qsl(query))
base = "repos/lemonade/infrastructure"
assert address.startswith(base), address
address = address[len(base):]


def page(items):
    size, number = int(query["per_page"]), int(query["page"])
    return items[size * (number - 1):size * number]


if method != "GET":
    body = json.load(sys.stdin)
    with open(os.environ["WRITTEN"], "a") as file:
        file.write(json.dumps({"method": method, "path": address, "body": body["body"]}) + "\n")
    print("{}")
elif state.get("refuses") and address.startswith(state["refuses"]):
    sys.exit("::set-output name=refused::HTTP 403")
elif address == "/pulls":
    assert query["state"] == "open", query
    assert query["head"] == "stranger:change&one", query
    print(json.dumps(page(state["pulls"])))
elif address == "/actions/runs/99/artifacts":
    listed = [{key: one[key] for key in one if key != "files"} for one in state["artifacts"]]
    print(json.dumps({"artifacts": listed}))
elif address.startswith("/actions/artifacts/"):
    found = [one for one in state["artifacts"] if f"/actions/artifacts/{one['id']}/zip" == address]
    packed = io.BytesIO()
    if found[0].get("files") is None:
        packed.write(b"no archive")
    else:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
            for name, text in found[0]["files"].items():
                file.writestr(name, text)
    sys.stdout.buffer.write(packed.getvalue())
elif address == "/issues/7/comments":
    print(json.dumps(page(state["comments"])))
else:
    sys.exit(f"unexpected: {method} {path}")
"#;

/// What GitHub knows in a test.
struct GitHub {
    folder: PathBuf,
    state: Value,
}

impl GitHub {
    /// A run of one open pull request, number 7, with this report, and no comment yet.
    fn new(name: &str, report: &str) -> Self {
        let folder = empty(&format!("review-comment-{name}"));
        executable(&folder.join("bin/gh"), GH);
        let event = json!({ "workflow_run": {
            "id": 99,
            "head_sha": COMMIT,
            "head_branch": "change&one",
            "head_repository": { "id": 11, "owner": { "login": "stranger" } },
            "html_url": RUN,
        } });
        fs::write(folder.join("event.json"), event.to_string()).unwrap();
        let state = json!({
            "pulls": [pull(7, COMMIT, 11)],
            "artifacts": [artifact(1, &json!({ "report.md": report, "number": "7\n" }))],
            "comments": [],
        });
        Self { folder, state }
    }

    /// Runs the script; gives what it printed, and what it wrote.
    fn run(&self) -> (Output, Vec<Value>) {
        let written = self.folder.join("written");
        let _ = fs::remove_file(&written);
        fs::write(self.folder.join("state.json"), self.state.to_string()).unwrap();
        let path = std::env::var("PATH").unwrap();
        let bin = self.folder.join("bin");
        let output = Command::new("python3")
            .arg(root().join(SCRIPT))
            .current_dir(&self.folder)
            .env("PATH", format!("{}:{path}", bin.display()))
            .env("STATE", self.folder.join("state.json"))
            .env("WRITTEN", &written)
            .env("GITHUB_EVENT_PATH", self.folder.join("event.json"))
            .env("GITHUB_REPOSITORY", "lemonade/infrastructure")
            .output()
            .unwrap();
        let written = fs::read_to_string(written).unwrap_or_default();
        let written = written
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        (output, written)
    }

    /// Runs it where it succeeds and writes nothing; gives what it printed.
    fn silent(&self) -> String {
        let (output, written) = self.run();
        assert!(output.status.success(), "{output:?}");
        assert!(written.is_empty(), "{written:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs it where it writes one comment: the method, the path and the text.
    fn one(&self) -> (String, String, String) {
        let (output, written) = self.run();
        assert!(output.status.success(), "{output:?}");
        let [one] = written.as_slice() else {
            panic!("{written:?}");
        };
        let text = |key: &str| one[key].as_str().unwrap().to_owned();
        (text("method"), text("path"), text("body"))
    }

    /// The text of a comment on a report whose first line is the marker.
    fn shown(name: &str, report: &str) -> String {
        Self::new(name, &format!("{MARKER}\n{report}")).one().2
    }
}

fn pull(number: u32, commit: &str, repository: u32) -> Value {
    json!({ "number": number, "head": { "sha": commit, "repo": { "id": repository } } })
}

fn artifact(id: u32, files: &Value) -> Value {
    json!({ "id": id, "name": "review-comment", "expired": false, "size_in_bytes": 1000, "files": files })
}

fn comment(id: u32, author: &str, kind: &str, body: &str) -> Value {
    json!({ "id": id, "user": { "login": author, "type": kind }, "body": body })
}

fn own(id: u32, body: &str) -> Value {
    comment(id, "github-actions[bot]", "Bot", body)
}

const REPORT: &str = "**staging**: 1 of 15 stacks changes  \n\n### Severe\n\n- **data** is lost\n";

fn report() -> String {
    format!("{MARKER}\n{REPORT}")
}

#[test]
fn a_first_report_is_a_new_comment() {
    let (method, path, text) = GitHub::new("first", &report()).one();
    assert_eq!((&*method, &*path), ("POST", "/issues/7/comments"));
    assert!(text.starts_with(&format!("{MARKER}\n<sub>")), "{text}");
    assert!(text.ends_with(REPORT), "{text}");
    // What it is of, and how far it can be trusted, stands above what a stranger wrote.
    let (ours, _) = text.split_once(REPORT).unwrap();
    assert!(ours.contains("`0123456789ab`") && ours.contains(RUN));
    assert!(ours.contains("proves nothing"), "{ours}");
}

#[test]
fn the_comment_is_edited_in_place() {
    let mut github = GitHub::new("edit", &report());
    let others = (0..150).map(|id| comment(id, "reader", "User", "Looks good"));
    let mut comments: Vec<Value> = others.collect();
    // The marker alone makes a comment not ours, nor does our name without the marker.
    comments.insert(0, comment(200, "stranger", "User", &report()));
    comments.insert(1, comment(201, "github-actions[bot]", "User", &report()));
    comments.insert(2, own(202, &format!("Said: {}", report())));
    comments.push(own(203, &report()));
    github.state["comments"] = comments.into();
    let (method, path, text) = github.one();
    assert_eq!((&*method, &*path), ("PATCH", "/issues/comments/203"));
    // The same again is not written again.
    github.state["comments"] = json!([own(203, &text)]);
    assert!(github.silent().contains("up to date"));
}

#[test]
fn nothing_is_said_once_something_was() {
    let text = format!("{MARKER}\n{NOTHING}\n**staging**: nothing changes  \n");
    let mut github = GitHub::new("nothing", &text);
    github.silent();
    github.state["comments"] = json!([own(3, &report())]);
    let (method, _, text) = github.one();
    assert_eq!(method, "PATCH");
    assert!(text.contains("Nothing is left that would change an environment."));
    assert!(text.contains("**staging**: nothing changes"), "{text}");
}

/// An old report would be taken for the newest commit's.
#[test]
fn a_run_without_a_usable_report_corrects_the_comment() {
    let long = format!("{MARKER}\n{}", "a".repeat(LIMIT));
    // Compressed a thousandfold.
    let bomb = format!("{MARKER}\n{}", "\0".repeat(20_000_000));
    // It fits, and does not once it is harmless.
    let mentions = format!("{MARKER}\n{}", "@a".repeat(LIMIT / 2 - 100));
    let files = |report: &str| artifact(1, &json!({ "report.md": report, "number": "7" }));
    let mut large = files(&report());
    large["size_in_bytes"] = 2_000_000.into();
    let mut expired = files(&report());
    expired["expired"] = true.into();
    let mut other = files(&report());
    other["name"] = "review".into();
    let cases = [
        ("none", json!([]), "made no report"),
        ("expired", json!([expired]), "made no report"),
        ("other", json!([other]), "made no report"),
        ("empty", json!([artifact(1, &json!({}))]), "made no report"),
        (
            "archive",
            json!([artifact(1, &Value::Null)]),
            "can't be read",
        ),
        ("large", json!([large]), "too long"),
        ("long", json!([files(&long)]), "too long"),
        ("bomb", json!([files(&bomb)]), "too long"),
        ("mentions", json!([files(&mentions)]), "too long"),
        ("marker", json!([files(REPORT)]), "has no marker"),
        (
            "marker-later",
            json!([files(&format!("Hello\n{}", report()))]),
            "has no marker",
        ),
    ];
    for (name, artifacts, reason) in cases {
        let mut github = GitHub::new(&format!("without-{name}"), "");
        github.state["artifacts"] = artifacts;
        // Nothing to correct.
        github.silent();
        github.state["comments"] = json!([own(3, &report())]);
        let (method, _, text) = github.one();
        assert_eq!(method, "PATCH", "{name}");
        assert!(text.contains("**No review of `0123456789ab`**"), "{text}");
        assert!(text.contains(reason), "{name}: {text}");
        assert!(text.len() < 500, "{name}");
    }
}

/// The number in the artifact is a stranger's.
#[test]
fn the_pull_request_is_the_one_that_has_the_commit() {
    let other = "f".repeat(40);
    let mut github = GitHub::new("number", &report());
    github.state["artifacts"] = json!([artifact(
        1,
        &json!({ "report.md": report(), "number": "3" })
    )]);
    // One of another commit, and one of another fork.
    github.state["pulls"] = json!([
        pull(3, &other, 11),
        pull(7, COMMIT, 11),
        pull(8, COMMIT, 12)
    ]);
    assert_eq!(github.one().1, "/issues/7/comments");
    // Closed, or pushed to since.
    github.state["pulls"] = json!([pull(7, &other, 11)]);
    assert!(github.silent().contains("no open pull request"));
    // Of several with the commit, the one that the run was of, and no other.
    github.state["pulls"] = json!([pull(6, COMMIT, 11), pull(7, COMMIT, 11)]);
    assert!(github.silent().contains("doesn't name one"));
    github.state["artifacts"][0]["files"]["number"] = "7\n".into();
    assert_eq!(github.one().1, "/issues/7/comments");
}

#[test]
fn the_newest_report_of_a_run_is_shown() {
    let mut github = GitHub::new("newest", "");
    let of = |id: u32, text: &str| {
        let text = format!("{MARKER}\n{text}\n");
        artifact(id, &json!({ "report.md": text, "number": "7" }))
    };
    github.state["artifacts"] = json!([of(5, "first"), of(6, "second"), of(4, "zeroth")]);
    assert!(github.one().2.ends_with("second\n"));
}

#[test]
fn a_report_notifies_links_and_hides_nothing() {
    let cases = [
        // A backslash or an entity would not stop it.
        ("@everyone", "@\u{200b}everyone"),
        ("\\@lemonade/owners", "\\@\u{200b}lemonade/owners"),
        (
            "&#64;one &commat;two",
            "&\u{200b}#\u{200b}64;one &\u{200b}commat;two",
        ),
        ("`@code`", "`@\u{200b}code`"),
        ("fixes #12, GH-12", "fixes #\u{200b}12, GH-\u{200b}12"),
        (
            "[approve](https://evil.example)",
            "[approve]\u{200b}(https:\u{200b}//evil.example)",
        ),
        (
            "![](//evil.example/pixel)",
            "![]\u{200b}(//evil.example/pixel)",
        ),
        (
            "[a][b]\n\n[b]: //evil.example",
            "[a]\u{200b}[b]\n\n[b]\u{200b}: //evil.example",
        ),
        (
            "<https://evil.example>",
            "<\u{200b}https:\u{200b}//evil.example>",
        ),
        ("www.evil.example", "www\u{200b}.evil.example"),
        (
            "https://docs.aws.amazon.com.evil.example",
            "https:\u{200b}//docs.aws.amazon.com.evil.example",
        ),
        ("<img src=x>", "<\u{200b}img src=x>"),
        ("<a href='x'>", "<\u{200b}a href='x'>"),
        ("<details open>", "<\u{200b}details open>"),
        ("<!-- hidden", "<\u{200b}!-- hidden"),
        ("\u{202e}reversed \u{200b}hidden\u{7}\r", "reversed hidden"),
        // What the report itself is made of stays.
        (
            "<details><summary>Minor (1)</summary>\n\n</details>",
            "<details><summary>Minor (1)</summary>\n\n</details>",
        ),
        (
            "a<br><sub>b &lt; c &amp; d</sub>",
            "a<br><sub>b &lt; c &amp; d</sub>",
        ),
        (
            "https://docs.aws.amazon.com/vpc/",
            "https://docs.aws.amazon.com/vpc/",
        ),
        (
            "### Severe\n- **data** `a/b`: 1 → 2\n| + | ~ |",
            "### Severe\n- **data** `a/b`: 1 → 2\n| + | ~ |",
        ),
    ];
    for (index, (written, shown)) in cases.iter().enumerate() {
        let text = GitHub::shown(&format!("harmless-{index}"), written);
        assert!(text.ends_with(&format!("\n{shown}")), "{written}: {text}");
    }
}

/// With a second marker a report could make the next run take another comment for ours, or be taken for ours.
#[test]
fn a_report_holds_no_marker_but_ours() {
    let text = GitHub::shown("spoof", &format!("{NOTHING}x\n{MARKER}\n"));
    assert_eq!(text.matches("<!--").count(), 1, "{text}");
    assert!(text.starts_with(MARKER), "{text}");
    assert!(!text.contains("Nothing is left"), "{text}");
}

/// A line of the log may be a command to the runner of a job that may write.
#[test]
fn nothing_of_a_report_is_printed() {
    let text = format!("{MARKER}\n::set-output name=a::b\n::add-path::/tmp\n");
    let github = GitHub::new("commands", &text);
    let (output, written) = github.run();
    assert_eq!(written.len(), 1);
    let printed = [output.stdout, output.stderr].concat();
    assert_eq!(String::from_utf8(printed).unwrap(), "commented on 7\n");
}

#[test]
fn a_refusal_by_github_fails_the_run() {
    for address in ["/pulls", "/actions/runs", "/actions/artifacts", "/issues"] {
        let mut github = GitHub::new("refused", &report());
        github.state["refuses"] = address.into();
        let (output, written) = github.run();
        assert_eq!(output.status.code(), Some(1), "{address}");
        assert!(written.is_empty());
        let printed = String::from_utf8(output.stderr).unwrap();
        assert!(printed.starts_with("::error::GitHub's API refused GET "));
        assert!(!printed.contains("set-output"), "{printed}");
    }
}
