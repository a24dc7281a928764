//! The workspace: its folder, and the crates that define stacks.
//!
//! A crate joins by `[package.metadata.stack]` in its Cargo.toml. The files are read directly:
//! asking `cargo metadata` would take as long as the rest of an unchanged `synth`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::Error;

/// The workspace that a command works on.
#[derive(Clone, Debug)]
pub struct Workspace {
    root: PathBuf,
    members: Vec<Member>,
}

#[derive(Clone, Debug)]
pub struct Member {
    /// The package's name; its binary has the same.
    pub name: String,
    pub defines_stacks: bool,
    /// The names of the packages that it depends on, sorted; not those of its tests.
    pub dependencies: Vec<String>,
}

#[derive(Deserialize)]
struct RootManifest {
    workspace: Option<WorkspaceTable>,
}

#[derive(Deserialize)]
struct WorkspaceTable {
    members: Vec<PathBuf>,
}

#[derive(Deserialize)]
struct Manifest {
    package: Package,
    #[serde(default)]
    dependencies: BTreeMap<String, toml::Value>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
struct Metadata {
    stack: Option<toml::Table>,
}

impl Workspace {
    /// The workspace around a folder: the nearest Cargo.toml above it with `[workspace]`.
    ///
    /// # Errors
    /// When there is none, or a Cargo.toml can't be read.
    pub fn around(folder: &Path) -> Result<Self, Error> {
        for root in folder.ancestors() {
            let path = root.join("Cargo.toml");
            if !path.is_file() {
                continue;
            }
            if let Some(table) = read::<RootManifest>(&path)?.workspace {
                return Self::read(root, &table.members);
            }
        }
        Err(Error::NoWorkspace {
            folder: folder.to_owned(),
        })
    }

    fn read(root: &Path, members: &[PathBuf]) -> Result<Self, Error> {
        let members = members
            .iter()
            .map(|folder| {
                let manifest: Manifest = read(&root.join(folder).join("Cargo.toml"))?;
                Ok(Member {
                    name: manifest.package.name,
                    defines_stacks: manifest.package.metadata.stack.is_some(),
                    dependencies: manifest.dependencies.into_keys().collect(),
                })
            })
            .collect::<Result<_, Error>>()?;
        Ok(Self {
            root: root.to_owned(),
            members,
        })
    }

    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether a package is one of its crates.
    #[must_use]
    pub fn has_member(&self, package: &str) -> bool {
        self.members.iter().any(|member| member.name == package)
    }

    /// The crates that define stacks, in the order of the workspace's list.
    pub fn stack_crates(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.defines_stacks)
    }

    /// The folder of generated files.
    #[must_use]
    pub fn target(&self) -> PathBuf {
        self.root.join("target")
    }
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<T, Error> {
    let text = fs::read_to_string(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })?;
    toml::from_str(&text).map_err(|source| Error::Manifest {
        path: path.to_owned(),
        source,
    })
}
