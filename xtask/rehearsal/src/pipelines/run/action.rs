//! One action of a run.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::artifact::Artifact;
use super::build::{Build, BuildResult};
use super::config::RunConfig;
use super::error::{At as _, RunError};
use super::event::{Event, Outcome};
use super::service_actions;
use super::service_state::ServiceState;
use super::shim;
use crate::pipelines::pipeline::{Action, ActionKind, Pipeline, Project, Variables, project};
use crate::pipelines::policy::{Decision, Denial, Policies, Request, ServiceCaller};
use crate::pipelines::template::Stacks;

/// The artifacts and variables of an execution so far.
#[derive(Debug, Default)]
pub(super) struct Progress {
    pub(super) artifacts: BTreeMap<String, Artifact>,
    pub(super) variables: Variables,
    pub(super) connection: Option<String>,
    pub(super) commit: Option<String>,
}

/// An action and everything that it needs to run.
pub(super) struct ActionRun<'a> {
    pub(super) config: &'a RunConfig,
    pub(super) services: &'a ServiceState,
    /// The templates that are deployed when the action starts.
    pub(super) deployed: &'a Stacks,
    pub(super) pipeline: &'a Pipeline,
    pub(super) action: &'a Action,
    /// The commit whose push started the run.
    pub(super) commit: Option<&'a str>,
    /// Whether the execution is stopped during this action's build.
    pub(super) stopped: bool,
    pub(super) folder: PathBuf,
    /// The variables with the endpoint of CloudFormation.
    pub(super) variables: Vec<(String, String)>,
}

impl ActionRun<'_> {
    pub(super) fn role(&self) -> Result<String, RunError> {
        match &self.action.kind {
            ActionKind::Build { project, .. } => Ok(self.project(project)?.role),
            _ => Ok(self.pipeline.role.clone()),
        }
    }

    /// A project as it is deployed now, not as it was when the execution started.
    fn project(&self, name: &str) -> Result<Project, RunError> {
        Ok(project(self.deployed, &self.pipeline.stack, name)?)
    }

    pub(super) fn run(
        &self,
        progress: &mut Progress,
        report: &mut dyn FnMut(Event),
    ) -> Result<Outcome, RunError> {
        match &self.action.kind {
            ActionKind::Repository {
                repository,
                branch,
                connection,
                format,
            } => {
                let requests = service_actions::read_repository(connection, repository);
                if let Some(denied) = self.denied_to_pipeline(requests)? {
                    return Ok(denied);
                }
                progress.connection = Some(connection.clone());
                if !self.config.git_host.has(repository) {
                    return Ok(Outcome::Missing(format!("the repository {repository}")));
                }
                let head = || self.config.git_host.head(repository, branch);
                let commit = match self.commit {
                    Some(commit) => commit.to_owned(),
                    None => head()?,
                };
                progress.commit = Some(commit.clone());
                let artifact = self.source(repository, &commit, *format)?;
                self.store_output(artifact, progress)?;
                if let Some(namespace) = &self.action.namespace {
                    let mut variables = progress.variables.namespace(namespace);
                    variables.set("CommitId", &commit);
                    variables.set("BranchName", branch);
                    variables.set("FullRepositoryName", repository);
                }
                self.upload_outputs()
            }
            ActionKind::Object { bucket, key } => {
                if let Some(denied) = self.denied_to_pipeline(service_actions::read_object(
                    self.pipeline,
                    bucket,
                    key,
                ))? {
                    return Ok(denied);
                }
                let object = self.services.object_path(bucket, key);
                if !object.exists() {
                    return Ok(Outcome::Missing(format!("{key} of {bucket}")));
                }
                let folder = self.folder.join("object");
                fs::create_dir_all(&folder).at(&*folder)?;
                unzip(&object, &folder)?;
                self.store_output(Artifact::Files(folder), progress)?;
                self.upload_outputs()
            }
            ActionKind::Build {
                project,
                primary,
                variables,
            } => self.build(
                &self.project(project)?,
                primary.as_deref(),
                variables,
                progress,
                report,
            ),
        }
    }

    fn source(
        &self,
        repository: &str,
        commit: &str,
        format: crate::pipelines::pipeline::SourceFormat,
    ) -> Result<Artifact, RunError> {
        Ok(match format {
            crate::pipelines::pipeline::SourceFormat::Clone => Artifact::Clone {
                repository: repository.to_owned(),
                commit: commit.to_owned(),
            },
            crate::pipelines::pipeline::SourceFormat::Files => {
                let folder = self.folder.join("files");
                self.config
                    .git_host
                    .export_files(repository, commit, &folder)?;
                Artifact::Files(folder)
            }
        })
    }

    fn store_output(&self, artifact: Artifact, progress: &mut Progress) -> Result<(), RunError> {
        if let Some(name) = self.action.outputs.first() {
            progress.artifacts.insert(name.clone(), artifact);
        }
        Ok(())
    }

    /// Authorizes the upload of a source action's output, which the pipeline's role makes.
    fn upload_outputs(&self) -> Result<Outcome, RunError> {
        let outputs = self.action.outputs.iter();
        let requests = outputs.flat_map(|name| service_actions::upload_source(self.pipeline, name));
        let denied = self.denied_to_pipeline(requests.collect())?;
        Ok(denied.unwrap_or(Outcome::Succeeded))
    }

    fn build(
        &self,
        project: &Project,
        primary: Option<&str>,
        more: &[(String, String)],
        progress: &mut Progress,
        report: &mut dyn FnMut(Event),
    ) -> Result<Outcome, RunError> {
        let inputs: Vec<(String, Artifact)> = self
            .action
            .inputs
            .iter()
            .filter_map(|name| Some((name.clone(), progress.artifacts.get(name)?.clone())))
            .collect();
        let first = inputs.first().map(|(name, _)| name.as_str());
        let primary = primary.or(first).unwrap_or_default().to_owned();

        if let Some(denied) = self.denied_to_pipeline(service_actions::start_build(
            self.pipeline,
            project,
            &inputs,
        ))? {
            return Ok(denied);
        }
        let rights = Policies::read(self.deployed)?;
        let service = "codebuild.amazonaws.com";
        let caller = ServiceCaller {
            service,
            resource: &project.arn,
        };
        if let Decision::Denied(denial) = rights.may_assume(&project.role, caller) {
            let request = Request::new("sts:AssumeRole", project.role.as_str());
            return Ok(denied(service, &request, &denial));
        }
        let connection = progress.connection.as_deref();
        let before = service_actions::prepare_build(self.pipeline, project, &inputs, connection);
        if let Some(denied) = self.denied_to_role(&project.role, before)? {
            return Ok(denied);
        }
        if self.stopped {
            let denied = self.denied_to_pipeline(service_actions::stop_build(project))?;
            return Ok(denied.unwrap_or(Outcome::Stopped));
        }
        let session = self
            .services
            .create_session(&project.role, &self.action.name)?;
        let mut variables = self.build_variables(&session.key);
        variables.extend(project.variables.clone());
        for (name, value) in more {
            variables.insert(name.clone(), progress.variables.fill(value)?);
        }
        let build = Build {
            project,
            primary: &primary,
            inputs: &inputs,
            folder: &self.folder,
            variables,
            replaced: &self.config.replaced,
        };
        let BuildResult {
            outcome,
            artifact,
            reports,
            exported,
        } = build.run(&self.config.git_host, report)?;
        for program in self.services.stand_ins(&session.key) {
            report(Event::Substitution {
                what: shim::description(&program).to_owned(),
                name: program,
            });
        }
        if reports
            && let Some(denied) =
                self.denied_to_role(&project.role, service_actions::write_test_reports(project))?
        {
            return Ok(denied);
        }
        if let (Some(folder), true) = (artifact, outcome.succeeded()) {
            let outputs = self.action.outputs.iter();
            let requests =
                outputs.flat_map(|name| service_actions::upload_artifact(self.pipeline, name));
            if let Some(denied) = self.denied_to_role(&project.role, requests.collect())? {
                return Ok(denied);
            }
            self.store_output(Artifact::Files(folder), progress)?;
        }
        if outcome.succeeded() {
            let writes = service_actions::write_cache(self.pipeline, project);
            if let Some(denied) = self.denied_to_role(&project.role, writes)? {
                return Ok(denied);
            }
            if let Some(namespace) = &self.action.namespace {
                let mut variables = progress.variables.namespace(namespace);
                for (name, value) in exported {
                    variables.set(&name, &value);
                }
            }
        }
        Ok(outcome)
    }

    fn build_variables(&self, key: &str) -> BTreeMap<String, String> {
        let config = self.config;
        let folder = |name: &str| self.folder.join(name).to_string_lossy().into_owned();
        let region = &config.region;
        let mut variables: BTreeMap<String, String> = [
            ("AWS_ACCESS_KEY_ID", key),
            ("AWS_DEFAULT_REGION", region),
            ("AWS_REGION", region),
            ("AWS_SECRET_ACCESS_KEY", "rehearsal"),
            ("CI", "true"),
            ("LANG", "C.UTF-8"),
            ("PATH", &config.path),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
        let initiator = format!("codepipeline/{}", self.pipeline.name);
        variables.insert("CODEBUILD_INITIATOR".to_owned(), initiator);
        variables.insert("HOME".to_owned(), folder("home"));
        variables.insert("TMPDIR".to_owned(), folder("tmp"));
        let services = self.services.folder().to_string_lossy().into_owned();
        variables.insert(shim::SERVICES.to_owned(), services);
        variables.extend(config.variables.clone());
        variables.extend(self.variables.iter().cloned());
        variables
    }

    fn denied_to_pipeline(&self, requests: Vec<Request>) -> Result<Option<Outcome>, RunError> {
        self.denied_to_role(&self.pipeline.role, requests)
    }

    /// The outcome `Denied` for the first denied request.
    fn denied_to_role(
        &self,
        role: &str,
        requests: Vec<Request>,
    ) -> Result<Option<Outcome>, RunError> {
        let refused = self.services.first_denied(role, &requests)?;
        Ok(refused.map(|(request, denial)| denied(role, &request, &denial)))
    }
}

fn denied(role: &str, request: &Request, denial: &Denial) -> Outcome {
    Outcome::Denied {
        role: role.rsplit('/').next().unwrap_or(role).to_owned(),
        action: request.action.clone(),
        resource: request.resource.clone(),
        why: denial.to_string(),
    }
}

/// Unpacks a zip. Executable bits are lost.
fn unzip(object: &std::path::Path, into: &std::path::Path) -> Result<(), RunError> {
    let program = |source| RunError::Program {
        program: "python3".to_owned(),
        source,
    };
    let output = Command::new("python3")
        .args(["-m", "zipfile", "-e"])
        .arg(object)
        .arg(into)
        .output()
        .map_err(program)?;
    if output.status.success() {
        return Ok(());
    }
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(program(std::io::Error::other(message)))
}
