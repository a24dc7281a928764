//! CloudWatch Logs.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/Welcome.html>

use deploy::inspect::services::LogLine;
use deploy::timestamp::Timestamp;
use serde::Deserialize;
use serde_json::json;

use crate::signed::{Call, JsonVersion, Response, Service, SignedError};

pub(super) const LOGS: Service = Service::new("CloudWatch Logs", "logs");

/// No log group, or no stream, of this name.
pub(super) const NO_LOG: &str = "ResourceNotFoundException";

pub(super) fn last_log_lines(group: &str, stream: &str, most: u32) -> Call {
    Call::Json {
        version: JsonVersion::V1_1,
        target: "Logs_20140328.GetLogEvents",
        body: json!({
            "logGroupName": group,
            "logStreamName": stream,
            "limit": most,
            "startFromHead": false,
        }),
    }
}

#[derive(Deserialize)]
struct Got {
    #[serde(default)]
    events: Vec<Event>,
}

/// Times are milliseconds here, unlike elsewhere.
#[derive(Deserialize)]
struct Event {
    #[serde(default)]
    timestamp: i64,
    #[serde(default)]
    message: String,
}

pub(super) fn read_last_log_lines(response: &Response) -> Result<Vec<LogLine>, SignedError> {
    let got: Got = response.json()?;
    let events = got.events.into_iter();
    Ok(events
        .map(|event| LogLine {
            at: Timestamp::from_millis(event.timestamp),
            text: event.message.trim_end().to_owned(),
        })
        .collect())
}
