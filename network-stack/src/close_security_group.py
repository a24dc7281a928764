import time

import boto3
import cfnresponse
from botocore.exceptions import ClientError

ec2 = boto3.client("ec2")


def close(group):
    found = ec2.get_paginator("describe_security_group_rules").paginate(
        Filters=[{"Name": "group-id", "Values": [group]}]
    )
    rules = [rule for page in found for rule in page["SecurityGroupRules"]]
    for egress, revoke in (
        (False, ec2.revoke_security_group_ingress),
        (True, ec2.revoke_security_group_egress),
    ):
        ids = [r["SecurityGroupRuleId"] for r in rules if r["IsEgress"] == egress]
        if ids:
            revoke(GroupId=group, SecurityGroupRuleIds=ids)


def patiently(act, group):
    # A role that was made a moment ago is not known everywhere yet.
    for attempt in range(6):
        try:
            return act(group)
        except ClientError as error:
            if error.response["Error"]["Code"] != "UnauthorizedOperation" or attempt == 5:
                raise
            time.sleep(5)


def handler(event, context):
    # CloudFormation waits an hour for an answer: whatever happens, give one.
    group = event["ResourceProperties"]["GroupId"]
    name = f"{group}-closed"
    try:
        # The group goes with its network; there is nothing to open again.
        if event["RequestType"] != "Delete":
            patiently(close, group)
        cfnresponse.send(event, context, cfnresponse.SUCCESS, {}, name)
    except Exception as error:
        cfnresponse.send(event, context, cfnresponse.FAILED, {}, name, reason=str(error))
