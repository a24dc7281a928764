//! The definition: all input files together.

use std::path::Path;

use super::cross_checks::{self, Placed};
use super::environment::PartialEnvironment;
use super::error::InputErrors;
use super::findings::{Finding, Findings};
use super::loader::{self, APPLICATIONS, ENVIRONMENTS};
use super::node::{self, Entry, Node, Value};
use super::source::{SourceFile, Span};
use super::{application, environment, overrides};
use crate::application::{Application, ApplicationName};
use crate::environment::{Environment, EnvironmentName};

/// Both environments, each with its applications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The environments, sorted by name.
    pub environments: Vec<Environment>,
}

impl Definition {
    /// Reads `environments/*.toml` and `applications.toml` in this directory.
    ///
    /// # Errors
    /// When a file can't be read or is not accepted; everything that was found is reported.
    pub fn load(directory: &Path) -> Result<Self, InputErrors> {
        Self::parse(&loader::read(directory)?)
    }

    /// Reads the same as [`Self::load`], but with this content of `applications.toml`: to
    /// check a change before it is written.
    ///
    /// # Errors
    /// When a file can't be read or is not accepted; everything that was found is reported.
    pub fn load_with_applications(directory: &Path, content: &str) -> Result<Self, InputErrors> {
        let mut files = loader::read(directory)?;
        files.retain(|file| file.path != APPLICATIONS);
        files.push(SourceFile::new(APPLICATIONS, content));
        files.sort_by(|one, other| one.path.cmp(&other.path));
        Self::parse(&files)
    }

    /// Reads these files, which are called `environments/<name>.toml` and `applications.toml`.
    ///
    /// # Errors
    /// When a file is missing or not accepted; everything that was found is reported.
    pub fn parse(files: &[SourceFile]) -> Result<Self, InputErrors> {
        let mut findings = Findings::default();
        let environments = EnvironmentName::ALL
            .into_iter()
            .filter_map(|name| {
                let input = InputFile {
                    path: &file_of(name),
                    table_noun: "table",
                    help_when_missing: "production and staging have a file each",
                };
                let root = input.open(files, &mut findings)?;
                environment::read(name, root, &mut findings)
            })
            .collect::<Vec<_>>();
        let applications = InputFile {
            path: APPLICATIONS,
            table_noun: "application",
            help_when_missing: "while there are no applications, the file is empty",
        };
        let applications = applications.open(files, &mut findings);
        unexpected_files(files, &mut findings);
        cross_checks::check_environments(&environments, &mut findings);
        let named = applications
            .as_ref()
            .map_or_else(Vec::new, |root| application_tables(root, &mut findings));
        let mut environments = resolve(environments, &named, &mut findings);
        share_accounts(&mut environments);
        findings.into_result(files)?;
        Ok(Self { environments })
    }

    /// The environment, if there is an `environments/<name>.toml`.
    #[must_use]
    pub fn environment(&self, name: EnvironmentName) -> Option<&Environment> {
        self.environments
            .iter()
            .find(|environment| environment.name == name)
    }
}

fn file_of(name: EnvironmentName) -> String {
    format!("{ENVIRONMENTS}/{name}.toml")
}

struct InputFile<'a> {
    path: &'a str,
    /// What messages call one of its tables.
    table_noun: &'a str,
    help_when_missing: &'a str,
}

impl InputFile<'_> {
    fn open(&self, files: &[SourceFile], findings: &mut Findings) -> Option<Node> {
        let Some(index) = files.iter().position(|file| file.path == self.path) else {
            let help = self.help_when_missing.to_owned();
            findings.push_file(self.path, "missing file", &[help]);
            return None;
        };
        let content = files.get(index)?.content.as_slice();
        match std::str::from_utf8(content) {
            Ok(text) => node::parse(index, text, self.table_noun, findings),
            Err(error) => {
                let start = error.valid_up_to();
                let span = Span {
                    file: index,
                    start,
                    end: start + 1,
                };
                findings.push(Finding::new(span, "the file is not UTF-8").help("save it as UTF-8"));
                None
            }
        }
    }
}

/// Reports files that belong to no environment: a misspelt one would be ignored silently.
fn unexpected_files(files: &[SourceFile], findings: &mut Findings) {
    for (index, file) in files.iter().enumerate() {
        if files
            .iter()
            .take(index)
            .any(|earlier| earlier.path == file.path)
        {
            findings.push_file(&file.path, "the file is listed twice", &[]);
        }
        let stem = file
            .path
            .strip_prefix(ENVIRONMENTS)
            .and_then(|path| path.strip_prefix('/'));
        match stem
            .and_then(|path| path.strip_suffix(".toml"))
            .map(str::parse::<EnvironmentName>)
        {
            Some(Err(invalid)) => {
                let message = format!("unexpected file name: {invalid}");
                findings.push_file(&file.path, message, invalid.help());
            }
            None if file.path != APPLICATIONS => {
                findings.push_file(&file.path, "the file is not part of a definition", &[]);
            }
            _ => {}
        }
    }
}

/// The tables of `applications.toml` whose names are accepted.
fn application_tables<'n>(
    root: &'n Node,
    findings: &mut Findings,
) -> Vec<(ApplicationName, &'n Entry)> {
    let Value::Table(entries) = &root.value else {
        return Vec::new();
    };
    entries
        .iter()
        .filter_map(|(text, entry)| {
            overrides::check(text, entry, findings);
            let name = text.parse::<ApplicationName>().map_err(|invalid| {
                let finding =
                    Finding::new(entry.key, format!("invalid application name: {invalid}"));
                findings.push(
                    invalid
                        .help()
                        .iter()
                        .fold(finding, |finding, help| finding.help(help.clone())),
                );
            });
            Some((name.ok()?, entry))
        })
        .collect()
}

/// Marks environments that share an account.
fn share_accounts(environments: &mut [Environment]) {
    let accounts: Vec<_> = environments
        .iter()
        .map(|environment| environment.account.clone())
        .collect();
    for environment in environments {
        let same = accounts.iter().filter(|one| **one == environment.account);
        environment.shares_account = same.count() > 1;
    }
}

/// Reads the applications once for each environment, checks them together, and joins the two.
fn resolve(
    environments: Vec<PartialEnvironment>,
    named: &[(ApplicationName, &Entry)],
    findings: &mut Findings,
) -> Vec<Environment> {
    let domains: Vec<_> = environments
        .iter()
        .filter_map(|parts| Some((parts.name, parts.domain.clone()?)))
        .collect();
    let mut complete = Vec::new();
    for parts in environments {
        let Some(domain) = &parts.domain else {
            continue;
        };
        let nodes: Vec<Node> = named
            .iter()
            .map(|(_, entry)| overrides::resolve(entry, parts.name))
            .collect();
        let mut placed: Vec<Placed<'_>> = named
            .iter()
            .zip(&nodes)
            .filter_map(|((name, entry), node)| {
                let protected = parts.protected.unwrap_or_default();
                let application = application::read(name, node, domain, protected, findings)?;
                Some(Placed {
                    application,
                    key: entry.key,
                    node,
                })
            })
            .collect();
        // Of two that collide, the one further down is reported.
        placed.sort_by_key(|placed| placed.key);
        cross_checks::check_applications(&parts, &placed, &domains, findings);
        let mut applications: Vec<Application> = placed
            .into_iter()
            .map(|placed| placed.application)
            .collect();
        applications.sort_by(|one, other| one.name.cmp(&other.name));
        complete.extend(parts.complete(applications));
    }
    complete
}
