//! The head of a branch, as the repository itself has it.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

/// How long the repository may take to answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// The commit at the head of a branch, or in a line why it can't be read.
///
/// Asked is the remote of the checkout around `folder` that is this repository, since whoever has it
/// can read it; without one GitHub, without credentials. Nobody is asked for a password.
pub(super) async fn head(folder: &Path, repository: &str, branch: &str) -> Result<String, String> {
    let url = match git(folder, &["remote", "-v"]).await {
        Ok(remotes) => remote(&remotes, repository),
        Err(_) => None,
    };
    let url = url.unwrap_or_else(|| format!("https://github.com/{repository}.git"));
    let reference = format!("refs/heads/{branch}");
    let listed = git(folder, &["ls-remote", &url, &reference]).await?;
    let mut lines = listed.lines().filter_map(|line| line.split_once('\t'));
    lines
        .find(|(_, name)| *name == reference)
        .map(|(commit, _)| commit.to_owned())
        .ok_or_else(|| format!("{repository} has no branch {branch}"))
}

/// The address of the remote that is a repository, among what `git remote -v` says.
fn remote(remotes: &str, repository: &str) -> Option<String> {
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

async fn git(folder: &Path, arguments: &[&str]) -> Result<String, String> {
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
    let output = match timeout(PATIENCE, running).await {
        Err(_) => return Err(format!("{what} took more than {} s", PATIENCE.as_secs())),
        Ok(Err(error)) => return Err(format!("git can't be started: {error}")),
        Ok(Ok(output)) => output,
    };
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    // Advice follows; what happened comes first.
    let said = said.lines().next().unwrap_or("it says nothing");
    Err(format!("{what}: {}", said.trim_start_matches("fatal: ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_remote_that_is_the_repository_is_found() {
        let remotes = "origin\tgit@github.com:Somebody/fork.git (fetch)\n\
                       other\thttps://github.com/not-lemonade/infrastructure (fetch)\n\
                       upstream\tssh://git@github.com/Lemonade/Infrastructure.git (push)\n";
        let found = |repository| remote(remotes, repository);
        assert_eq!(
            found("lemonade/infrastructure").as_deref(),
            Some("ssh://git@github.com/Lemonade/Infrastructure.git")
        );
        assert_eq!(
            found("somebody/fork").as_deref(),
            Some("git@github.com:Somebody/fork.git")
        );
        assert_eq!(found("lemonade/other"), None);
    }
}
