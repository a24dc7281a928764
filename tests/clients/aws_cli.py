"""What people type, on the local CloudFormation, started with `--speed 1000000`.

    python aws_cli.py ENDPOINT

The command line waits in real time between two looks, so everything has to be over at the first.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

AWS = Path(sys.executable).with_name("aws")
TEMPLATE = {
    "Parameters": {"Days": {"Type": "Number", "Default": "7"}},
    "Resources": {
        "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": {"Ref": "Days"}}},
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                            "Action": "sts:AssumeRole",
                        }
                    ],
                }
            },
        },
    },
    "Outputs": {"Logs": {"Value": {"Ref": "Logs"}, "Export": {"Name": "logs"}}},
}


def main(endpoint):
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": folder,
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": "111122223333",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_REGION": "eu-central-1",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

        def aws(*arguments, fails=None):
            done = subprocess.run(
                [AWS, *arguments], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
            )
            said = done.stdout + done.stderr
            wrong = done.returncode == 0 if fails else done.returncode != 0
            if wrong or (fails and fails not in said):
                sys.exit(f"aws {' '.join(arguments)} ended with {done.returncode}:\n{said}")
            return done.stdout

        template = Path(folder, "template.json")
        template.write_text(json.dumps(TEMPLATE))
        deploy = ["cloudformation", "deploy", "--stack-name", "logs", "--template-file", str(template)]
        deploy += ["--tags", "environment=staging", "--capabilities", "CAPABILITY_IAM"]
        described = ["cloudformation", "describe-stacks", "--stack-name", "logs", "--output", "text", "--query"]
        said = []

        aws(*deploy[:6], fails="InsufficientCapabilities")
        aws(*deploy)
        said.append(aws(*described, "Stacks[0].[StackStatus,Parameters[0].ParameterValue,Tags[0].Value]"))
        aws(*deploy, "--parameter-overrides", "Days=14")
        said.append(aws(*described, "Stacks[0].[StackStatus,Parameters[0].ParameterValue,Tags[0].Value]"))
        said.append(aws(*deploy, "--no-fail-on-empty-changeset"))
        said.append(aws("cloudformation", "list-exports", "--query", "Exports[].Name", "--output", "text"))
        events = json.loads(aws("cloudformation", "describe-stack-events", "--stack-name", "logs"))["StackEvents"]
        last = events[0]
        said.append(f"{last['LogicalResourceId']} {last['ResourceStatus']}\n")
        aws("cloudformation", "delete-stack", "--stack-name", "logs")
        aws("cloudformation", "wait", "stack-delete-complete", "--stack-name", "logs")
        print("".join(said), end="")
        return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
