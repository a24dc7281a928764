//! What a rehearsal is played on: stand-ins, a world and a local CloudFormation.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::backend::Backend as _;
use super::config::{CodeSource, RunConfig, TestBedConfig};
use super::error::RunError;
use super::local::LocalBackend;
use super::rehearsal::Rehearsal;
use super::service_state::ServiceState;
use super::shim;
use crate::pipelines::pipeline::pipelines;

/// A scene, with nothing deployed unless it goes on from another.
#[derive(Debug)]
pub struct TestBed {
    /// What rehearsals are run with.
    pub config: RunConfig,
    /// What plays the services.
    pub services: ServiceState,
    /// What is deployed.
    pub backend: LocalBackend,
    /// The stand-ins.
    pub(super) bin: PathBuf,
}

impl TestBed {
    /// Sets it.
    ///
    /// # Errors
    /// When a file or the local CloudFormation can't be had.
    pub fn start(config: TestBedConfig) -> Result<Self, RunError> {
        let TestBedConfig {
            folder,
            account,
            region,
            git_host,
            program,
            code,
            replaced,
            state,
        } = config;
        let bin = folder.join("bin");
        shim::install(&program, &bin)?;
        let services = ServiceState::create(&folder.join("world"), &account, &region)?;
        let git_host = match &code {
            CodeSource::Prebuilt(_) => git_host,
            CodeSource::Compiled { repository, folder } => {
                git_host.with_reused_clone(repository, &folder.join("source"))
            }
        };
        let backend = LocalBackend::start(&services, &account, &region, state)?;
        let path = std::env::var("PATH").unwrap_or_default();
        Ok(Self {
            config: RunConfig {
                folder: folder.join("actions"),
                region,
                git_host,
                path: format!("{}:{path}", bin.display()),
                variables: variables(&code, &bin),
                replaced,
            },
            services,
            backend,
            bin,
        })
    }

    /// The names of the pipelines that are deployed.
    ///
    /// # Errors
    /// When what is deployed can't be read.
    pub fn pipelines(&self) -> Result<BTreeSet<String>, RunError> {
        let deployed = pipelines(&self.backend.deployed()?)?;
        Ok(deployed.into_iter().map(|pipeline| pipeline.name).collect())
    }

    /// A pipeline that is deployed, to be rehearsed.
    ///
    /// # Errors
    /// When there is none of the name.
    pub fn rehearsal(&self, pipeline: &str) -> Result<Rehearsal<'_>, RunError> {
        Rehearsal::new(&self.config, &self.services, &self.backend, pipeline)
    }
}

/// What programs of a build are told besides: where those are that were built before, or where what
/// is compiled is kept; and what cargo and the compiler are told here.
fn variables(code: &CodeSource, bin: &Path) -> BTreeMap<String, String> {
    let home = std::env::var("HOME").unwrap_or_default();
    let or = |variable: &str, otherwise: String| std::env::var(variable).unwrap_or(otherwise);
    let of_code = match code {
        // Where nothing is compiled, nothing has to be fetched.
        CodeSource::Prebuilt(programs) => vec![
            (shim::PROGRAMS, programs.to_string_lossy().into_owned()),
            ("CARGO_NET_OFFLINE", "true".to_owned()),
        ],
        CodeSource::Compiled { folder, .. } => {
            let target = folder.join("target").to_string_lossy().into_owned();
            vec![("CARGO_TARGET_DIR", target)]
        }
    };
    // Where there are several toolchains, the one of whoever rehearses. None is ever installed or
    // brought up to date: a build that does not name one would have rustup do it, for everybody on the
    // machine.
    let toolchain = std::env::var("RUSTUP_TOOLCHAIN").ok();
    [
        (shim::SHIMS, bin.to_string_lossy().into_owned()),
        (shim::CARGO, or("CARGO", "cargo".to_owned())),
        ("CARGO_HOME", or("CARGO_HOME", format!("{home}/.cargo"))),
        ("RUSTUP_AUTO_INSTALL", "0".to_owned()),
        ("RUSTUP_HOME", or("RUSTUP_HOME", format!("{home}/.rustup"))),
    ]
    .into_iter()
    .chain(toolchain.map(|toolchain| ("RUSTUP_TOOLCHAIN", toolchain)))
    .chain(of_code)
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}
