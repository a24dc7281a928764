import boto3
import cfnresponse

iam = boto3.client("iam")


def ensure(service):
    try:
        iam.create_service_linked_role(AWSServiceName=service)
    except iam.exceptions.InvalidInputException as error:
        # What IAM says of a role that is there already.
        if "has been taken" not in str(error):
            raise


def handler(event, context):
    # CloudFormation waits an hour for an answer: whatever happens, give one.
    name = "service-linked-roles"
    try:
        # The roles stay: whatever else is in the account may need them.
        if event["RequestType"] != "Delete":
            for service in event["ResourceProperties"]["Services"]:
                ensure(service)
        cfnresponse.send(event, context, cfnresponse.SUCCESS, {}, name)
    except Exception as error:
        cfnresponse.send(event, context, cfnresponse.FAILED, {}, name, reason=str(error))
