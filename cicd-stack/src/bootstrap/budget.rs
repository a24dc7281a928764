//! The monthly budget, with notifications before it is spent.

use common::environment::Environment;
use common::resources::budgets::Budget;
use common::resources::budgets::budget::{
    BudgetData, Notification, NotificationWithSubscribers, Spend, Subscriber,
};
use common::resources::kinds::TopicArn;
use common::stack::StackBuilder;
use common::template::Value;

/// The share of the budget, in percent, whose spending is notified.
const ACTUAL_PERCENT: u32 = 80;

/// Adds the budget of the account's month.
///
/// Where environments share an account, `synth` prints a note.
///
/// It covers the whole account rather than the environment's tag: cost allocation tags have to be activated by a
/// person and don't cover everything. Environments have an account each by default.
///
/// Source: <https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/cost-alloc-tags.html>
pub(super) fn add(stack: &mut StackBuilder, environment: &Environment, topic: &Value<TopicArn>) {
    if environment.shares_account {
        stack.note(format!(
            "both environments use account {}, and a budget covers a whole account: each of the two budgets \
             includes the costs of both environments, in every region",
            environment.account
        ));
    }
    let limit = Spend::new(f64::from(environment.budget.monthly_usd), "USD");
    let notification = |kind: &str, percent: u32| {
        NotificationWithSubscribers::new(
            Notification::new("GREATER_THAN", kind, f64::from(percent))
                .threshold_type("PERCENTAGE"),
            [Subscriber::new(Value::<String>::from(topic.clone()), "SNS")],
        )
    };
    stack.template.add(
        "Budget",
        Budget::new(
            // Without a name: changing its notifications replaces it, and the replacement can't have the same
            // name.
            BudgetData::new("COST", "MONTHLY").budget_limit(limit),
        )
        .notifications_with_subscribers([
            notification("ACTUAL", ACTUAL_PERCENT),
            notification("FORECASTED", 100),
        ]),
    );
}
