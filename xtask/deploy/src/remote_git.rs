//! The branches of a remote repository, by `git`.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

const QUERY_TIMEOUT: Duration = Duration::from_secs(15);

const TRANSFER_TIMEOUT: Duration = Duration::from_secs(300);

/// A checkout, and the address of the repository that it is of.
#[derive(Clone, Debug)]
pub(crate) struct Remote {
    folder: PathBuf,
    url: String,
    repository: String,
}

/// A commit in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Commit {
    pub(crate) id: String,
    /// The first line of its message.
    pub(crate) subject: String,
}

impl Remote {
    /// The remote of the checkout around `folder` that is this repository, whose credentials are configured; else
    /// GitHub without credentials. Git never asks for a password.
    pub(crate) async fn of(folder: &Path, repository: &str) -> Self {
        Self::named(folder, repository)
            .await
            .unwrap_or_else(|| Self {
                folder: folder.to_owned(),
                url: format!("https://github.com/{repository}.git"),
                repository: repository.to_owned(),
            })
    }

    pub(crate) async fn named(folder: &Path, repository: &str) -> Option<Self> {
        let remotes = git(folder, &["remote", "-v"], QUERY_TIMEOUT).await.ok()?;
        Some(Self {
            folder: folder.to_owned(),
            url: url(&remotes, repository)?,
            repository: repository.to_owned(),
        })
    }

    /// The commit at the head of a branch, or in a line why it can't be read.
    pub(crate) async fn head(&self, branch: &str) -> Result<String, String> {
        let head = self.find_head(branch).await?;
        head.ok_or_else(|| format!("{} has no branch {branch}", self.repository))
    }

    /// The same; nothing where there is no such branch.
    pub(crate) async fn find_head(&self, branch: &str) -> Result<Option<String>, String> {
        let reference = format!("refs/heads/{branch}");
        let listed = git(
            &self.folder,
            &["ls-remote", &self.url, &reference],
            QUERY_TIMEOUT,
        )
        .await?;
        let mut lines = listed.lines().filter_map(|line| line.split_once('\t'));
        Ok(lines
            .find(|(_, name)| *name == reference)
            .map(|(commit, _)| commit.to_owned()))
    }

    /// Brings the commits of branches into the checkout; none of its own branches moves.
    pub(crate) async fn fetch(&self, branches: &[&str]) -> Result<(), String> {
        let references = branches.iter().map(|branch| format!("refs/heads/{branch}"));
        let references: Vec<String> = references.collect();
        let mut words = vec!["fetch", "--quiet", "--no-tags", &self.url];
        words.extend(references.iter().map(String::as_str));
        git(&self.folder, &words, TRANSFER_TIMEOUT).await.map(drop)
    }

    /// The id of the commit that a revision of the checkout names.
    pub(crate) async fn commit(&self, revision: &str) -> Result<String, String> {
        let named = format!("{revision}^{{commit}}");
        let words = ["rev-parse", "--verify", "--end-of-options", &named];
        let id = git(&self.folder, &words, QUERY_TIMEOUT).await?;
        Ok(id.trim().to_owned())
    }

    /// Whether `older` is `newer`, or comes before it.
    pub(crate) async fn is_ancestor(&self, older: &str, newer: &str) -> bool {
        let words = ["merge-base", "--is-ancestor", older, newer];
        git(&self.folder, &words, QUERY_TIMEOUT).await.is_ok()
    }

    /// The commits that `to` has and `from` has not, newest first.
    pub(crate) async fn commits(
        &self,
        from: Option<&str>,
        to: &str,
    ) -> Result<Vec<Commit>, String> {
        let range = range(from, to);
        let words = ["log", "--no-show-signature", "--format=%H%x09%s", &range];
        let listed = git(&self.folder, &words, QUERY_TIMEOUT).await?;
        let lines = listed.lines().filter_map(|line| line.split_once('\t'));
        Ok(lines
            .map(|(id, subject)| Commit {
                id: id.to_owned(),
                subject: subject.to_owned(),
            })
            .collect())
    }

    /// Git's summary of the changes from one commit to another, in a line.
    pub(crate) async fn changes(&self, from: &str, to: &str) -> Result<String, String> {
        let words = ["diff", "--shortstat", "--no-ext-diff", from, to];
        let changes = git(&self.folder, &words, QUERY_TIMEOUT).await?;
        Ok(changes.trim().to_owned())
    }

    /// Moves a branch forward to a commit. The repository refuses anything else.
    pub(crate) async fn push(&self, commit: &str, branch: &str) -> Result<(), String> {
        let reference = format!("{commit}:refs/heads/{branch}");
        let words = ["push", "--quiet", &self.url, &reference];
        git(&self.folder, &words, TRANSFER_TIMEOUT).await.map(drop)
    }
}

fn range(from: Option<&str>, to: &str) -> String {
    from.map_or_else(|| to.to_owned(), |from| format!("{from}..{to}"))
}

/// The address of the remote that is a repository, among what `git remote -v` says.
fn url(remotes: &str, repository: &str) -> Option<String> {
    let urls = remotes
        .lines()
        .filter_map(|line| line.split_whitespace().nth(1));
    urls.into_iter()
        .find(|url| {
            let url = url.strip_suffix(".git").unwrap_or(url);
            let path = url.len().checked_sub(repository.len());
            path.and_then(|at| Some((url.get(..at)?, url.get(at..)?)))
                .is_some_and(|(before, path)| {
                    path.eq_ignore_ascii_case(repository) && before.ends_with(['/', ':'])
                })
        })
        .map(str::to_owned)
}

async fn git(folder: &Path, arguments: &[&str], limit: Duration) -> Result<String, String> {
    let what = format!("git {}", arguments.first().copied().unwrap_or_default());
    let running = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_ASKPASS", "true")
        .env(
            "GIT_SSH_COMMAND",
            "ssh -o BatchMode=yes -o ConnectTimeout=10",
        )
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = match timeout(limit, running).await {
        Err(_) => return Err(format!("{what} took more than {} s", limit.as_secs())),
        Ok(Err(error)) => return Err(format!("git can't be started: {error}")),
        Ok(Ok(output)) => output,
    };
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    // Advice follows; what happened comes first. A push is refused in the lines behind the address.
    let mut lines = stderr.lines().filter(|line| !line.starts_with("To "));
    let stderr = lines.next().unwrap_or("no output");
    Err(format!("{what}: {}", stderr.trim_start_matches("fatal: ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_remote_that_is_the_repository_is_found() {
        let remotes = "origin\tgit@github.com:Ann/fork.git (fetch)\n\
                       other\thttps://github.com/not-lemonade/infrastructure (fetch)\n\
                       upstream\tssh://git@github.com/Lemonade/Infrastructure.git (push)\n";
        let found = |repository| url(remotes, repository);
        assert_eq!(
            found("lemonade/infrastructure").as_deref(),
            Some("ssh://git@github.com/Lemonade/Infrastructure.git")
        );
        assert_eq!(
            found("ann/fork").as_deref(),
            Some("git@github.com:Ann/fork.git")
        );
        assert_eq!(found("lemonade/other"), None);
    }
}
