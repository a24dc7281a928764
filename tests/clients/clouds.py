"""The endpoints that scenarios run on: the local CloudFormation, and one that isn't ours."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import boto3
from botocore.config import Config

import service_model

REGION = "eu-central-1"


class Cloud:
    """An endpoint. `lacks` says what it does not model, and so which scenarios are not for it."""

    lacks = {}

    def __init__(self, endpoint):
        self.endpoint = endpoint

    def client(self, account, service="cloudformation", token=None):
        # Answers are judged as they come: nothing is tried again.
        config = Config(retries={"total_max_attempts": 1}, parameter_validation=False)
        return boto3.Session(account, "secret", token, region_name=REGION).client(
            service, endpoint_url=self.endpoint, config=config
        )


class Local(Cloud):
    """Ours, started with `--speed 0`: time passes when it is told to."""

    def client(self, account, service="cloudformation", token=None):
        client = super().client(account, service, token)
        client.meta.events.register("after-call", _check)
        return client

    def settle(self, _client, _stack):
        """Lets everything happen that is under way."""
        self.order("advance", {"untilIdle": True})

    def order(self, name, body=None):
        request = urllib.request.Request(
            f"{self.endpoint}/_local/{name}", json.dumps(body or {}).encode(), method="POST"
        )
        try:
            with urllib.request.urlopen(request) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{name} is refused: {error.read().decode()}") from None


class Ministack(Cloud):
    """https://pypi.org/project/ministack/"""

    lacks = {
        "time": "nothing takes time",
        "faults": "nothing fails when it is told to",
        "locks": "exports in use are changed and removed",
        "unique exports": "two stacks export one name",
        "capabilities": "capabilities are not asked for",
        "policies": "stack policies are not enforced",
        "output changes": "changes of outputs alone are no changes",
        "replacement": "change sets call every replacement Conditional",
        "values": "change sets show no values",
        "pages": "pages have no limit that can be set",
        "validation": "requests are not validated as AWS's front door does",
        "expiry": "credentials don't expire",
    }

    def settle(self, client, stack):
        """Waits for what runs in the background."""
        while client.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"].endswith("IN_PROGRESS"):
            time.sleep(0.01)


def _check(http_response, parsed, model, **_):
    if http_response.status_code < 300:
        found = service_model.problems(model, http_response.content)
    else:
        service = model.service_model
        found = service_model.error_problems(service, http_response.status_code, http_response.content)
    if found:
        raise AssertionError(f"the answer to {model.name} is not one: " + "; ".join(found))


@contextmanager
def ministack():
    """Starts it, in a process group of its own, and ends all of it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [Path(sys.executable).with_name("ministack")],
        env={**os.environ, "BIND_HOST": "127.0.0.1", "MINISTACK_HOST": "127.0.0.1", "GATEWAY_PORT": str(port)},
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        said = []
        for line in process.stdout:
            said.append(line)
            if "Ready" in line:
                break
        else:
            raise RuntimeError("ministack does not start:\n" + "".join(said))
        yield Ministack(f"http://127.0.0.1:{port}")
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
