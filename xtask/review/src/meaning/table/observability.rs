//! CloudWatch, logs, notifications, budgets.

use crate::consequence::Kind;
use crate::meaning::row::{Effect, Meaning, TypeMeaning, Unset};

pub(super) const ROWS: &[TypeMeaning] = &[TypeMeaning {
    resource_type: "AWS::Logs::LogGroup",
    noun: "log group",
    added: None,
    removed: None,
    replaced: Some(Effect::notable(
        Kind::Data,
        "new log lines go to a new group; queries and links that name the old one find nothing new",
    )),
    properties: &[
        (
            "RetentionInDays",
            Meaning::Number {
                less: Effect::severe(Kind::Data, "log lines older than {to} days are deleted"),
                more: Effect::minor(
                    Kind::Cost,
                    "log lines are kept for {to} days, and storage is paid for longer",
                ),
                unset: Unset::Unlimited,
            },
        ),
        (
            "KmsKeyId",
            Meaning::Reference(Effect::notable(
                Kind::Protection,
                "new log lines are encrypted with another key; lines from before stay readable only while the old key exists",
            )),
        ),
        ("LogGroupName", Meaning::Label),
    ],
    sources: &[
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html",
        "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html",
    ],
}];
