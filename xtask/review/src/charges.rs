//! Standing charges: what bills by time, whatever it is used for, counted from the templates.
//!
//! Money comes only from `prices.toml` at the workspace's root, which the owner fills from AWS's pages; without it there
//! are counts. Charges by use (traffic, requests, log volume, builds) are not counted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use cloudformation::template::one_or_many;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use toml::Spanned;

use crate::environment::{Environment, Resource};

/// How many of one thing there are at least and at most. Both are the same but for what scales.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Amount {
    /// At least.
    pub min: u64,
    /// At most.
    pub max: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AmountChange {
    /// What is charged, as `prices.toml` names it: `nat-gateway`, `machine.t3.large`.
    pub of: String,
    pub before: Amount,
    pub after: Amount,
}

/// What bills by time in an environment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Charges {
    /// By what is charged, as `prices.toml` names it.
    pub amounts: BTreeMap<String, Amount>,
    /// How many log groups are kept how many days; none is for ever. Storage is charged by volume and time.
    pub kept_logs: BTreeMap<Option<u64>, u64>,
    /// The monthly budget in US dollars, where the environment has one.
    pub budget_usd: Option<u64>,
}

/// Sums for a month, in US dollars, of what has a price.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Total {
    /// With as little as the bounds allow.
    pub floor_usd: f64,
    /// With as much as the bounds allow.
    pub ceiling_usd: f64,
    /// What has no price in the file.
    pub without_price: BTreeSet<String>,
    /// The oldest date of a price that was used.
    pub as_of: Option<String>,
}

/// Whether a total is within the budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fit {
    /// Even at most.
    Fits,
    /// At least, but not at most.
    OnlyAtTheFloor,
    /// Not even at least.
    Exceeds,
}

impl Charges {
    /// Counts what an environment's templates define.
    #[must_use]
    pub fn of(side: &Environment) -> Self {
        let mut charges = Self::default();
        for resource in side.resources() {
            charges.count(side, &resource);
        }
        charges
    }

    fn add(&mut self, of: &str, count: u64) {
        self.add_range(
            of,
            Amount {
                min: count,
                max: count,
            },
        );
    }

    fn add_range(&mut self, of: &str, range: Amount) {
        let amount = self.amounts.entry(of.to_owned()).or_default();
        amount.min += range.min;
        amount.max += range.max;
    }

    fn count(&mut self, side: &Environment, one: &Resource<'_>) {
        match one.resource_type {
            "AWS::EC2::NatGateway" => self.add("nat-gateway", 1),
            // <https://aws.amazon.com/blogs/aws/new-aws-public-ipv4-address-charge-public-ip-insights/>
            "AWS::EC2::EIP" => self.add("public-address", 1),
            "AWS::ElasticLoadBalancingV2::LoadBalancer" => self.load_balancer(one),
            "AWS::EC2::VPCEndpoint" if one.text("VpcEndpointType") == Some("Interface") => {
                self.add(
                    "interface-endpoint",
                    length(one.property("SubnetIds")).max(1),
                );
            }
            "AWS::AutoScaling::AutoScalingGroup" => self.machines(side, one),
            "AWS::KMS::Key" => self.add("key", 1),
            "AWS::SecretsManager::Secret" => {
                self.add("secret", 1 + length(one.property("ReplicaRegions")));
            }
            "AWS::CloudWatch::Alarm" => self.alarm(one),
            "AWS::CloudWatch::Dashboard" => self.add("dashboard", 1),
            "AWS::WAFv2::WebACL" => {
                self.add("web-acl", 1);
                self.add("web-acl-rule", length(one.property("Rules")));
            }
            "AWS::CodePipeline::Pipeline" if one.text("PipelineType") != Some("V2") => {
                self.add("pipeline.v1", 1);
            }
            "AWS::Logs::LogGroup" => {
                let days = one.property("RetentionInDays").and_then(number);
                *self.kept_logs.entry(days).or_default() += 1;
            }
            "AWS::Budgets::Budget" => {
                self.budget_usd = one
                    .property("Budget/BudgetLimit/Amount")
                    .and_then(number)
                    .or(self.budget_usd);
            }
            _ => {}
        }
    }

    /// A load balancer that faces the internet has a public address in each subnet; those that it is given are counted
    /// as such.
    fn load_balancer(&mut self, one: &Resource<'_>) {
        let kind = one.text("Type").unwrap_or("application");
        self.add(&format!("load-balancer.{kind}"), 1);
        if one.text("Scheme") == Some("internal") {
            return;
        }
        let mappings = one_or_many(one.property("SubnetMappings"));
        let own = mappings.filter(|mapping| mapping.get("AllocationId").is_none());
        let own = u64::try_from(own.count()).unwrap_or(u64::MAX);
        self.add("public-address", length(one.property("Subnets")) + own);
    }

    /// An alarm is charged by the metrics that it looks at.
    fn alarm(&mut self, one: &Resource<'_>) {
        let metrics = one_or_many(one.property("Metrics"))
            .filter(|metric| metric.get("MetricStat").is_some())
            .count();
        self.add("alarm-metric", u64::try_from(metrics).unwrap_or(1).max(1));
    }

    fn machines(&mut self, side: &Environment, group: &Resource<'_>) {
        let bound = |name: &str| group.property(name).and_then(number).unwrap_or_default();
        let range = Amount {
            min: bound("MinSize"),
            max: bound("MaxSize"),
        };
        let template = group
            .property("LaunchTemplate/LaunchTemplateId")
            .and_then(|id| side.target(group.stack, id));
        let Some(template) = template else {
            self.add_range("machine", range);
            return;
        };
        let machine = template
            .text("LaunchTemplateData/InstanceType")
            .map_or_else(|| "machine".to_owned(), |name| format!("machine.{name}"));
        self.add_range(&machine, range);
        for disk in one_or_many(template.property("LaunchTemplateData/BlockDeviceMappings")) {
            let size = disk.pointer("/Ebs/VolumeSize").and_then(number);
            let kind = disk.pointer("/Ebs/VolumeType").and_then(Value::as_str);
            if let Some(size) = size {
                self.add_range(
                    &format!("disk-gib.{}", kind.unwrap_or("gp2")),
                    Amount {
                        min: size * range.min,
                        max: size * range.max,
                    },
                );
            }
        }
    }

    /// The amounts that differ.
    #[must_use]
    pub fn changes(&self, after: &Self) -> Vec<AmountChange> {
        let names: BTreeSet<&String> = self.amounts.keys().chain(after.amounts.keys()).collect();
        names
            .into_iter()
            .filter_map(|name| {
                let of = |charges: &Self| charges.amounts.get(name).copied().unwrap_or_default();
                let (before, now) = (of(self), of(after));
                (before != now).then(|| AmountChange {
                    of: name.clone(),
                    before,
                    after: now,
                })
            })
            .collect()
    }

    /// The sums by the prices; none of nothing that has a price.
    #[must_use]
    pub fn total(&self, prices: &Prices) -> Total {
        let mut total = Total {
            floor_usd: 0.0,
            ceiling_usd: 0.0,
            without_price: BTreeSet::new(),
            as_of: None,
        };
        for (name, amount) in &self.amounts {
            let Some(price) = prices.0.get(name) else {
                total.without_price.insert(name.clone());
                continue;
            };
            total.floor_usd += money(price.usd_per_month, amount.min);
            total.ceiling_usd += money(price.usd_per_month, amount.max);
            let oldest = total.as_of.take().unwrap_or_else(|| price.as_of.clone());
            total.as_of = Some(oldest.min(price.as_of.clone()));
        }
        total
    }

    /// Whether a total is within the environment's budget; none without a budget.
    #[must_use]
    pub fn fit(&self, total: &Total) -> Option<Fit> {
        let budget = money(1.0, self.budget_usd?);
        Some(if total.ceiling_usd <= budget {
            Fit::Fits
        } else if total.floor_usd <= budget {
            Fit::OnlyAtTheFloor
        } else {
            Fit::Exceeds
        })
    }
}

fn money(unit: f64, count: u64) -> f64 {
    // Counts are far below 2^32: a template has at most 500 resources.
    unit * f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

fn length(value: Option<&Value>) -> u64 {
    let items = value.and_then(Value::as_array).map_or(0, Vec::len);
    u64::try_from(items).unwrap_or(u64::MAX)
}

fn number(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// Unit prices, by what they are of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prices(BTreeMap<String, Price>);

#[derive(Clone, Debug, PartialEq)]
pub struct Price {
    /// For one, for a month of 730 hours, in US dollars.
    pub usd_per_month: f64,
    /// The day that the page was read, `2026-01-31`.
    pub as_of: String,
    /// The page.
    pub source: String,
}

/// A mistake in `prices.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceError {
    /// The file, as it was given.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for PriceError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.file, self.line, self.message)
    }
}

impl std::error::Error for PriceError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PriceFile {
    #[serde(default)]
    price: Vec<PriceRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PriceRow {
    of: Spanned<String>,
    usd_per_month: Spanned<f64>,
    as_of: Spanned<String>,
    source: Spanned<String>,
}

impl Prices {
    /// Reads the text of a price file: tables `[[price]]` with `of`, `usd_per_month`, `as_of` and `source`.
    ///
    /// # Errors
    /// Every mistake with its line: a key that is unknown or missing, a price that is negative, something priced twice, a
    /// day that is no `YYYY-MM-DD`, a source that is no page.
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<PriceError>> {
        let at = |offset: usize, message: String| PriceError {
            file: file.to_owned(),
            line: text
                .get(..offset)
                .map_or(1, |before| before.matches('\n').count() + 1),
            message,
        };
        let rows: PriceFile = toml::from_str(text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            vec![at(offset, error.message().to_owned())]
        })?;
        let mut prices = BTreeMap::new();
        let mut errors = Vec::new();
        for row in rows.price {
            if !(row.usd_per_month.get_ref().is_finite() && *row.usd_per_month.get_ref() >= 0.0) {
                let message = "`usd_per_month` must be 0 or more".to_owned();
                errors.push(at(row.usd_per_month.span().start, message));
            }
            if !is_day(row.as_of.get_ref()) {
                let message = format!(
                    "`as_of` must be a day, YYYY-MM-DD, and is `{}`",
                    row.as_of.get_ref()
                );
                errors.push(at(row.as_of.span().start, message));
            }
            if !row.source.get_ref().starts_with("https://") {
                let message =
                    "`source` must be the page that shows the price, https://…".to_owned();
                errors.push(at(row.source.span().start, message));
            }
            let (start, of) = (row.of.span().start, row.of.into_inner());
            let price = Price {
                usd_per_month: row.usd_per_month.into_inner(),
                as_of: row.as_of.into_inner(),
                source: row.source.into_inner(),
            };
            if prices.insert(of.clone(), price).is_some() {
                errors.push(at(start, format!("`{of}` has two prices")));
            }
        }
        if errors.is_empty() {
            Ok(Self(prices))
        } else {
            Err(errors)
        }
    }
}

fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else {
        return false;
    };
    let within = |text: &str, digits: usize, least: u32, most: u32| {
        text.len() == digits
            && text
                .parse::<u32>()
                .is_ok_and(|number| (least..=most).contains(&number))
    };
    within(year, 4, 2000, 9999) && within(month, 2, 1, 12) && within(day, 2, 1, 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = "[[price]]\nof = \"key\"\nusd_per_month = 2.5\nas_of = \"2026-01-31\"\nsource = \"https://aws.amazon.com/kms/pricing/\"\n";

    #[test]
    fn a_total_has_a_floor_and_a_ceiling_and_names_what_has_no_price() {
        let mut charges = Charges {
            budget_usd: Some(12),
            ..Charges::default()
        };
        charges.add_range("key", Amount { min: 2, max: 6 });
        charges.add("secret", 1);
        let prices = Prices::parse("prices.toml", ROW).unwrap();
        let total = charges.total(&prices);
        assert!((total.floor_usd - 5.0).abs() < 1e-9);
        assert!((total.ceiling_usd - 15.0).abs() < 1e-9);
        assert_eq!(total.without_price, BTreeSet::from(["secret".to_owned()]));
        assert_eq!(total.as_of.as_deref(), Some("2026-01-31"));
        assert_eq!(charges.fit(&total), Some(Fit::OnlyAtTheFloor));
    }

    #[test]
    fn every_mistake_is_told_with_its_line() {
        let text = format!(
            "{ROW}{}",
            ROW.replace("2.5", "-1.0")
                .replace("2026-01-31", "yesterday")
                .replace("https", "http")
        );
        let errors: Vec<String> = Prices::parse("prices.toml", &text)
            .unwrap_err()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            errors,
            [
                "prices.toml:8: `usd_per_month` must be 0 or more",
                "prices.toml:9: `as_of` must be a day, YYYY-MM-DD, and is `yesterday`",
                "prices.toml:10: `source` must be the page that shows the price, https://…",
                "prices.toml:7: `key` has two prices",
            ]
        );
        let unknown = Prices::parse("prices.toml", "\n[[price]]\ncosts = 1\n").unwrap_err();
        assert_eq!(unknown.first().map(|error| error.line), Some(3));
    }

    #[test]
    fn no_prices_are_no_mistake() {
        assert_eq!(Prices::parse("prices.toml", ""), Ok(Prices::default()));
    }
}
