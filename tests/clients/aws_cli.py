"""What people type, on the local CloudFormation.

    python aws_cli.py ENDPOINT
"""

import json
import sys
import tempfile
from pathlib import Path

from programs import Programs, stacks

AWS = Path(sys.executable).with_name("aws")
TEMPLATE = """\
AWSTemplateFormatVersion: 2010-09-09
Description: >
  Logs, and who
  writes them
Parameters:
  Days: {Type: Number, Default: 7} # a week
Resources:
  Logs:
    Type: AWS::Logs::LogGroup
    Properties:
      RetentionInDays: !Ref Days
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Principal: {Service: !Sub 'ecs-tasks.${AWS::URLSuffix}'}
            Action: sts:AssumeRole
Outputs:
  Logs:
    Value: !Ref Logs
    Export: {Name: logs}
"""


def main(endpoint):
    with tempfile.TemporaryDirectory() as folder:
        programs = Programs(endpoint, folder)

        def aws(*arguments, **expected):
            return programs.run(AWS, *arguments, **expected)

        def cloudformation(verb, *arguments, **expected):
            return aws("cloudformation", verb, "--stack-name", "logs", *arguments, **expected)

        def wait(state, *arguments):
            aws("cloudformation", "wait", state, "--stack-name", "logs", *arguments)

        def status():
            query = "Stacks[0].[StackStatus,Parameters[0].ParameterValue,Tags[0].Value]"
            return cloudformation("describe-stacks", "--output", "text", "--query", query)

        template = Path(folder, "template.yaml")
        template.write_text(TEMPLATE)
        file = ("--template-file", str(template))
        body = ("--template-body", f"file://{template}")
        acknowledged = ("--tags", "environment=staging", "--capabilities", "CAPABILITY_IAM")
        said = []

        summary = json.loads(aws("cloudformation", "validate-template", *body))
        said.append(f"{summary['Description'].strip()}: {', '.join(summary['Capabilities'])}\n")
        cloudformation("deploy", *file, fails="InsufficientCapabilities")
        cloudformation("deploy", *file, *acknowledged)
        said.append(status())
        cloudformation("deploy", *file, *acknowledged, "--parameter-overrides", "Days=14")
        said.append(status())
        said.append(cloudformation("deploy", *file, *acknowledged, "--no-fail-on-empty-changeset"))
        said.append(aws("cloudformation", "list-exports", "--query", "Exports[].Name", "--output", "text"))
        last = json.loads(cloudformation("describe-stack-events"))["StackEvents"][0]
        said.append(f"{last['LogicalResourceId']} {last['ResourceStatus']}\n")
        kept = json.loads(cloudformation("get-template"))["TemplateBody"]
        said.append(f"the template is {'' if kept == TEMPLATE else 'not '}kept as it was sent\n")
        cloudformation("delete-stack")
        wait("stack-delete-complete")

        # A change set of one name for every deployment, as pipelines create it.
        template.write_text(TEMPLATE.replace("Default: 7", "Default: 30"))
        parameters = ("--change-set-name", "pipeline")
        for kind, done in (("CREATE", "stack-create-complete"), ("UPDATE", "stack-update-complete")):
            cloudformation("create-change-set", *parameters, "--change-set-type", kind, *body, *acknowledged[2:])
            wait("change-set-create-complete", *parameters)
            changes = ("--output", "text", "--query", "Changes[].ResourceChange.[Action,LogicalResourceId]")
            said.append(cloudformation("describe-change-set", *parameters, *changes))
            cloudformation("execute-change-set", *parameters)
            wait(done)
            template.write_text(TEMPLATE)
        print("".join(said) + stacks(endpoint))
        cloudformation("delete-stack")
        wait("stack-delete-complete")
        print(stacks(endpoint))
        return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
