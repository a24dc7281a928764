//! Buildspecs of build projects.
//!
//! Source: <https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html>

use yaml_rust2::{Yaml, YamlLoader};

use super::error::PipelineError;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Buildspec {
    /// Its phases that have commands, in the order in which they run.
    pub phases: Vec<Phase>,
    pub artifacts: Option<Artifacts>,
    pub reports: Vec<String>,
    pub exported: Vec<String>,
    /// The cached paths. They are only read: every build starts without a cache.
    pub cached: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    pub name: PhaseName,
    /// Each command is a script.
    pub commands: Vec<String>,
}

/// The phases that have commands, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PhaseName {
    Install,
    PreBuild,
    Build,
    PostBuild,
}

impl PhaseName {
    /// As a buildspec calls it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Install => "install",
            Self::PreBuild => "pre_build",
            Self::Build => "build",
            Self::PostBuild => "post_build",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifacts {
    /// The folder of the files.
    pub base_directory: String,
    /// Only `**/*` is supported.
    pub files: Vec<String>,
}

impl Buildspec {
    /// Reads a buildspec; errors name `place`.
    ///
    /// # Errors
    /// When it is no YAML, or says something that is not honoured here.
    pub fn read(place: &str, text: &str) -> Result<Self, PipelineError> {
        let yaml = YamlLoader::load_from_str(text).map_err(|error| PipelineError::Yaml {
            place: place.to_owned(),
            message: error.to_string(),
        })?;
        let reader = BuildspecReader { place };
        match yaml.as_slice() {
            [document] => reader.document(document),
            _ => Err(reader.unknown("more or less than one document")),
        }
    }
}

struct BuildspecReader<'a> {
    place: &'a str,
}

impl BuildspecReader<'_> {
    fn unknown(&self, what: impl Into<String>) -> PipelineError {
        PipelineError::Unknown {
            place: format!("the buildspec of {}", self.place),
            what: what.into(),
        }
    }

    fn document(&self, yaml: &Yaml) -> Result<Buildspec, PipelineError> {
        let known = ["artifacts", "cache", "env", "phases", "reports", "version"];
        self.only(yaml, &known)?;
        // Version 0.1 runs each command in a new shell.
        if !matches!(&yaml["version"], Yaml::Real(version) if version == "0.2") {
            return Err(self.unknown("a version other than 0.2"));
        }
        self.only(&yaml["env"], &["exported-variables", "shell"])?;
        match yaml["env"]["shell"].as_str() {
            Some("bash") => {}
            other => return Err(self.unknown(format!("the shell {other:?}"))),
        }
        let mut phases = Vec::new();
        for (name, phase) in self.entries(&yaml["phases"])? {
            phases.push(self.phase(name, phase)?);
        }
        phases.sort_by_key(|phase| phase.name);
        let artifacts = match &yaml["artifacts"] {
            Yaml::BadValue => None,
            artifacts => Some(self.artifacts(artifacts)?),
        };
        let mut reports = Vec::new();
        for (_, report) in self.entries(&yaml["reports"])? {
            self.only(report, &["base-directory", "file-format", "files"])?;
            reports.push(self.text(report, "base-directory")?);
        }
        let exported = match &yaml["env"]["exported-variables"] {
            Yaml::BadValue => Vec::new(),
            _ => self.texts(&yaml["env"], "exported-variables")?,
        };
        let cached = match &yaml["cache"] {
            Yaml::BadValue => Vec::new(),
            cache => {
                self.only(cache, &["paths"])?;
                self.texts(cache, "paths")?
            }
        };
        Ok(Buildspec {
            phases,
            artifacts,
            reports,
            exported,
            cached,
        })
    }

    fn phase(&self, name: &str, yaml: &Yaml) -> Result<Phase, PipelineError> {
        let name = match name {
            "install" => PhaseName::Install,
            "pre_build" => PhaseName::PreBuild,
            "build" => PhaseName::Build,
            "post_build" => PhaseName::PostBuild,
            other => return Err(self.unknown(format!("the phase {other}"))),
        };
        // The runtimes of this machine are used instead of the image's.
        match name {
            PhaseName::Install => {
                self.only(yaml, &["commands", "on-failure", "runtime-versions"])?;
                self.only(&yaml["runtime-versions"], &["nodejs", "python"])?;
            }
            _ => self.only(yaml, &["commands", "on-failure"])?,
        }
        // Without it, `post_build` would run after a failed `build`.
        if yaml["on-failure"].as_str() != Some("ABORT") {
            return Err(self.unknown(format!("{} without `on-failure: ABORT`", name.as_str())));
        }
        Ok(Phase {
            name,
            commands: self.texts(yaml, "commands")?,
        })
    }

    fn artifacts(&self, yaml: &Yaml) -> Result<Artifacts, PipelineError> {
        self.only(yaml, &["base-directory", "files"])?;
        let files = self.texts(yaml, "files")?;
        if files != ["**/*"] {
            return Err(self.unknown(format!("artifacts {files:?}")));
        }
        Ok(Artifacts {
            base_directory: self.text(yaml, "base-directory")?,
            files,
        })
    }

    /// The entries of a mapping; none where it is not there.
    fn entries<'y>(&self, yaml: &'y Yaml) -> Result<Vec<(&'y str, &'y Yaml)>, PipelineError> {
        match yaml {
            Yaml::BadValue => Ok(Vec::new()),
            Yaml::Hash(entries) => entries
                .iter()
                .map(|(name, value)| {
                    let name = name.as_str();
                    Ok((
                        name.ok_or_else(|| self.unknown("a key that is not a string"))?,
                        value,
                    ))
                })
                .collect(),
            _ => Err(self.unknown("another value where a mapping is expected")),
        }
    }

    fn only(&self, yaml: &Yaml, known: &[&str]) -> Result<(), PipelineError> {
        match self
            .entries(yaml)?
            .iter()
            .find(|(name, _)| !known.contains(name))
        {
            Some((name, _)) => Err(self.unknown(format!("`{name}`"))),
            None => Ok(()),
        }
    }

    fn text(&self, yaml: &Yaml, name: &str) -> Result<String, PipelineError> {
        let text = yaml[name].as_str().map(str::to_owned);
        text.ok_or_else(|| PipelineError::Missing {
            place: format!("the buildspec of {}", self.place),
            what: name.to_owned(),
        })
    }

    fn texts(&self, yaml: &Yaml, name: &str) -> Result<Vec<String>, PipelineError> {
        let missing = || PipelineError::Missing {
            place: format!("the buildspec of {}", self.place),
            what: format!("list of strings `{name}`"),
        };
        let items = yaml[name].as_vec().ok_or_else(missing)?;
        items
            .iter()
            .map(|item| item.as_str().map(str::to_owned).ok_or_else(missing))
            .collect()
    }
}
