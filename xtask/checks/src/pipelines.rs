//! CodePipeline: stages, actions and the artifacts between them.

use std::collections::BTreeMap;

use crate::finding::Report;
use crate::model::{Model, Node, Resource};
use crate::names::named_twice;
use crate::registry::Group;
use crate::rule::{Evidence, Rule, Severity};

pub(crate) static GROUP: Group = Group {
    rules: &[
        &STAGE_TWICE,
        &ACTION_TWICE,
        &SOURCE_FIRST,
        &INPUT_MISSING,
        &OUTPUT_TWICE,
        &ARTIFACT_COUNT,
        &TRIGGER_SOURCE,
    ],
    check,
};

const STRUCTURE: &str =
    "https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html";
const ARTIFACTS: &str =
    "https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-action-artifacts.html";

static STAGE_TWICE: Rule = Rule {
    code: "pipelines/stage-twice",
    severity: Severity::Error,
    summary: "two stages of a pipeline with the same name",
    why: "CodePipeline refuses the pipeline.",
    fix: "Give each stage a name of its own.",
    source: STRUCTURE,
    evidence: Evidence::AnyVariant,
};

static ACTION_TWICE: Rule = Rule {
    code: "pipelines/action-twice",
    severity: Severity::Error,
    summary: "two actions of a stage with the same name",
    why: "CodePipeline refuses the pipeline.",
    fix: "Give each action of the stage a name of its own.",
    source: STRUCTURE,
    evidence: Evidence::AnyVariant,
};

static SOURCE_FIRST: Rule = Rule {
    code: "pipelines/source-first",
    severity: Severity::Error,
    summary: "a pipeline whose sources are not in its first stage, and only there",
    why: "CodePipeline refuses it: the first stage has source actions only, and no other stage has one.",
    fix: "Move the source actions to the first stage, and everything else to later ones.",
    source: STRUCTURE,
    evidence: Evidence::AnyVariant,
};

static INPUT_MISSING: Rule = Rule {
    code: "pipelines/input-missing",
    severity: Severity::Error,
    summary: "an action that takes an artifact which no action before it makes",
    why: "CodePipeline refuses the pipeline.",
    fix: "Take an artifact that an earlier action has among its `OutputArtifacts`.",
    source: STRUCTURE,
    evidence: Evidence::AnyVariant,
};

static OUTPUT_TWICE: Rule = Rule {
    code: "pipelines/output-twice",
    severity: Severity::Error,
    summary: "two actions that make artifacts of the same name",
    why: "CodePipeline refuses the pipeline: the name of an output artifact is unique in it.",
    fix: "Give each output artifact a name of its own.",
    source: STRUCTURE,
    evidence: Evidence::AnyVariant,
};

static ARTIFACT_COUNT: Rule = Rule {
    code: "pipelines/artifact-count",
    severity: Severity::Error,
    summary: "an action with fewer or more artifacts than its provider allows",
    why: "CodePipeline refuses the pipeline.",
    fix: "Give the action as many input and output artifacts as its provider takes and makes.",
    source: ARTIFACTS,
    evidence: Evidence::AnyVariant,
};

static TRIGGER_SOURCE: Rule = Rule {
    code: "pipelines/trigger-source",
    severity: Severity::Error,
    summary: "a trigger for a source action that the pipeline does not have",
    why: "CodePipeline refuses the pipeline.",
    fix: "Set `SourceActionName` to the name of a source action.",
    source: "https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_GitConfiguration.html",
    evidence: Evidence::AnyVariant,
};

/// How many artifacts actions of category and provider may have.
struct Counts {
    category: &'static str,
    provider: &'static str,
    inputs: (usize, usize),
    outputs: (usize, usize),
}

const fn counts(
    [category, provider]: [&'static str; 2],
    inputs: (usize, usize),
    outputs: (usize, usize),
) -> Counts {
    Counts {
        category,
        provider,
        inputs,
        outputs,
    }
}

/// Of providers with owner `AWS`, from the page of [`ARTIFACT_COUNT`].
static COUNTS: [Counts; 16] = [
    counts(["Source", "S3"], (0, 0), (1, 1)),
    counts(["Source", "CodeCommit"], (0, 0), (1, 1)),
    counts(["Source", "ECR"], (0, 0), (1, 1)),
    counts(["Source", "CodeStarSourceConnection"], (0, 0), (1, 1)),
    counts(["Build", "CodeBuild"], (1, 5), (0, 5)),
    counts(["Test", "CodeBuild"], (1, 5), (0, 5)),
    counts(["Test", "DeviceFarm"], (1, 1), (0, 0)),
    counts(["Approval", "Manual"], (0, 0), (0, 0)),
    counts(["Deploy", "S3"], (1, 1), (0, 0)),
    counts(["Deploy", "CloudFormation"], (0, 10), (0, 1)),
    counts(["Deploy", "CodeDeploy"], (1, 1), (0, 0)),
    counts(["Deploy", "ElasticBeanstalk"], (1, 1), (0, 0)),
    counts(["Deploy", "OpsWorks"], (1, 1), (0, 0)),
    counts(["Deploy", "ECS"], (1, 1), (0, 0)),
    counts(["Deploy", "ServiceCatalog"], (1, 1), (0, 0)),
    counts(["Invoke", "Lambda"], (0, 5), (0, 5)),
];

/// An action in the order of the pipeline.
struct Action<'m> {
    node: Node<'m>,
    stage: usize,
    order: i64,
}

impl<'m> Action<'m> {
    fn kind(&self, name: &str) -> Option<String> {
        let kind = self.node.get("ActionTypeId").get(name).text()?;
        Some(kind.into_owned())
    }

    fn artifacts(&self, list: &str) -> (Vec<(String, Node<'m>)>, bool) {
        let items = self.node.get(list).items();
        let mut is_exact = items.is_exact;
        let mut named = Vec::new();
        for item in items.nodes {
            let name = item.get("Name");
            match name.text() {
                Some(text) => named.push((text.into_owned(), name)),
                None => is_exact = false,
            }
        }
        (named, is_exact)
    }

    fn is_before(&self, other: &Self) -> bool {
        (self.stage, self.order) < (other.stage, other.order)
    }
}

fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    for pipeline in model.resources("AWS::CodePipeline::Pipeline") {
        let stages = pipeline.property("Stages").items();
        named_twice(report, &STAGE_TWICE, &stages.nodes, "stage");
        let mut actions = Vec::new();
        let mut is_exact = stages.is_exact;
        for (index, stage) in stages.nodes.iter().enumerate() {
            let items = stage.get("Actions").items();
            is_exact &= items.is_exact;
            named_twice(report, &ACTION_TWICE, &items.nodes, "action");
            for node in items.nodes {
                let order = node.get("RunOrder");
                let order = if order.is_absent() {
                    Some(1)
                } else {
                    order.integer()
                };
                is_exact &= order.is_some();
                actions.push(Action {
                    node,
                    stage: index,
                    order: order.unwrap_or(1),
                });
            }
        }
        for action in &actions {
            artifact_count(report, action);
        }
        if is_exact {
            source_first(report, &actions);
            artifacts(report, &actions);
            triggers(report, pipeline, &actions);
        }
    }
}

fn source_first<'m>(report: &mut Report<'m>, actions: &[Action<'m>]) {
    for action in actions {
        let Some(category) = action.kind("Category") else {
            continue;
        };
        let message = match (category.as_str(), action.stage) {
            ("Source", 0) => continue,
            ("Source", _) => "a source action after the first stage".to_owned(),
            (other, 0) => format!("an action of category {other} in the first stage"),
            _ => continue,
        };
        let place = action.node.get("ActionTypeId").get("Category").place();
        report.add(&SOURCE_FIRST, place, message);
    }
}

fn artifacts<'m>(report: &mut Report<'m>, actions: &[Action<'m>]) {
    let mut made: BTreeMap<String, Vec<&Action<'m>>> = BTreeMap::new();
    for action in actions {
        let (outputs, is_exact) = action.artifacts("OutputArtifacts");
        if !is_exact {
            return;
        }
        for (name, node) in outputs {
            let makers = made.entry(name.clone()).or_default();
            if !makers.is_empty() {
                let message = format!("another action also makes `{name}`");
                report.add(&OUTPUT_TWICE, node.place(), message);
            }
            makers.push(action);
        }
    }
    for action in actions {
        for (name, node) in action.artifacts("InputArtifacts").0 {
            let makers = made.get(&name).map_or(&[][..], Vec::as_slice);
            if !makers.iter().any(|maker| maker.is_before(action)) {
                let message = if makers.is_empty() {
                    format!("no action makes `{name}`")
                } else {
                    format!("`{name}` is made only at the same time or later")
                };
                report.add(&INPUT_MISSING, node.place(), message);
            }
        }
    }
}

fn artifact_count<'m>(report: &mut Report<'m>, action: &Action<'m>) {
    let (Some(category), Some(provider)) = (action.kind("Category"), action.kind("Provider"))
    else {
        return;
    };
    if action.kind("Owner").as_deref() != Some("AWS") {
        return;
    }
    let row = COUNTS
        .iter()
        .find(|row| row.category == category && row.provider == provider);
    let Some(row) = row else { return };
    for (list, what, (least, most)) in [
        ("InputArtifacts", "input", row.inputs),
        ("OutputArtifacts", "output", row.outputs),
    ] {
        let node = action.node.get(list);
        let items = node.items();
        let count = items.nodes.len();
        if !items.is_exact || (least..=most).contains(&count) {
            continue;
        }
        let allowed = if least == most {
            format!("{least}")
        } else {
            format!("{least} to {most}")
        };
        report.add(
            &ARTIFACT_COUNT,
            node.place(),
            format!("{count} {what} artifacts; {provider} has {allowed}"),
        );
    }
}

fn triggers<'m>(report: &mut Report<'m>, pipeline: Resource<'m>, actions: &[Action<'m>]) {
    let sources: Option<Vec<String>> = actions
        .iter()
        .filter(|action| action.kind("Category").as_deref() == Some("Source"))
        .map(|action| Some(action.node.get("Name").text()?.into_owned()))
        .collect();
    let Some(sources) = sources else { return };
    for trigger in pipeline.property("Triggers").present_items() {
        let name = trigger.get("GitConfiguration").get("SourceActionName");
        let Some(wanted) = name.text() else { continue };
        if !sources.iter().any(|source| *source == wanted) {
            let message = format!("no source action is named `{wanted}`");
            report.add(&TRIGGER_SOURCE, name.place(), message);
        }
    }
}
