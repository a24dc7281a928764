//! CloudWatch, logs, notifications, budgets.

use crate::consequence::Kind;
use crate::meaning::row::{Effect, Meaning, TypeMeaning, Unset};

const ANOTHER_METRIC: Effect = Effect::notable(
    Kind::Monitoring,
    "watches {to} instead of {from}: what the old metric showed fires no alarm any more",
);

const NO_ALARM: Effect = Effect::severe(
    Kind::Monitoring,
    "when it fires, {item} is no longer told or started",
);

pub(super) const ROWS: &[TypeMeaning] = &[
    TypeMeaning {
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
            (
                "LogGroupClass",
                Meaning::notable(
                    Kind::Monitoring,
                    "is of class {to} instead of {from}: an infrequent-access group is cheaper, and has no metric filters and no live tail",
                ),
            ),
            (
                "DataProtectionPolicy",
                Meaning::severe(
                    Kind::Protection,
                    "masks other sensitive data in its lines, or no longer",
                ),
            ),
            (
                "FieldIndexPolicies",
                Meaning::minor(
                    Kind::Cost,
                    "indexes other fields: queries scan more or less",
                ),
            ),
            ("ResourcePolicyDocument", Meaning::Analysed),
            (
                "DeletionProtectionEnabled",
                Meaning::off_unless_set(
                    Effect::minor(
                        Kind::Protection,
                        "can't be deleted until the protection is switched off",
                    ),
                    Effect::severe(Kind::Protection, "one call deletes it with all its lines"),
                ),
            ),
            ("LogGroupName", Meaning::Label),
            ("Tags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html",
            "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html",
            "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::CloudWatch::Alarm",
        noun: "alarm",
        added: None,
        removed: Some(Effect::severe(
            Kind::Monitoring,
            "what it watched goes unnoticed",
        )),
        replaced: Some(Effect::minor(
            Kind::Monitoring,
            "the new one begins without a history, in INSUFFICIENT_DATA",
        )),
        properties: &[
            (
                "ActionsEnabled",
                Meaning::on_unless_set(
                    Effect::minor(Kind::Monitoring, "tells and acts again when it fires"),
                    Effect::severe(
                        Kind::Monitoring,
                        "fires without telling or starting anything",
                    ),
                ),
            ),
            (
                "AlarmActions",
                Meaning::items(
                    Effect::notable(
                        Kind::Monitoring,
                        "when it fires, {item} is also told or started",
                    ),
                    NO_ALARM,
                ),
            ),
            (
                "OKActions",
                Meaning::items(
                    Effect::minor(Kind::Monitoring, "when it is over, {item} is also told"),
                    Effect::notable(
                        Kind::Monitoring,
                        "when it is over, {item} is no longer told",
                    ),
                ),
            ),
            (
                "InsufficientDataActions",
                Meaning::items(
                    Effect::minor(
                        Kind::Monitoring,
                        "when its data are missing, {item} is also told",
                    ),
                    Effect::notable(
                        Kind::Monitoring,
                        "when its data are missing, {item} is no longer told",
                    ),
                ),
            ),
            (
                "Threshold",
                Meaning::notable(Kind::Monitoring, "fires at {to} instead of {from}"),
            ),
            (
                "ThresholdMetricId",
                Meaning::notable(Kind::Monitoring, "fires outside of another band"),
            ),
            (
                "ComparisonOperator",
                Meaning::severe(
                    Kind::Monitoring,
                    "fires when its metric is {to} instead of {from}",
                ),
            ),
            (
                "EvaluationPeriods",
                Meaning::number(
                    Effect::notable(
                        Kind::Monitoring,
                        "fires after {to} periods instead of {from}: sooner, and for shorter peaks",
                    ),
                    Effect::notable(
                        Kind::Monitoring,
                        "fires after {to} periods instead of {from}: later, and not for shorter failures",
                    ),
                    Unset::Unknown,
                ),
            ),
            (
                "DatapointsToAlarm",
                Meaning::number(
                    Effect::notable(
                        Kind::Monitoring,
                        "fires after {to} bad periods instead of {from}: sooner, and for shorter peaks",
                    ),
                    Effect::notable(
                        Kind::Monitoring,
                        "fires after {to} bad periods instead of {from}: later, and not for shorter failures",
                    ),
                    Unset::Unlimited,
                ),
            ),
            (
                "Period",
                Meaning::number(
                    Effect::notable(
                        Kind::Monitoring,
                        "looks at {to} seconds at a time instead of {from}: it fires sooner, and for shorter peaks",
                    ),
                    Effect::notable(
                        Kind::Monitoring,
                        "looks at {to} seconds at a time instead of {from}: it fires later",
                    ),
                    Unset::Unknown,
                ),
            ),
            ("Statistic", Meaning::Change(ANOTHER_METRIC)),
            ("ExtendedStatistic", Meaning::Change(ANOTHER_METRIC)),
            (
                "EvaluateLowSampleCountPercentile",
                Meaning::notable(
                    Kind::Monitoring,
                    "judges percentiles of few requests otherwise, {to} instead of {from}",
                ),
            ),
            ("MetricName", Meaning::Change(ANOTHER_METRIC)),
            ("Namespace", Meaning::Change(ANOTHER_METRIC)),
            (
                "Dimensions",
                Meaning::severe(
                    Kind::Monitoring,
                    "watches another thing: the one that it watched goes unnoticed",
                ),
            ),
            (
                "Metrics",
                Meaning::notable(
                    Kind::Monitoring,
                    "computes its value otherwise, from {to} instead of {from}",
                ),
            ),
            ("Metrics.Label", Meaning::Label),
            (
                "Unit",
                Meaning::severe(
                    Kind::Monitoring,
                    "watches data of unit {to}: without data of that unit it never fires",
                ),
            ),
            (
                "TreatMissingData",
                Meaning::notable(
                    Kind::Monitoring,
                    "takes missing data for {to} instead of {from}: notBreaching never fires when a thing stops reporting, breaching fires then",
                ),
            ),
            ("AlarmName", Meaning::Label),
            ("AlarmDescription", Meaning::Label),
            ("Tags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html",
            "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::CloudWatch::Dashboard",
        noun: "dashboard",
        added: Some(Effect::minor(
            Kind::Cost,
            "a dashboard is paid for by the month beyond the free ones",
        )),
        removed: Some(Effect::notable(
            Kind::Monitoring,
            "links to it lead nowhere",
        )),
        replaced: Some(Effect::minor(
            Kind::Monitoring,
            "links to the old one lead nowhere",
        )),
        properties: &[
            (
                "DashboardBody",
                Meaning::minor(Kind::Monitoring, "shows other graphs"),
            ),
            ("DashboardName", Meaning::Label),
            ("Tags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-dashboard.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::SNS::Topic",
        noun: "topic",
        added: None,
        removed: Some(Effect::severe(
            Kind::Monitoring,
            "alarms and rules that publish to it reach no receiver",
        )),
        replaced: Some(Effect::severe(
            Kind::Monitoring,
            "subscriptions by e-mail have to be confirmed again; until then messages reach no receiver",
        )),
        properties: &[
            (
                "KmsMasterKeyId",
                Meaning::Reference(Effect::severe(
                    Kind::Monitoring,
                    "is encrypted with another key: services that may not use it, such as CloudWatch's alarms, can't publish any more",
                )),
            ),
            (
                "Subscription",
                Meaning::items(
                    Effect::notable(
                        Kind::Monitoring,
                        "also sends its messages to {item}, once that is confirmed",
                    ),
                    Effect::severe(Kind::Monitoring, "no longer sends its messages to {item}"),
                ),
            ),
            (
                "FifoTopic",
                Meaning::severe(
                    Kind::Monitoring,
                    "is another kind of topic, which alarms can't publish to",
                ),
            ),
            (
                "ContentBasedDeduplication",
                Meaning::minor(Kind::Monitoring, "drops repeated messages otherwise"),
            ),
            (
                "TracingConfig",
                Meaning::minor(Kind::Monitoring, "is traced otherwise"),
            ),
            (
                "DataProtectionPolicy",
                Meaning::severe(
                    Kind::Protection,
                    "masks or refuses other sensitive data, or no longer",
                ),
            ),
            (
                "DeliveryStatusLogging",
                Meaning::minor(Kind::Monitoring, "records deliveries otherwise"),
            ),
            (
                "SignatureVersion",
                Meaning::minor(Kind::Protection, "signs its messages otherwise"),
            ),
            (
                "ArchivePolicy",
                Meaning::notable(Kind::Data, "keeps its messages for another time"),
            ),
            (
                "TopicName",
                Meaning::severe(
                    Kind::Monitoring,
                    "is another topic, {to}: subscriptions by e-mail have to be confirmed again",
                ),
            ),
            ("DisplayName", Meaning::Label),
            ("Tags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html",
            "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::SNS::TopicPolicy",
        noun: "topic policy",
        added: None,
        removed: None,
        replaced: None,
        properties: &[
            ("PolicyDocument", Meaning::Analysed),
            (
                "Topics",
                Meaning::items(
                    Effect::notable(Kind::Permissions, "is the policy of {item}, too"),
                    Effect::severe(
                        Kind::Permissions,
                        "is no longer the policy of {item}, which keeps the last one that it had",
                    ),
                ),
            ),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topicpolicy.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::SNS::Subscription",
        noun: "subscription",
        added: Some(Effect::notable(
            Kind::Monitoring,
            "its receiver gets the messages once it has confirmed the subscription",
        )),
        removed: Some(Effect::severe(
            Kind::Monitoring,
            "its receiver gets no messages any more: alarms go unread",
        )),
        replaced: Some(Effect::severe(
            Kind::Monitoring,
            "the receiver of before gets no messages any more, and the new one gets none before it has confirmed the subscription",
        )),
        properties: &[
            (
                "Endpoint",
                Meaning::severe(
                    Kind::Monitoring,
                    "messages go to {to} instead of {from}, and to neither until {to} has confirmed the subscription",
                ),
            ),
            (
                "Protocol",
                Meaning::severe(
                    Kind::Monitoring,
                    "messages are sent by {to} instead of {from}, once that is confirmed",
                ),
            ),
            (
                "TopicArn",
                Meaning::Reference(Effect::severe(
                    Kind::Monitoring,
                    "gets messages of another topic",
                )),
            ),
            (
                "FilterPolicy",
                Meaning::severe(
                    Kind::Monitoring,
                    "its receiver gets other messages: those that the filter does not match are dropped",
                ),
            ),
            (
                "FilterPolicyScope",
                Meaning::severe(Kind::Monitoring, "filters by {to} instead of {from}"),
            ),
            (
                "RawMessageDelivery",
                Meaning::notable(Kind::Behaviour, "gets messages in another form"),
            ),
            (
                "RedrivePolicy",
                Meaning::notable(
                    Kind::Resilience,
                    "messages that can't be delivered are kept elsewhere, or no longer",
                ),
            ),
            (
                "DeliveryPolicy",
                Meaning::notable(Kind::Resilience, "failing deliveries are tried otherwise"),
            ),
            (
                "ReplayPolicy",
                Meaning::notable(Kind::Behaviour, "gets old messages again"),
            ),
            (
                "Region",
                Meaning::notable(Kind::Monitoring, "is of a topic in another region"),
            ),
            (
                "SubscriptionRoleArn",
                Meaning::Reference(Effect::notable(
                    Kind::Permissions,
                    "delivers as another role",
                )),
            ),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html",
            "https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.confirm.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::Budgets::Budget",
        noun: "budget",
        added: None,
        removed: Some(Effect::severe(
            Kind::Cost,
            "spending beyond it is noticed only with the bill",
        )),
        replaced: Some(Effect::minor(
            Kind::Cost,
            "the new one warns of the same costs",
        )),
        properties: &[
            (
                "Budget.BudgetLimit.Amount",
                Meaning::number(
                    Effect::notable(
                        Kind::Cost,
                        "warns earlier, of {to} a month instead of {from}",
                    ),
                    Effect::notable(
                        Kind::Cost,
                        "warns later: spending up to {to} a month instead of {from} goes unnoticed",
                    ),
                    Unset::Unlimited,
                ),
            ),
            (
                "Budget.BudgetLimit.Unit",
                Meaning::notable(Kind::Cost, "counts in {to} instead of {from}"),
            ),
            (
                "Budget.TimeUnit",
                Meaning::notable(
                    Kind::Cost,
                    "counts {to} instead of {from}: its limit is for another time",
                ),
            ),
            (
                "Budget.BudgetType",
                Meaning::notable(Kind::Cost, "counts {to} instead of {from}"),
            ),
            (
                "Budget.CostFilters",
                Meaning::severe(
                    Kind::Cost,
                    "counts other costs: those that it leaves out go unnoticed",
                ),
            ),
            (
                "Budget.CostTypes",
                Meaning::notable(
                    Kind::Cost,
                    "counts other kinds of cost: taxes, credits, support",
                ),
            ),
            (
                "Budget.FilterExpression",
                Meaning::severe(
                    Kind::Cost,
                    "counts other costs: those that it leaves out go unnoticed",
                ),
            ),
            ("Budget.BudgetName", Meaning::Label),
            (
                "Budget",
                Meaning::notable(Kind::Cost, "counts or limits costs otherwise"),
            ),
            (
                "NotificationsWithSubscribers",
                Meaning::items(
                    Effect::minor(Kind::Cost, "gives another warning: {item}"),
                    Effect::severe(Kind::Cost, "no longer gives a warning: {item}"),
                ),
            ),
            (
                "NotificationsWithSubscribers.Notification.Threshold",
                Meaning::notable(
                    Kind::Cost,
                    "warns at {to} percent of the limit instead of {from}",
                ),
            ),
            (
                "NotificationsWithSubscribers.Notification.ThresholdType",
                Meaning::notable(Kind::Cost, "warns at a threshold in {to} instead of {from}"),
            ),
            (
                "NotificationsWithSubscribers.Notification.NotificationType",
                Meaning::notable(
                    Kind::Cost,
                    "warns of {to} costs instead of {from}: ACTUAL comes when the money is spent, FORECASTED before",
                ),
            ),
            (
                "NotificationsWithSubscribers.Notification.ComparisonOperator",
                Meaning::severe(
                    Kind::Cost,
                    "warns when costs are {to} the threshold instead of {from}",
                ),
            ),
            (
                "NotificationsWithSubscribers.Subscribers",
                Meaning::items(
                    Effect::minor(Kind::Cost, "also warns {item}"),
                    Effect::severe(Kind::Cost, "no longer warns {item}"),
                ),
            ),
            (
                "NotificationsWithSubscribers.Subscribers.Address",
                Meaning::severe(Kind::Cost, "warns {to} instead of {from}"),
            ),
            ("ResourceTags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-budgets-budget.html",
            "https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html",
        ],
    },
];
