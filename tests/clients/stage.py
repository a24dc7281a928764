"""The words that scenarios are told in."""

import json

from botocore.exceptions import ClientError


class Stage:
    """One account of one endpoint, with the words that scenarios use."""

    def __init__(self, cloud, account):
        self.cloud, self.account = cloud, account
        self.client = cloud.client(account)

    def stack(self, name):
        return self.client.describe_stacks(StackName=name)["Stacks"][0]

    def status(self, name):
        return self.stack(name)["StackStatus"]

    def settle(self, name):
        self.cloud.settle(self.client, name)

    def create(self, name, body, **more):
        id = self.client.create_stack(StackName=name, TemplateBody=text(body), **more)["StackId"]
        self.settle(id)
        return id

    def update(self, name, body, **more):
        self.client.update_stack(StackName=name, TemplateBody=text(body), **more)
        self.settle(name)

    def delete(self, name):
        id = self.stack(name)["StackId"]
        self.client.delete_stack(StackName=name)
        self.settle(id)
        return id

    def change_set(self, stack, body, name="change", kind="UPDATE", **more):
        answer = self.client.create_change_set(
            StackName=stack, ChangeSetName=name, ChangeSetType=kind, TemplateBody=text(body), **more
        )
        if "time" not in self.cloud.lacks:
            self.settle(stack)
        return self.client.describe_change_set(ChangeSetName=answer["Id"])

    def execute(self, change_set):
        self.client.execute_change_set(ChangeSetName=change_set["ChangeSetId"])
        self.settle(change_set["StackId"])

    def all(self, operation, key, **more):
        pages = self.client.get_paginator(operation).paginate(**more)
        return [item for page in pages for item in page[key]]

    def history(self, stack):
        """What happened, oldest first."""
        events = self.all("describe_stack_events", "StackEvents", StackName=stack)
        return [(event["LogicalResourceId"], event["ResourceStatus"]) for event in reversed(events)]


def text(body):
    return body if isinstance(body, str) else json.dumps(body)


def template(resources=("Topic",), outputs=None, **properties):
    """A template of topics, and of one log group with properties."""
    declared = {id: {"Type": "AWS::SNS::Topic"} for id in resources}
    if properties:
        declared["Logs"] = {"Type": "AWS::Logs::LogGroup", "Properties": properties}
    return {"Resources": declared, **({"Outputs": outputs} if outputs else {})}


def exporting(name, **more):
    return template(outputs={"Topic": {"Value": {"Ref": "Topic"}, "Export": {"Name": name}}, **more})


def importing(name):
    return {
        "Resources": {
            "Parameter": {
                "Type": "AWS::SSM::Parameter",
                "Properties": {"Type": "String", "Value": {"Fn::ImportValue": name}},
            }
        }
    }


class refused:
    """What is inside is refused, with a code and a part of the text."""

    def __init__(self, code, part=""):
        self.code, self.part = code, part

    def __enter__(self):
        return self

    def __exit__(self, kind, error, _):
        assert kind is not None, f"not refused with {self.code}"
        if not issubclass(kind, ClientError):
            return False
        found = error.response["Error"]
        assert found["Code"] == self.code and self.part in found["Message"], f"refused with {found}"
        return True


def equal(found, wanted):
    assert found == wanted, f"{found!r}, not {wanted!r}"
