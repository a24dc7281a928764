//! What builds of proposals have in common: applications' and the definition's.
//!
//! A proposal's own code runs in them before anybody has read it. Each waits for a word of somebody
//! who may write to the repository, and reads it with a connection that is not the pipelines'.
//!
//! Source: <https://docs.aws.amazon.com/codebuild/latest/userguide/github-webhook.html>

use common::application::Repository;
use common::environment::{Branch, ConnectionArn};
use common::grant::RoleBuilder;
use common::resources::codebuild::project::{
    ProjectTriggers, PullRequestBuildPolicy, Source, SourceAuth,
};
use common::template::policy::Statement;
use common::template::{Json, List, Value};
use serde_json::json;

/// The repository, read through the connection; how a build ended is said at the proposal.
pub(crate) fn source(repository: &Repository, connection: &ConnectionArn) -> Source {
    Source::new("GITHUB")
        .location(format!("https://github.com/{repository}.git"))
        .auth(SourceAuth::new("CODECONNECTIONS").resource(connection.as_str()))
        .report_build_status(true)
}

/// Proposals for the branch, each after a word of somebody who may write.
pub(crate) fn triggers(branch: &Branch) -> ProjectTriggers {
    ProjectTriggers::new()
        .webhook(true)
        .filter_groups(filters(branch))
        .pull_request_build_policy(PullRequestBuildPolicy::new("ALL_PULL_REQUESTS"))
}

/// Proposals for the environment's branch, when they are made and when they change.
fn filters(branch: &Branch) -> List<Json> {
    // The pattern is a regular expression; of what a branch may be called, the dot is one.
    let branch = branch.as_str().replace('.', "\\.");
    let group: Value<Json> = json!([
        {
            "Type": "EVENT",
            "Pattern": "PULL_REQUEST_CREATED,PULL_REQUEST_UPDATED,PULL_REQUEST_REOPENED",
        },
        { "Type": "BASE_REF", "Pattern": format!("^refs/heads/{branch}$") },
    ])
    .into();
    List::from_iter([group])
}

/// Read through the connection, and clone with its token.
///
/// Source: <https://docs.aws.amazon.com/codebuild/latest/userguide/connections-github-app.html>
pub(crate) fn grant_repository(role: &mut RoleBuilder, connection: &ConnectionArn) {
    let service = connection.service();
    role.allow(
        Statement::allow([
            format!("{service}:GetConnection"),
            format!("{service}:GetConnectionToken"),
            format!("{service}:UseConnection"),
        ])
        .sid("Repository")
        .on(connection.as_str()),
    );
}
