"""Sends values that botocore's service model rules out, one at a time, and checks that each is refused.

    python check_constraints.py URL

Bounds of lengths and numbers, patterns and enumerations are those of the model; so every operation and every member that
the endpoint knows is tried, without a list of them here.
"""

import sys
import urllib.error
import urllib.parse
import urllib.request
from xml.etree import ElementTree

import botocore.session

AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=111122223333/20260203/eu-central-1/cloudformation/aws4_request, "
    "SignedHeaders=host, Signature=0f"
)


def right(shape):
    """A value that the model allows, as a text."""
    if getattr(shape, "enum", None):
        return shape.enum[0]
    return {"boolean": "true", "integer": "1"}.get(shape.type_name, "a")


def flat(name, shape):
    """Right values of a member and of all that it requires, as the names and values of a form."""
    if shape.type_name == "list":
        return flat(f"{name}.member.1", shape.member)
    if shape.type_name == "structure":
        required = [item for key in shape.required_members for item in flat(f"{name}.{key}", shape.members[key]).items()]
        return dict(required)
    if shape.type_name == "map":
        return {f"{name}.entry.1.key": "a", f"{name}.entry.1.value": "a"}
    return {name: right(shape)}


def wrong(name, shape):
    """Values that the model rules out, each with a word for what is wrong with it."""
    metadata = shape.metadata
    if shape.type_name == "string":
        if getattr(shape, "enum", None):
            yield "enumeration", {name: "NO_SUCH_VALUE"}
        if metadata.get("min", 0) > 0:
            yield "too short", {name: "a" * (metadata["min"] - 1)}
        if "max" in metadata:
            yield "too long", {name: "a" * (metadata["max"] + 1)}
        if "pattern" in metadata:
            yield "pattern", {name: "_ no name"}
    elif shape.type_name == "integer":
        if "min" in metadata and metadata["min"] > 0:
            yield "too small", {name: str(metadata["min"] - 1)}
        if "max" in metadata:
            yield "too large", {name: str(metadata["max"] + 1)}
    elif shape.type_name == "list":
        if "max" in metadata:
            many = {}
            for index in range(metadata["max"] + 1):
                many.update(flat(f"{name}.member.{index + 1}", shape.member))
            yield "too many", many
        yield from wrong(f"{name}.member.1", shape.member)
    elif shape.type_name == "structure":
        for key, member in shape.members.items():
            for what, form in wrong(f"{name}.{key}", member):
                yield what, {**flat(name, shape), **form}


def call(url, action, form):
    """The status, the code and the message of an answer."""
    form = {"Action": action, "Version": "2010-05-15", **form}
    request = urllib.request.Request(url, urllib.parse.urlencode(form).encode(), {"Authorization": AUTHORIZATION})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, "", ""
    except urllib.error.HTTPError as error:
        found = ElementTree.fromstring(error.read())
        text = {child.tag.rpartition("}")[2]: child.text for child in found[0]}
        return error.code, text["Code"], text["Message"]


def main(url):
    service = botocore.session.get_session().get_service_model("cloudformation")
    refused, not_modelled, faults = 0, set(), []
    for name in service.operation_names:
        if call(url, name, {})[1] == "InvalidAction":
            continue
        shape = service.operation_model(name).input_shape
        required = {}
        for key in shape.required_members if shape else []:
            required.update(flat(key, shape.members[key]))
        for key, member in shape.members.items() if shape else []:
            for what, form in wrong(key, member):
                others = {other: value for other, value in required.items() if other.split(".")[0] != key}
                status, code, message = call(url, name, {**others, **form})
                if (status, code) == (400, "ValidationError") and "failed to satisfy constraint" in message:
                    refused += 1
                elif (status, code) == (501, "NotImplemented"):
                    not_modelled.add(f"{name}.{key}")
                else:
                    faults.append(f"{name}: {key}, {what}: {status} {code} {message}")
    print(*faults, sep="\n", file=sys.stderr)
    print(f"{refused} wrong values refused; not modelled: {', '.join(sorted(not_modelled)) or 'none'}")
    return 1 if faults or not refused else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
