//! An assembly of one stack.

use common::assembly::Assembly;
use serde_json::json;

/// The assembly of an environment, in the account of AWS's examples.
pub(crate) fn of(environment: &str) -> Assembly {
    let (account, branch) = match environment {
        "production" => ("111122223333", "stable"),
        _ => ("444455556666", "next"),
    };
    let name = format!("lemonade-{environment}-network");
    serde_json::from_value(json!({
        "version": 1,
        "environment": environment,
        "account": account,
        "region": "eu-west-1",
        "branch": branch,
        "order": [[name]],
        "stacks": [{
            "name": name,
            "id": "network",
            "crate": "network-stack",
            "environment": environment,
            "digest": "00",
            "bytes": 2,
            "resources": 0,
            "quotas": {},
            "tags": {},
            "terminationProtection": false
        }]
    }))
    .unwrap()
}
