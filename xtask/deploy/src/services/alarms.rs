//! What SNS says of who gets alarms.

/// A subscription of a topic.
/// <https://docs.aws.amazon.com/sns/latest/api/API_Subscription.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Who gets what is published: a mail address.
    pub endpoint: String,
    /// Whether the receiver has confirmed it. Until then nothing is delivered.
    pub is_confirmed: bool,
}
