//! The test bed of rehearsals: shims, the state of the services and a local CloudFormation.

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

/// A test bed. Nothing is deployed in it unless its state was kept by an earlier one.
#[derive(Debug)]
pub struct TestBed {
    pub config: RunConfig,
    pub services: ServiceState,
    pub backend: LocalBackend,
    pub(super) bin: PathBuf,
}

impl TestBed {
    /// Starts it.
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

    /// A rehearsal of a deployed pipeline.
    ///
    /// # Errors
    /// When there is none of the name.
    pub fn rehearsal(&self, pipeline: &str) -> Result<Rehearsal<'_>, RunError> {
        Rehearsal::new(&self.config, &self.services, &self.backend, pipeline)
    }
}

/// Further variables of builds: where the prebuilt programs or the compiled files are, and the
/// settings of cargo and the compiler on this machine.
fn variables(code: &CodeSource, bin: &Path) -> BTreeMap<String, String> {
    let home = std::env::var("HOME").unwrap_or_default();
    let or = |variable: &str, otherwise: String| std::env::var(variable).unwrap_or(otherwise);
    let of_code = match code {
        // Nothing is compiled, so nothing has to be fetched.
        CodeSource::Prebuilt(programs) => vec![
            (shim::PROGRAMS, programs.to_string_lossy().into_owned()),
            ("CARGO_NET_OFFLINE", "true".to_owned()),
        ],
        CodeSource::Compiled { folder, .. } => {
            let target = folder.join("target").to_string_lossy().into_owned();
            vec![("CARGO_TARGET_DIR", target)]
        }
    };
    // With several toolchains, the caller's. None is installed or updated: a build that names no
    // toolchain would make rustup do that for the whole machine.
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
