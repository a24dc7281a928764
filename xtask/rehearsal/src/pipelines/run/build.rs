//! Builds: what CodeBuild does for an action.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::artifact::{Artifact, copy_as_zip};
use super::error::{At as _, RunError};
use super::event::{Event, Outcome};
use super::git_host::GitHost;
use super::shell::Shell;
use crate::pipelines::pipeline::{Buildspec, BuildspecSource, Project};

pub(super) struct Build<'a> {
    pub(super) project: &'a Project,
    /// The input artifact whose folder is the working directory.
    pub(super) primary: &'a str,
    pub(super) inputs: &'a [(String, Artifact)],
    /// A folder that is its own.
    pub(super) folder: &'a Path,
    pub(super) variables: BTreeMap<String, String>,
    /// Buildspec commands and their replacements.
    pub(super) replaced: &'a [(String, String)],
}

pub(super) struct BuildResult {
    pub(super) outcome: Outcome,
    pub(super) artifact: Option<PathBuf>,
    pub(super) reports: bool,
    /// The variables that it exports, with their values.
    pub(super) exported: Vec<(String, String)>,
}

impl Build<'_> {
    pub(super) fn run(
        mut self,
        git_host: &GitHost,
        report: &mut dyn FnMut(Event),
    ) -> Result<BuildResult, RunError> {
        let source = self.sources(git_host)?;
        let text = match &self.project.commands {
            BuildspecSource::Inline(text) => text.clone(),
            BuildspecSource::File(path) => {
                let path = source.join(path);
                match fs::read_to_string(&path) {
                    Ok(text) => text,
                    Err(_) => {
                        let missing = format!("the buildspec {}", path.display());
                        return Ok(BuildResult::failed(Outcome::Missing(missing)));
                    }
                }
            }
        };
        let buildspec = Buildspec::read(&self.project.name, &text)?;
        let variables = std::mem::take(&mut self.variables);
        let mut shell = Shell::new(&source, &self.folder.join("shell"), variables)?;
        let outcome = self.phases(&buildspec, &mut shell, report)?;
        let reports = buildspec
            .reports
            .iter()
            .any(|folder| source.join(folder).is_dir());
        if !outcome.succeeded() {
            return Ok(BuildResult {
                reports,
                ..BuildResult::failed(outcome)
            });
        }
        let artifact = match &buildspec.artifacts {
            None => None,
            Some(artifacts) => {
                let base = source.join(&artifacts.base_directory);
                if !base.is_dir() {
                    let missing = format!("the folder {} of artifacts", artifacts.base_directory);
                    return Ok(BuildResult::failed(Outcome::Missing(missing)));
                }
                let folder = self.folder.join("artifact");
                copy_as_zip(&base, &folder)?;
                Some(folder)
            }
        };
        let exported = buildspec.exported.iter();
        let exported =
            exported.filter_map(|name| Some((name.clone(), shell.variable(name)?.to_owned())));
        Ok(BuildResult {
            outcome,
            artifact,
            reports,
            exported: exported.collect(),
        })
    }

    /// Unpacks the input artifacts; returns the working directory.
    ///
    /// Source: <https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html>
    fn sources(&mut self, git_host: &GitHost) -> Result<PathBuf, RunError> {
        let mut primary = self.folder.join("src");
        fs::create_dir_all(self.folder).at(self.folder)?;
        for (name, artifact) in self.inputs {
            let folder = self.folder.join(format!("src-{name}"));
            let folder = artifact.put(git_host, &folder)?;
            // In its own case: `CODEBUILD_SRC_DIR_Release`.
            let variable = if name == self.primary {
                primary.clone_from(&folder);
                "CODEBUILD_SRC_DIR".to_owned()
            } else {
                format!("CODEBUILD_SRC_DIR_{name}")
            };
            self.variables
                .insert(variable, folder.to_string_lossy().into_owned());
            if let (Artifact::Clone { commit, .. }, true) = (artifact, name == self.primary) {
                let variable = "CODEBUILD_RESOLVED_SOURCE_VERSION".to_owned();
                self.variables.insert(variable, commit.clone());
            }
        }
        Ok(primary)
    }

    /// Every phase has `on-failure: ABORT`, so the first failure ends the build.
    fn phases(
        &self,
        buildspec: &Buildspec,
        shell: &mut Shell,
        report: &mut dyn FnMut(Event),
    ) -> Result<Outcome, RunError> {
        for phase in &buildspec.phases {
            let name = phase.name.as_str();
            for command in &phase.commands {
                let stands_in = self.replaced.iter().find(|(of, _)| of == command.trim());
                let command = match stands_in {
                    Some((of, by)) => {
                        report(Event::Substitution {
                            name: of.clone(),
                            what: by.clone(),
                        });
                        by
                    }
                    None => command,
                };
                report(Event::Command {
                    phase: name,
                    command: command.clone(),
                });
                let code = shell.run(command, |line| report(Event::Said(line.to_owned())))?;
                if code != 0 {
                    return Ok(Outcome::Command { phase: name, code });
                }
            }
        }
        Ok(Outcome::Succeeded)
    }
}

impl BuildResult {
    const fn failed(outcome: Outcome) -> Self {
        Self {
            outcome,
            artifact: None,
            reports: false,
            exported: Vec::new(),
        }
    }
}
