//! Calls of other services than CloudFormation.

use emulator::server::OtherServiceRequest;
use serde_json::Value;

/// What a call names under a key of its body, if it is a call of this operation.
pub(super) fn named(call: &OtherServiceRequest<'_>, operation: &str, key: &str) -> Option<String> {
    if call.target != operation {
        return None;
    }
    let body: Value = serde_json::from_slice(call.body).ok()?;
    body[key].as_str().map(str::to_owned)
}
