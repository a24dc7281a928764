"""Programs that deploy, as their users run them, and the stacks that they leave.

The endpoint is started with `--speed 1000000`: programs wait in real time between two looks, so everything has to be over at
the first.
"""

import os
import subprocess
import sys

import boto3

ACCOUNT = "111122223333"
REGION = "eu-central-1"


class Programs:
    """Programs with a home folder of their own, and no network but the endpoint."""

    def __init__(self, endpoint, home):
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": home,
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            # Nothing listens there.
            "HTTPS_PROXY": "http://127.0.0.1:9",
            "HTTP_PROXY": "http://127.0.0.1:9",
            "NO_PROXY": "127.0.0.1",
        }

    def run(self, *command, fails=None, folder=None, **environment):
        """The standard output of a command that succeeds, or that fails with a part of this text."""
        done = subprocess.run(
            command,
            cwd=folder,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        said = done.stdout + done.stderr
        wrong = done.returncode == 0 if fails else done.returncode != 0
        if wrong or (fails and fails not in said):
            sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{said}")
        return done.stdout


def stacks(endpoint):
    """Every stack, one thing a line. A parameter or a property that is another stack's output is shown as that."""
    session = boto3.Session(ACCOUNT, "secret", region_name=REGION)
    client = session.client("cloudformation", endpoint_url=endpoint)

    def all(operation, key, **arguments):
        pages = client.get_paginator(operation).paginate(**arguments)
        return [item for page in pages for item in page[key]]

    found = sorted(all("describe_stacks", "Stacks"), key=lambda stack: stack["StackName"])
    outputs = {
        output["OutputValue"]: f"{stack['StackName']}.{output['OutputKey']}"
        for stack in found
        for output in stack.get("Outputs", [])
    }
    lines = []
    for stack in found:
        name = stack["StackName"]
        tags = [f"{tag['Key']}={tag['Value']}" for tag in stack["Tags"]]
        lines.append(" ".join([name, stack["StackStatus"], *tags]))
        for parameter in stack.get("Parameters", []):
            value = parameter["ParameterValue"]
            lines.append(f"  parameter {parameter['ParameterKey']}: {outputs.get(value, value)}")
        for resource in all("list_stack_resources", "StackResourceSummaries", StackName=name):
            known = (resource["LogicalResourceId"], resource["ResourceType"], resource["ResourceStatus"])
            lines.append("  " + " ".join(known))
        for output in stack.get("Outputs", []):
            export = output.get("ExportName")
            lines.append(f"  output {output['OutputKey']}" + (f", exported as {export}" if export else ""))
    return "\n".join(lines) if lines else "no stacks"
