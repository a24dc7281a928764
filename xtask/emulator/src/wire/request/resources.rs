//! Requests about a stack's resources: what happened to them, how they are, whether they drifted.

use cloudformation::ResourceDriftStatus;

use super::statuses;
use crate::api::Action;
use crate::wire::error;
use crate::wire::reader::Reader;
use crate::wire::rule;

const SIGNALS: &[(&str, bool)] = &[("SUCCESS", true), ("FAILURE", false)];

pub(super) fn events(reader: &mut Reader<'_>) -> Action {
    Action::DescribeStackEvents {
        stack: reader.required("StackName", &rule::STACK),
        next: reader.optional("NextToken", &rule::NEXT_TOKEN),
    }
}

/// Which of the three is there is checked where they are looked up.
pub(super) fn operation_events(reader: &mut Reader<'_>) -> Action {
    Action::DescribeEvents {
        stack: reader.optional("StackName", &rule::STACK),
        change_set: reader.optional("ChangeSetName", &rule::CHANGE_SET),
        operation: reader.optional("OperationId", &rule::OPERATION),
        failed: reader.flag("Filters.FailedEvents").unwrap_or(false),
        next: reader.optional("NextToken", &rule::NEXT_TOKEN),
    }
}

pub(super) fn describe_one(reader: &mut Reader<'_>) -> Action {
    Action::DescribeStackResources {
        stack: reader.required("StackName", &rule::STACK),
        logical_id: Some(reader.required("LogicalResourceId", &rule::ANY)),
    }
}

pub(super) fn describe(reader: &mut Reader<'_>) -> Action {
    reader.not_modelled(&["PhysicalResourceId"]);
    let stack = reader.optional("StackName", &rule::STACK);
    if stack.is_none() {
        reader.refuse(error::validation(
            "Either StackName or PhysicalResourceId must be specified.",
        ));
    }
    Action::DescribeStackResources {
        stack: stack.unwrap_or_default(),
        logical_id: reader.optional("LogicalResourceId", &rule::ANY),
    }
}

pub(super) fn list(reader: &mut Reader<'_>) -> Action {
    Action::ListStackResources {
        stack: reader.required("StackName", &rule::STACK),
        next: reader.optional("NextToken", &rule::NEXT_TOKEN),
    }
}

pub(super) fn detect_drift(reader: &mut Reader<'_>) -> Action {
    reader.not_modelled(&["LogicalResourceIds"]);
    Action::DetectStackDrift {
        stack: reader.required("StackName", &rule::STACK),
    }
}

pub(super) fn drift_detection(reader: &mut Reader<'_>) -> Action {
    Action::DescribeStackDriftDetectionStatus {
        detection: reader.required("StackDriftDetectionId", &rule::DETECTION),
    }
}

/// `MaxResults` has no effect: how much is on a page is the server's to say, and clients follow
/// its tokens.
pub(super) fn drifts(reader: &mut Reader<'_>) -> Action {
    reader.number("MaxResults", 1..=100);
    reader.count("StackResourceDriftStatusFilters", 1..=4);
    // No resource has these two here.
    let other = ["UNKNOWN", "UNSUPPORTED"].map(ResourceDriftStatus::from);
    let known = [ResourceDriftStatus::ALL, &other].concat();
    Action::DescribeStackResourceDrifts {
        stack: reader.required("StackName", &rule::STACK),
        statuses: statuses(reader, "StackResourceDriftStatusFilters", &known),
        next: reader.optional("NextToken", &rule::NEXT_TOKEN),
    }
}

pub(super) fn signal(reader: &mut Reader<'_>) -> Action {
    Action::SignalResource {
        stack: reader.required("StackName", &rule::STACK),
        logical_id: reader.required("LogicalResourceId", &rule::ANY),
        unique_id: reader.required("UniqueId", &rule::SIGNAL),
        success: reader
            .required_choice("Status", SIGNALS)
            .unwrap_or_default(),
    }
}
