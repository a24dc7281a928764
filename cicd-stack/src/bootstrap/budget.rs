//! What the environment may cost: somebody is told before it is spent.

use common::environment::Environment;
use common::resources::budgets::Budget;
use common::resources::budgets::budget::{
    BudgetData, Notification, NotificationWithSubscribers, Spend, Subscriber,
};
use common::resources::kinds::TopicArn;
use common::stack::StackBuilder;
use common::template::Value;

/// The share of the budget at which it is said that it will not last, in percent.
const ACTUAL_PERCENT: u32 = 80;

/// Adds the budget of the account's month.
///
/// Where environments share an account, `synth` says so.
///
/// Of the whole account, not of what carries the environment's tag: costs are told apart by tags
/// only once a person has switched that on, and not for everything. Environments share no account
/// unless somebody wants them to.
///
/// Source: <https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/cost-alloc-tags.html>
pub(super) fn add(stack: &mut StackBuilder, environment: &Environment, topic: &Value<TopicArn>) {
    if environment.shares_account {
        stack.note(format!(
            "account {} is that of both environments, and a budget counts a whole account: each of the two \
             counts what both cost, in every region",
            environment.account
        ));
    }
    let limit = Spend::new(f64::from(environment.budget.monthly_usd), "USD");
    let told = |kind: &str, percent: u32| {
        NotificationWithSubscribers::new(
            Notification::new("GREATER_THAN", kind, f64::from(percent))
                .threshold_type("PERCENTAGE"),
            [Subscriber::new(Value::<String>::from(topic.clone()), "SNS")],
        )
    };
    stack.template.add(
        "Budget",
        Budget::new(
            // Without a name: whom it tells, and when, can't be changed in place, and what replaces it would
            // meet a name of its own.
            BudgetData::new("COST", "MONTHLY").budget_limit(limit),
        )
        .notifications_with_subscribers([told("ACTUAL", ACTUAL_PERCENT), told("FORECASTED", 100)]),
    );
}
