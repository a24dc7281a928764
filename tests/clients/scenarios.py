"""What a stack's life is like, told by boto3.

    python scenarios.py ENDPOINT    on the local CloudFormation, started with --speed 0 --page-size 2
    python scenarios.py ministack   on ministack, which it starts

Prints a line for each scenario: that it holds, that it is not for this endpoint and why, or how it
fails.
"""

import json
import sys
import traceback

from botocore.exceptions import ClientError

import clouds
from stage import Stage, equal, exporting, importing, refused, template, text

SCENARIOS = []


def scenario(*needs):
    """A scenario, and what an endpoint has to model for it."""

    def add(function):
        SCENARIOS.append((function, needs))
        return function

    return add


@scenario()
def an_identity(stage):
    identity = stage.cloud.client(stage.account, "sts").get_caller_identity()
    equal(identity["Account"], stage.account)


@scenario()
def a_stack_lives_and_dies(stage):
    tags = [{"Key": "environment", "Value": "staging"}]
    outputs = {"Arn": {"Value": {"Ref": "Topic"}, "Description": "the topic"}}
    id = stage.create("life", template(outputs=outputs), Tags=tags)
    stack = stage.stack("life")
    equal((stack["StackStatus"], stack["StackId"], stack["Tags"]), ("CREATE_COMPLETE", id, tags))
    output = stack["Outputs"][0]
    equal((output["OutputKey"], output["Description"]), ("Arn", "the topic"))
    assert output["OutputValue"].startswith("arn:aws:sns:"), output
    assert f":{clouds.REGION}:{stage.account}:stack/life/" in id, id
    resource = stage.client.describe_stack_resource(StackName="life", LogicalResourceId="Topic")
    equal(resource["StackResourceDetail"]["PhysicalResourceId"], output["OutputValue"])
    equal(
        [item for item in stage.history("life") if item[1] != "CREATE_IN_PROGRESS"],
        [("Topic", "CREATE_COMPLETE"), ("life", "CREATE_COMPLETE")],
    )
    stage.delete("life")
    equal(stage.status(id), "DELETE_COMPLETE")
    with refused("ValidationError", "Stack with id life does not exist"):
        stage.stack("life")
    listed = stage.all("list_stacks", "StackSummaries", StackStatusFilter=["DELETE_COMPLETE"])
    equal([summary["StackId"] for summary in listed], [id])


@scenario()
def a_stack_is_updated(stage):
    stage.create("update", template(RetentionInDays=7))
    group = lambda: stage.client.describe_stack_resource(StackName="update", LogicalResourceId="Logs")
    before = group()["StackResourceDetail"]["PhysicalResourceId"]
    stage.update("update", template(RetentionInDays=14))
    equal(stage.status("update"), "UPDATE_COMPLETE")
    equal(group()["StackResourceDetail"]["PhysicalResourceId"], before)
    stage.update("update", template(("Topic", "Another")))
    listed = stage.all("list_stack_resources", "StackResourceSummaries", StackName="update")
    # What left the stack may still be listed, as deleted.
    there = {item["LogicalResourceId"] for item in listed if item["ResourceStatus"] != "DELETE_COMPLETE"}
    equal(there, {"Topic", "Another"})


@scenario()
def an_update_without_changes_is_refused(stage):
    stage.create("same", template())
    with refused("ValidationError", "No updates are to be performed."):
        stage.client.update_stack(StackName="same", TemplateBody=text(template()))


@scenario()
def a_name_is_taken_once(stage):
    stage.create("taken", template())
    with refused("AlreadyExistsException", "Stack [taken] already exists"):
        stage.create("taken", template())


@scenario()
def a_missing_stack_is_said(stage):
    for operation, more in [
        ("describe_stacks", {}),
        ("describe_stack_events", {}),
        ("get_template", {}),
        ("update_stack", {"TemplateBody": text(template())}),
    ]:
        with refused("ValidationError", "does not exist"):
            getattr(stage.client, operation)(StackName="missing", **more)
    stage.client.delete_stack(StackName="missing")


@scenario()
def templates_are_given_back(stage):
    body = {
        "Description": "A <topic> & more",
        "Parameters": {"Name": {"Type": "String", "Default": "a", "Description": "its name"}},
        **template(),
    }
    stage.create("template", body, Parameters=[{"ParameterKey": "Name", "ParameterValue": "b"}])
    equal(stage.client.get_template(StackName="template")["TemplateBody"], body)
    summary = stage.client.get_template_summary(StackName="template")
    equal(summary["ResourceTypes"], ["AWS::SNS::Topic"])
    equal([item["ParameterKey"] for item in summary["Parameters"]], ["Name"])
    validated = stage.client.validate_template(TemplateBody=text(body))
    equal(validated["Description"], body["Description"])
    equal(validated["Parameters"][0]["DefaultValue"], "a")
    equal(stage.stack("template")["Parameters"][0]["ParameterValue"], "b")


@scenario()
def a_change_set_creates_a_stack(stage):
    change_set = stage.change_set("made", template(RetentionInDays=7), kind="CREATE", Description="why")
    equal((change_set["Status"], change_set["ExecutionStatus"]), ("CREATE_COMPLETE", "AVAILABLE"))
    equal(change_set["Description"], "why")
    equal(stage.status("made"), "REVIEW_IN_PROGRESS")
    changes = [change["ResourceChange"] for change in change_set["Changes"]]
    equal({(item["Action"], item["LogicalResourceId"]) for item in changes}, {("Add", "Logs"), ("Add", "Topic")})
    stage.execute(change_set)
    equal(stage.status("made"), "CREATE_COMPLETE")


@scenario()
def a_change_set_replaces(stage):
    stage.create("replaced", template(RetentionInDays=7, LogGroupName="one"))
    stage.change_set("replaced", template((), RetentionInDays=7, LogGroupName="one"), name="removing")
    change_set = stage.change_set("replaced", template(RetentionInDays=7, LogGroupName="another"), name="replacing")
    change = change_set["Changes"][0]["ResourceChange"]
    equal((change["Action"], change["LogicalResourceId"]), ("Modify", "Logs"))
    listed = stage.all("list_change_sets", "Summaries", StackName="replaced")
    equal({item["ChangeSetName"] for item in listed}, {"removing", "replacing"})
    stage.client.delete_change_set(ChangeSetName="removing", StackName="replaced")
    stage.execute(change_set)
    resource = stage.client.describe_stack_resource(StackName="replaced", LogicalResourceId="Logs")
    equal(resource["StackResourceDetail"]["PhysicalResourceId"], "another")


@scenario("replacement")
def a_change_set_tells_what_is_replaced(stage):
    stage.create("told", template(RetentionInDays=7, LogGroupName="told"))
    change_set = stage.change_set("told", template(RetentionInDays=7, LogGroupName="another"), name="replacing")
    equal(change_set["Changes"][0]["ResourceChange"]["Replacement"], "True")
    change_set = stage.change_set("told", template((), RetentionInDays=14, LogGroupName="told"))
    changes = [change["ResourceChange"] for change in change_set["Changes"]]
    found = {(item["LogicalResourceId"], item["Action"], item.get("Replacement")) for item in changes}
    equal(found, {("Topic", "Remove", None), ("Logs", "Modify", "False")})
    stage.execute(change_set)
    equal(stage.stack("told")["ChangeSetId"], change_set["ChangeSetId"])


@scenario()
def a_change_set_without_changes_fails(stage):
    stage.create("empty", template())
    change_set = stage.change_set("empty", template())
    equal((change_set["Status"], change_set["ExecutionStatus"]), ("FAILED", "UNAVAILABLE"))
    # Clients look for either text: awscli/customizations/cloudformation/deployer.py.
    texts = ("The submitted information didn't contain changes.", "No updates are to be performed")
    assert change_set["StatusReason"].startswith(texts), change_set


@scenario("output changes")
def a_change_of_outputs_alone_is_one(stage):
    stage.create("outputs", template())
    body = template(outputs={"Arn": {"Value": {"Ref": "Topic"}}})
    change_set = stage.change_set("outputs", body)
    equal((change_set["Status"], change_set["Changes"]), ("CREATE_COMPLETE", []))
    stage.execute(change_set)
    equal(stage.stack("outputs")["Outputs"][0]["OutputKey"], "Arn")


@scenario("values")
def a_change_set_shows_values(stage):
    stage.create("values", template((), RetentionInDays=7))
    made = stage.change_set("values", template((), RetentionInDays=14))
    shown = stage.client.describe_change_set(ChangeSetName=made["ChangeSetId"], IncludePropertyValues=True)
    target = shown["Changes"][0]["ResourceChange"]["Details"][0]["Target"]
    equal((target["Path"], target["BeforeValue"], target["AfterValue"]), ("/Properties/RetentionInDays", "7", "14"))


@scenario()
def a_missing_change_set_is_said(stage):
    stage.create("none", template())
    with refused("ChangeSetNotFound", "ChangeSet [nothing] does not exist"):
        stage.client.describe_change_set(ChangeSetName="nothing", StackName="none")


@scenario()
def exports_are_listed_with_their_importers(stage):
    producer = stage.create("producer", exporting("shared"))
    stage.create("consumer", importing("shared"))
    exports = stage.all("list_exports", "Exports")
    equal([(item["Name"], item["ExportingStackId"]) for item in exports], [("shared", producer)])
    equal(stage.all("list_imports", "Imports", ExportName="shared"), ["consumer"])


@scenario("locks")
def exports_in_use_are_locked(stage):
    stage.create("producer", exporting("shared"))
    stage.create("consumer", importing("shared"))
    stage.delete("producer")
    stack = stage.stack("producer")
    equal(stack["StackStatus"], "CREATE_COMPLETE")
    equal(stack["StackStatusReason"], "Export shared cannot be deleted as it is in use by consumer")
    stage.client.update_stack(StackName="producer", TemplateBody=text(template()))
    stage.settle("producer")
    failed = stage.stack("producer")
    equal(failed["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
    reasons = [event.get("ResourceStatusReason", "") for event in stage.all("describe_stack_events", "StackEvents", StackName="producer")]
    assert any("shared" in reason and "consumer" in reason for reason in reasons), reasons
    stage.delete("consumer")
    stage.update("producer", template())
    equal(stage.all("list_exports", "Exports"), [])


@scenario("unique exports")
def an_export_has_one_stack(stage):
    stage.create("first", exporting("shared"))
    stage.create("second", exporting("shared"))
    equal(stage.status("second"), "ROLLBACK_COMPLETE")


@scenario()
def an_import_of_nothing_fails(stage):
    try:
        id = stage.create("consumer", importing("nothing"))
    except ClientError as error:
        equal(error.response["Error"]["Code"], "ValidationError")
        assert "No export named nothing found" in str(error), error
    else:
        equal(stage.status(id), "ROLLBACK_COMPLETE")


@scenario()
def a_protected_stack_is_not_deleted(stage):
    stage.create("protected", template(), EnableTerminationProtection=True)
    assert stage.stack("protected")["EnableTerminationProtection"]
    with refused("ValidationError", "TerminationProtection is enabled"):
        stage.client.delete_stack(StackName="protected")
    stage.client.update_termination_protection(StackName="protected", EnableTerminationProtection=False)
    stage.delete("protected")


@scenario("policies")
def a_policy_is_enforced(stage):
    policy = {
        "Statement": [
            {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"},
            {"Effect": "Deny", "Action": "Update:Delete", "Principal": "*", "Resource": "LogicalResourceId/Topic"},
        ]
    }
    stage.create("guarded", template(("Topic", "Another")), StackPolicyBody=json.dumps(policy))
    equal(json.loads(stage.client.get_stack_policy(StackName="guarded")["StackPolicyBody"]), policy)
    stage.update("guarded", template(("Another",)))
    equal(stage.status("guarded"), "UPDATE_ROLLBACK_COMPLETE")
    policy["Statement"].pop()
    stage.client.set_stack_policy(StackName="guarded", StackPolicyBody=json.dumps(policy))
    stage.update("guarded", template(("Another",)))
    equal(stage.status("guarded"), "UPDATE_COMPLETE")


@scenario("capabilities")
def capabilities_are_asked_for(stage):
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
    role = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "role", "AssumeRolePolicyDocument": trust}}
    body = {"Resources": {"Role": role}}
    with refused("InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_NAMED_IAM]"):
        stage.create("role", body)
    stage.create("role", body, Capabilities=["CAPABILITY_NAMED_IAM"])
    equal(stage.stack("role")["Capabilities"], ["CAPABILITY_NAMED_IAM"])


@scenario("time")
def a_busy_stack_is_left_alone(stage):
    stage.client.create_stack(StackName="busy", TemplateBody=text(template()))
    equal(stage.status("busy"), "CREATE_IN_PROGRESS")
    with refused("ValidationError", "is in CREATE_IN_PROGRESS state and can not be updated"):
        stage.client.update_stack(StackName="busy", TemplateBody=text(template(("Topic", "Another"))))
    stage.cloud.order("advance", {"events": 100})
    equal(stage.status("busy"), "CREATE_COMPLETE")


@scenario("faults")
def a_failed_creation_is_rolled_back(stage):
    stage.cloud.order(
        "fail",
        {"stack": "failing", "logicalId": "Topic", "on": "create", "effect": {"fail": {"reason": "the quota is used up"}}},
    )
    stage.create("failing", template(RetentionInDays=7))
    equal(stage.status("failing"), "ROLLBACK_COMPLETE")
    events = stage.all("describe_stack_events", "StackEvents", StackName="failing")
    failed = [event for event in events if event["ResourceStatus"] == "CREATE_FAILED"]
    assert any("the quota is used up" in event["ResourceStatusReason"] for event in failed), failed
    with refused("ValidationError", "is in ROLLBACK_COMPLETE state and can not be updated"):
        stage.client.update_stack(StackName="failing", TemplateBody=text(template()))
    stage.delete("failing")


@scenario("faults")
def a_stuck_rollback_is_continued(stage):
    stage.create("stuck", template((), RetentionInDays=7))
    reason = {"effect": {"fail": {"reason": "not now"}}, "stack": "stuck", "times": 1}
    stage.cloud.order("fail", {**reason, "logicalId": "Logs", "on": "rollback"})
    stage.cloud.order("fail", {**reason, "logicalId": "Topic", "on": "create"})
    body = template(RetentionInDays=14)
    body["Resources"]["Topic"]["DependsOn"] = "Logs"
    stage.update("stuck", body)
    equal(stage.status("stuck"), "UPDATE_ROLLBACK_FAILED")
    stage.client.continue_update_rollback(StackName="stuck")
    stage.settle("stuck")
    equal(stage.status("stuck"), "UPDATE_ROLLBACK_COMPLETE")


@scenario("faults")
def drift_is_found(stage):
    stage.create("drift", template(RetentionInDays=7))
    stage.cloud.order(
        "tamper",
        {
            "account": stage.account,
            "region": clouds.REGION,
            "stack": "drift",
            "logicalId": "Logs",
            "tamper": {"change": {"property": "RetentionInDays", "value": 1}},
        },
    )
    detection = stage.client.detect_stack_drift(StackName="drift")["StackDriftDetectionId"]
    stage.settle("drift")
    found = stage.client.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
    equal((found["StackDriftStatus"], found["DriftedStackResourceCount"]), ("DRIFTED", 1))
    drifts = stage.client.describe_stack_resource_drifts(
        StackName="drift", StackResourceDriftStatusFilters=["MODIFIED"]
    )["StackResourceDrifts"]
    difference = drifts[0]["PropertyDifferences"][0]
    equal((difference["ExpectedValue"], difference["ActualValue"]), ("7", "1"))


@scenario("pages")
def lists_come_in_pages(stage):
    names = [f"stack-{number}" for number in range(5)]
    for name in names:
        stage.create(name, template())
    first = stage.client.describe_stacks()
    equal(len(first["Stacks"]), 2)
    equal({item["StackName"] for item in stage.all("describe_stacks", "Stacks")}, set(names))
    body = template([f"Topic{number}" for number in range(5)])
    stage.update("stack-0", body)
    changes = stage.change_set("stack-0", template(()) | template(("Last",)))
    paged = stage.all("describe_change_set", "Changes", ChangeSetName=changes["ChangeSetId"])
    equal(len(paged), 6)


@scenario("validation")
def requests_are_validated(stage):
    with refused("ValidationError", "Value '1.5' at 'stackName' failed to satisfy constraint"):
        stage.client.describe_stacks(StackName="1.5")
    with refused("ValidationError", "Value null at 'stackName' failed to satisfy constraint"):
        stage.client.delete_stack()
    with refused("ValidationError", "Either Template URL or Template Body must be specified."):
        stage.client.create_stack(StackName="a")


@scenario("expiry")
def credentials_expire(stage):
    old = stage.cloud.client(stage.account, token="old")
    old.describe_stacks()
    stage.cloud.order("expire")
    with refused("ExpiredToken"):
        old.describe_stacks()
    stage.cloud.client(stage.account, token="new").describe_stacks()


@scenario()
def waiters_wait(stage):
    stage.client.create_stack(StackName="waited", TemplateBody=text(template()))
    stage.settle("waited")
    patience = {"Delay": 0, "MaxAttempts": 1}
    stage.client.get_waiter("stack_exists").wait(StackName="waited", WaiterConfig=patience)
    stage.client.get_waiter("stack_create_complete").wait(StackName="waited", WaiterConfig=patience)
    stage.update("waited", template(("Another",)))
    stage.client.get_waiter("stack_update_complete").wait(StackName="waited", WaiterConfig=patience)
    stage.delete("waited")
    stage.client.get_waiter("stack_delete_complete").wait(StackName="waited", WaiterConfig=patience)


def run(cloud):
    failed = 0
    for place, (function, needs) in enumerate(SCENARIOS):
        name = function.__name__.replace("_", " ")
        lacking = [cloud.lacks[need] for need in needs if need in cloud.lacks]
        if lacking:
            print(f"skipped  {name}: {'; '.join(lacking)}")
            continue
        try:
            # An account of its own, so that scenarios know nothing of each other.
            function(Stage(cloud, f"{111122220000 + place:012}"))
        except Exception:
            failed += 1
            print(f"FAILED   {name}\n{traceback.format_exc()}")
        else:
            print(f"holds    {name}")
    return 1 if failed else 0


def main(where):
    if where == "ministack":
        with clouds.ministack() as cloud:
            return run(cloud)
    return run(clouds.Local(where))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
