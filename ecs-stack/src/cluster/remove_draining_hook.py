import time

import boto3
import cfnresponse
from botocore.exceptions import ClientError

autoscaling = boto3.client("autoscaling")


def remove(group):
    # Outstanding terminations are completed with CONTINUE, later ones don't wait.
    for attempt in range(6):
        try:
            return autoscaling.delete_lifecycle_hook(
                AutoScalingGroupName=group,
                LifecycleHookName="ecs-managed-draining-termination-hook",
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            # There is no such hook or group: a creation failed before they were made.
            if code == "ValidationError":
                return None
            if code not in ("AccessDenied", "ResourceContention") or attempt == 5:
                raise
            time.sleep(5)


def handler(event, context):
    group = event["ResourceProperties"]["AutoScalingGroupName"]
    try:
        if event["RequestType"] == "Delete":
            remove(group)
    except Exception as error:
        # Without it the deletion is slow. Refused, it would be stuck.
        print(f"the draining hook of {group} stays: {error}")
    cfnresponse.send(event, context, cfnresponse.SUCCESS, {}, f"{group}-draining-hook")
