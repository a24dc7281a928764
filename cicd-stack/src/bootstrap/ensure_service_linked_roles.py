import time

import boto3
import cfnresponse
from botocore.exceptions import ClientError

iam = boto3.client("iam")


def ensure(service):
    try:
        iam.create_service_linked_role(AWSServiceName=service)
    except iam.exceptions.InvalidInputException as error:
        # What IAM says of a role that is there already.
        if "has been taken" not in str(error):
            raise


def patiently(act, service):
    # A role that was made a moment ago is not known everywhere yet.
    for attempt in range(6):
        try:
            return act(service)
        except ClientError as error:
            if error.response["Error"]["Code"] != "AccessDenied" or attempt == 5:
                raise
            time.sleep(5)


def handler(event, context):
    # CloudFormation waits an hour for an answer: whatever happens, give one.
    name = "service-linked-roles"
    try:
        # The roles stay: whatever else is in the account may need them.
        if event["RequestType"] != "Delete":
            for service in event["ResourceProperties"]["Services"]:
                patiently(ensure, service)
        cfnresponse.send(event, context, cfnresponse.SUCCESS, {}, name)
    except Exception as error:
        cfnresponse.send(event, context, cfnresponse.FAILED, {}, name, reason=str(error))
