//! What was found.

use std::collections::{BTreeMap, BTreeSet};

use crate::observe::Observed;
use cloudformation::Identity;
use cloudformation::status::StackStatus;
use common::tags;
use provenance::Inputs;

use super::expected::Expected;
use super::release::Release;

/// What was found: who calls, what is deployed, and what is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Who calls, as STS says.
    pub identity: Identity,
    /// The region that is called.
    pub region: String,
    /// The stacks under the environment's name, each with the environment that its tag says.
    pub stacks: BTreeMap<String, Option<String>>,
    /// What the assembly was made from.
    pub source: Source,
    /// The commit of the saved plan that is deployed, where one is.
    pub saved: Option<SavedCommit>,
    /// The reason to deploy other sources than the branch's, if one was given.
    pub break_glass: Option<String>,
}

impl Found {
    /// What an observation and the sources say.
    ///
    /// A stack that is only under review holds nothing and has no tags yet, so it is not asked for
    /// one.
    #[must_use]
    pub fn new(
        expected: &Expected,
        observed: &Observed,
        source: Source,
        break_glass: Option<String>,
    ) -> Self {
        let stacks = observed
            .stacks
            .values()
            .filter(|stack| stack.name.starts_with(&expected.prefix))
            .map(|stack| {
                let tag = stack.tags.get(tags::ENVIRONMENT).cloned();
                (stack, tag)
            })
            .filter(|(stack, tag)| stack.status != StackStatus::ReviewInProgress || tag.is_some())
            .map(|(stack, tag)| (stack.name.clone(), tag))
            .collect();
        Self {
            identity: observed.identity.clone(),
            region: observed.region.clone(),
            stacks,
            source,
            saved: None,
            break_glass,
        }
    }
}

/// What a saved plan says of the sources that it was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedCommit(pub Option<String>);

/// Behind a commit: what was deployed is not that commit alone. `git describe --dirty` says it so.
pub(crate) const DIRTY: &str = "-dirty";

/// What an assembly was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A checkout of the repository.
    Checkout(Checkout),
    /// A published release.
    Release {
        /// What it says of itself.
        release: Release,
        /// The digest of the assembly that is there.
        assembly_digest: String,
        /// The pipeline that this happens in, if it does.
        pipeline: Option<PipelineRun>,
    },
    /// Nobody knows.
    Unknown {
        /// Why not.
        why: String,
    },
}

impl Source {
    /// The commit, where it is known.
    #[must_use]
    pub fn commit(&self) -> Option<&str> {
        match self {
            Self::Checkout(checkout) => Some(&checkout.commit),
            Self::Release { release, .. } => Some(&release.commit),
            Self::Unknown { .. } => None,
        }
    }

    /// The commit as a plan notes it: what is not the commit alone is told apart from what is.
    #[must_use]
    pub fn version(&self) -> Option<String> {
        let commit = self.commit()?;
        let dirty = if self.is_clean() { "" } else { DIRTY };
        Some(format!("{commit}{dirty}"))
    }

    /// Whether it is known to be the commit and nothing else.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        match self {
            Self::Checkout(checkout) => checkout.is_clean(),
            Self::Release { release, .. } => release.clean,
            Self::Unknown { .. } => false,
        }
    }
}

/// A checkout of the repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checkout {
    /// The commit.
    pub commit: String,
    /// The branch; nothing where a commit is checked out without one.
    pub branch: Option<String>,
    /// Files that differ from the commit, with those that it does not hold.
    pub changed: Vec<String>,
    /// The branches of `origin` that hold the commit, as far as they were fetched.
    pub published_on: BTreeSet<String>,
    /// The input files, where they are not of this repository.
    pub inputs: Option<Inputs>,
    /// The pipeline that this happens in, if it does.
    pub pipeline: Option<PipelineRun>,
}

impl Checkout {
    /// What a synthesis has recorded.
    pub(super) fn recorded(recorded: provenance::Checkout, pipeline: Option<PipelineRun>) -> Self {
        Self {
            commit: recorded.commit,
            branch: recorded.branch,
            changed: recorded.changed,
            published_on: recorded.published_on,
            inputs: recorded.inputs,
            pipeline,
        }
    }

    /// Whether it is the commit and nothing else.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.changed.is_empty() && self.inputs.is_none()
    }

    /// Whether it is a commit of the environment's branch: its head is checked out, `origin` has
    /// it there, or the environment's own pipeline got exactly this commit from it.
    #[must_use]
    pub fn is_from_branch(&self, expected: &Expected) -> bool {
        let by_name = self.branch.as_deref() == Some(expected.branch.as_str());
        let by_origin = self.published_on.contains(&expected.branch);
        let by_pipeline = self.pipeline.as_ref().is_some_and(|run| {
            run.name == expected.pipeline && run.commit.as_deref() == Some(self.commit.as_str())
        });
        by_name || by_origin || by_pipeline
    }
}

/// A run of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PipelineRun {
    /// The pipeline's name.
    pub name: String,
    /// The commit that it runs for, where it says so.
    pub commit: Option<String>,
}

impl PipelineRun {
    /// The run that a build is part of. A pipeline's source stage takes one branch, so that its
    /// name says which; CodeBuild clones the commit without a branch.
    ///
    /// Source: <https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html>
    pub(super) fn current() -> Option<Self> {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let initiator = variable("CODEBUILD_INITIATOR")?;
        Some(Self {
            name: initiator.strip_prefix("codepipeline/")?.to_owned(),
            // The pipelines' definition gives it: `cicd-stack/src/codepipeline.rs`.
            commit: variable("COMMIT").filter(|commit| !commit.is_empty()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_told_by_who_started_the_build() {
        let with = |pairs: &'static [(&str, &str)]| {
            PipelineRun::from_variables(|name| {
                let found = pairs.iter().find(|(key, _)| *key == name)?;
                Some(found.1.to_owned())
            })
        };
        assert_eq!(
            with(&[("CODEBUILD_INITIATOR", "codepipeline/a"), ("COMMIT", "c")]),
            Some(PipelineRun {
                name: "a".to_owned(),
                commit: Some("c".to_owned())
            })
        );
        assert_eq!(
            with(&[("CODEBUILD_INITIATOR", "codepipeline/a"), ("COMMIT", "")]),
            Some(PipelineRun {
                name: "a".to_owned(),
                commit: None
            })
        );
        // A person started the build by hand, or there is no build.
        assert_eq!(
            with(&[("CODEBUILD_INITIATOR", "somebody"), ("COMMIT", "c")]),
            None
        );
        assert_eq!(with(&[("COMMIT", "c")]), None);
    }
}
