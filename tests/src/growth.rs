//! Definitions of any number of applications, on top of the checked-in environments.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use common::input::SourceFile;

use crate::root;

/// The input files with so many generated applications in the place of the checked-in ones, the
/// first `with_ingress` of them with ingress. The environments are the checked-in ones, with as
/// large and as many machines as that takes.
#[must_use]
pub fn files(applications: usize, with_ingress: usize) -> Vec<SourceFile> {
    let text: String = (0..applications)
        .map(|index| {
            application(
                index,
                (index < with_ingress).then_some(Host::UnderTheDomain),
            )
        })
        .collect();
    with_applications(&text)
}

/// The input files with so many applications on hosts outside of the environments' domains.
#[must_use]
pub fn files_with_own_hosts(applications: usize) -> Vec<SourceFile> {
    let text: String = (0..applications)
        .map(|index| application(index, Some(Host::OfItsOwn)))
        .collect();
    with_applications(&text)
}

pub fn write(folder: &Path, files: &[SourceFile]) {
    for file in files {
        let path = folder.join(&file.path);
        fs::create_dir_all(path.parent().expect("a file is in a folder"))
            .and_then(|()| fs::write(&path, &file.content))
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}

#[derive(Clone, Copy)]
enum Host {
    UnderTheDomain,
    OfItsOwn,
}

/// One application. All are alike but for their names, of one length, and their places.
fn application(index: usize, host: Option<Host>) -> String {
    let name = format!("app-{index:04}");
    let mut text = format!(
        "[{name}]\nrepository = \"lemonade/{name}\"\nmemory = 128\ncpu = 16\n\
         tasks = {{ min = 2, max = 4 }}\nsecrets = [\"DATABASE_URL\"]\nwritable = [\"/tmp\"]\n\
         variables = {{ LOG_LEVEL = \"info\" }}\n"
    );
    // Two environments can't answer to one host, so a host of its own is overridden in one.
    let own = |environment: &str| {
        format!("{{ host = \"{name}.{environment}.example.org\", hosted_zone = \"Z0123456789ABC\"")
    };
    let ingress = match host {
        None => return text + "\n",
        Some(Host::UnderTheDomain) => format!("{{ host = \"{name}\""),
        Some(Host::OfItsOwn) => own("production"),
    };
    // Writing to a string can't fail.
    let _ = writeln!(
        text,
        "container_port = 8080\ningress = {ingress}, priority = {} }}",
        // Of one length too.
        10_000 + index
    );
    if matches!(host, Some(Host::OfItsOwn)) {
        let _ = writeln!(text, "overrides.staging.ingress = {} }}", own("staging"));
    }
    text + "\n"
}

fn with_applications(applications: &str) -> Vec<SourceFile> {
    let environment = |path: &str| {
        let text =
            fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        let lines: Vec<&str> = text
            .lines()
            .map(|line| match line.split(" = ").next() {
                Some("machine") => "machine = \"m6i.2xlarge\"",
                Some("machines") => "machines = { min = 2, max = 20 }",
                _ => line,
            })
            .collect();
        SourceFile::new(path, lines.join("\n") + "\n")
    };
    vec![
        SourceFile::new("applications.toml", applications),
        environment("environments/production.toml"),
        environment("environments/staging.toml"),
    ]
}
