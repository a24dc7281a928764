//! The pages of `review` and `show` in a browser: both themes, the widths of a phone and of a desktop.
//!
//! `tests/browser` has the scripts. The browser comes with an npm package at a pinned version, so that it needs no
//! rights to install; `cargo xtask test` installs it. `BROWSER=/path/to/chromium` takes another one, where the package
//! has none for the machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use common::Definition;
use common::assembly::Assembly;
use common::input::SourceFile;
use deploy::Emulator;
use deploy::backend::Backend;
use review::Environment;
use review::drawing::Drawing;
use review::report::{Compared, Report, Revision, environment_page, html};
use tests::{growth, root, synthesize};
use xtask::tools::NodeTools;
use xtask::workspace::Workspace;

/// The definition as it is must fit in an attachment that a browser opens at once.
const MOST_BYTES: usize = 300_000;

fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs a script of `tests/browser`: whether it finds nothing wrong, and what it prints.
fn output(script: &str, arguments: &[&Path]) -> (bool, String) {
    let workspace = Workspace::around(root()).unwrap();
    let tools = NodeTools::browser(&workspace);
    tools.require().unwrap();
    let output = Command::new(tools.node())
        .arg(root().join("tests/browser").join(script))
        .arg(tools.folder())
        .args(arguments)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    (output.status.success(), said.into_owned())
}

fn run(script: &str, arguments: &[&Path]) {
    let (is_right, said) = output(script, arguments);
    assert!(is_right, "{said}");
}

fn check(pages: &[(&str, String)]) {
    let paths: Vec<PathBuf> = pages
        .iter()
        .map(|(name, page)| {
            let path = folder().join(format!("{name}.html"));
            fs::write(&path, page).unwrap();
            path
        })
        .collect();
    let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    run("check.mjs", &paths);
}

/// The input files that tests change.
fn files() -> Vec<SourceFile> {
    let names = [
        "applications.toml",
        "environments/production.toml",
        "environments/staging.toml",
    ];
    let read = |name: &str| SourceFile {
        path: name.into(),
        content: fs::read(root().join("tests/definition").join(name)).unwrap(),
    };
    names.map(read).to_vec()
}

/// The files with edits: file, text, its replacement.
fn edited(edits: &[(&str, &str, &str)]) -> Vec<SourceFile> {
    let mut files = files();
    for (name, from, to) in edits {
        let file = files.iter_mut().find(|file| file.path == *name).unwrap();
        let text = String::from_utf8(std::mem::take(&mut file.content)).unwrap();
        assert!(text.contains(from), "{name} has no {from}");
        file.content = text.replace(from, to).into_bytes();
    }
    files
}

fn assemblies(files: &[SourceFile]) -> Vec<Assembly> {
    let definition = Definition::parse(files).unwrap_or_else(|errors| panic!("{errors}"));
    let environments = definition.environments.iter();
    environments.map(|one| synthesize(one).assembly).collect()
}

fn model(assembly: &Assembly) -> Environment {
    Environment::new(assembly).unwrap()
}

/// The line of a key: `environments/staging.toml:18`.
fn place((file, from, _): &(&str, &str, &str)) -> String {
    let text = fs::read_to_string(root().join("tests/definition").join(file)).unwrap();
    let line = text
        .lines()
        .position(|line| line.starts_with(from))
        .unwrap();
    format!("{file}:{}", line + 1)
}

/// The page of a change, as `review` makes it.
fn page(before: &[Assembly], after: &[Assembly]) -> String {
    page_with(before, after, |_| Vec::new())
}

fn page_with(
    before: &[Assembly],
    after: &[Assembly],
    variants: impl Fn(&Assembly) -> Vec<(String, Environment)>,
) -> String {
    let mut drawings = Vec::new();
    let compared = before.iter().zip(after).map(|(before, after)| {
        drawings.push(Drawing::of_change(&model(before), &model(after)));
        Compared {
            before: model(before),
            after: Ok(model(after)),
            forecast: Emulator::forecast(before, after, &[].into()).unwrap(),
            variants: variants(after),
        }
    });
    let compared = compared.collect();
    html(&report(compared), &drawings)
}

fn report(compared: Vec<Compared>) -> Report {
    let base = Revision {
        commit: Some("0123456789abcdef0123456789abcdef01234567".to_owned()),
    };
    let proposal = Revision { commit: None };
    let command = "cargo xtask review --base 0123456789abcdef0123456789abcdef01234567";
    Report::new(base, proposal, command.to_owned(), compared)
}

/// A change such as a person proposes: one NAT gateway per zone, logs kept shorter, a bigger machine.
fn change() -> &'static str {
    static PAGE: LazyLock<String> = LazyLock::new(|| {
        let staging = "environments/staging.toml";
        let edits = [
            (staging, "nat = \"single\"", "nat = \"per-zone\""),
            (staging, "logs_days = 30", "logs_days = 14"),
            (staging, "machine = \"t3.large\"", "machine = \"t3.xlarge\""),
        ];
        let after = assemblies(&edited(&edits));
        // Each edit alone as it was says what it causes.
        let variants = |environment: &Assembly| -> Vec<(String, Environment)> {
            let all = edits.iter().map(|edit| {
                let others: Vec<_> = edits.iter().filter(|one| *one != edit).copied().collect();
                let without = assemblies(&edited(&others));
                let same = |one: &&Assembly| one.environment == environment.environment;
                (place(edit), model(without.iter().find(same).unwrap()))
            });
            all.collect()
        };
        page_with(&assemblies(&files()), &after, variants)
    });
    &PAGE
}

/// A page with everything that the checks look for.
const BROKEN: &str = r##"<!doctype html><html><head><title>x</title><style>:focus{outline:none !important}</style></head>
<body><main><h1>x</h1><p style="color:#ccc">pale</p><img src="http://localhost:9/picture">
<p style="width:3000px">wide</p><p style="width:20px;overflow:hidden;white-space:nowrap">cut off text</p>
<a href="#x">a link</a><div tabindex="0">something</div>
<svg viewBox="0 0 200 50" width="200"><g><rect width="20" height="20"/><text y="15">long text</text></g><text y="15">over it</text></svg>
<script>console.log("hello")</script></main></body></html>"##;

#[test]
fn the_checks_find_what_is_wrong() {
    let path = folder().join("broken.html");
    fs::write(&path, BROKEN).unwrap();
    let (is_right, said) = output("check.mjs", &[&path]);
    assert!(!is_right, "{said}");
    for expected in [
        "the console says: hello",
        "it asks for http://localhost:9/picture",
        "it has 1 elements that could run code",
        "its background is",
        "the page is 3",
        "leaves the window",
        "is clipped",
        "leaves its box",
        "is on text",
        "has the focus and does not show it",
        "Tab reaches",
        "axe: color-contrast",
        "axe: image-alt",
        "axe: html-has-lang",
    ] {
        assert!(said.contains(expected), "{expected} is missing in {said}");
    }
}

#[test]
fn the_page_of_a_change_holds_in_a_browser() {
    assert!(change().len() <= MOST_BYTES, "{} bytes", change().len());
    check(&[("change", change().to_owned())]);
}

#[test]
fn pages_hold_with_twenty_applications() {
    let before = assemblies(&growth::files(17, 17));
    let after = assemblies(&growth::files(20, 18));
    check(&[
        ("twenty", page(&before, &after)),
        ("fewer", page(&after, &before)),
    ]);
}

#[test]
fn the_page_of_an_environment_holds_in_a_browser() {
    let pages: Vec<(&str, String)> = assemblies(&files())
        .iter()
        .map(|one| (one.environment.as_str(), environment_page(&model(one))))
        .collect();
    for (_, page) in &pages {
        assert!(page.len() <= MOST_BYTES);
    }
    check(&pages);
}

#[test]
fn a_refused_proposal_and_an_unchanged_one_have_pages() {
    let assemblies = assemblies(&files());
    let page = |after: &dyn Fn(&Assembly) -> Result<Environment, String>| {
        let all = assemblies.iter().map(|one| Compared {
            before: model(one),
            after: after(one),
            forecast: None,
            variants: Vec::new(),
        });
        html(&report(all.collect()), &[])
    };
    let hostile = "<script>alert(1)</script>\n\u{1b}[31m\u{202e}\" onload=\"x";
    let refused = page(&|_| Err(hostile.to_owned()));
    assert!(!refused.contains("<script"), "{refused}");
    assert!(refused.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(!refused.contains(['\u{1b}', '\u{202e}']));
    check(&[
        ("refused", refused),
        ("unchanged", page(&|one| Ok(model(one)))),
    ]);
}

/// Whatever a definition holds is text of the page: hostile names stay names.
#[test]
fn nothing_of_a_definition_becomes_markup() {
    let hostile = "\"><img src=x onerror=alert(1)>";
    let mut before = assemblies(&files());
    let mut after = before.clone();
    for (assembly, suffix) in before
        .iter_mut()
        .map(|one| (one, ""))
        .chain(after.iter_mut().map(|one| (one, "2")))
    {
        for stack in &mut assembly.stacks {
            let text = stack.template.as_deref().unwrap();
            let mut template: serde_json::Value = serde_json::from_str(text).unwrap();
            let resources = template["Resources"].as_object_mut().unwrap();
            for resource in resources.values_mut() {
                for name in ["CidrBlock", "InstanceType", "Description", "Name"] {
                    if resource["Properties"].get(name).is_some() {
                        resource["Properties"][name] = format!("{hostile}{suffix}").into();
                    }
                }
            }
            resources.insert(
                format!("Extra{hostile}{suffix}"),
                serde_json::json!({ "Type": format!("AWS::{hostile}") }),
            );
            stack.template = Some(template.to_string().as_str().into());
            stack.notes.push(hostile.to_owned());
        }
    }
    let mut drawings = Vec::new();
    let compared = before.iter().zip(&after).map(|(before, after)| {
        drawings.push(Drawing::of_change(&model(before), &model(after)));
        Compared {
            before: model(before),
            after: Ok(model(after)),
            forecast: None,
            variants: Vec::new(),
        }
    });
    let compared: Vec<Compared> = compared.collect();
    let pages = [
        html(&report(compared), &drawings),
        environment_page(&model(&after[0])),
    ];
    for page in &pages {
        assert!(page.contains("&lt;img src=x onerror=alert(1)&gt;"));
        assert!(!page.contains("<img"));
    }
    let [change, environment] = pages;
    check(&[("hostile", change), ("hostile-environment", environment)]);
}

/// `docs/guides/review.md` shows them. `UPDATE_DOCS=1` writes them.
#[test]
fn the_pictures_of_the_guide_are_of_the_page_as_it_is() {
    let path = folder().join("pictures.html");
    fs::write(&path, change()).unwrap();
    run("picture.mjs", &[&path, &root().join("docs/images")]);
}
