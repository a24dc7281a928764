//! The promotion of an application's commits from staging to production.

use super::Repository;
use crate::input::Invalid;
use crate::text::text_newtype;

/// How production's branch of an application moves to what has completed in staging.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Promotion {
    /// A person moves it: `cargo xtask promote`.
    #[default]
    ByHand,
    /// A workflow of the application's repository moves it.
    Automatic(RepositoryIds),
}

text_newtype! {
    /// The numbers of a repository's owner and of the repository at GitHub, `123456/456789`. Unlike names, they
    /// are never given to another.
    RepositoryIds, check
}

/// The claim `sub` of a workflow's token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenSubject(String);

impl TokenSubject {
    /// `repo:lemonade@123456/web@456789:ref:refs/heads/main`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl RepositoryIds {
    /// The subject of the tokens that GitHub gives to workflows on a branch of the repository.
    ///
    /// Source: <https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens/>
    #[must_use]
    pub fn subject(&self, repository: &Repository, branch: &str) -> TokenSubject {
        let (owner_id, id) = self.0.split_once('/').unwrap_or_default();
        let text = repository.as_str();
        let (owner, name) = text.split_once('/').unwrap_or_default();
        TokenSubject(format!(
            "repo:{owner}@{owner_id}/{name}@{id}:ref:refs/heads/{branch}"
        ))
    }
}

fn check(text: &str) -> Result<(), Invalid> {
    let is_id = |part: &str| {
        (1..=19).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && !part.starts_with('0')
    };
    if text
        .split_once('/')
        .is_some_and(|(owner, id)| is_id(owner) && is_id(id))
    {
        Ok(())
    } else {
        Err(Invalid::expected(
            "the numbers of a repository's owner and of the repository, such as \"123456/456789\"",
            text,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_names_one_branch_of_one_repository_by_names_and_numbers() {
        let ids: RepositoryIds = "123456/456789".parse().unwrap();
        let repository: Repository = "lemonade/web".parse().unwrap();
        assert_eq!(
            ids.subject(&repository, "next").as_str(),
            "repo:lemonade@123456/web@456789:ref:refs/heads/next"
        );
    }
}
