"""Whether an answer is one that the service model knows.

Clients are lenient: an element that they don't know is passed over, one that is missing is left
out. So that a wrong answer can't pass, every element is looked up in the model that clients are
generated from: unknown elements, missing ones that are required, values outside of an enumeration.
"""

import re
from xml.etree import ElementTree

TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def problems(operation, body):
    """What is wrong with the text of an answer to an operation of botocore's model."""
    root = ElementTree.fromstring(body)
    namespace = operation.service_model.metadata["xmlNamespace"]
    wanted = f"{{{namespace}}}{operation.name}Response"
    if root.tag != wanted:
        return [f"the root is {root.tag}, not {wanted}"]
    found = {_name(child): child for child in root}
    output = operation.output_shape
    wrapper = output.serialization.get("resultWrapper") if output is not None else None
    expected = {"ResponseMetadata"} | ({wrapper} if wrapper else set())
    if set(found) != expected:
        return [f"the root holds {sorted(found)}, not {sorted(expected)}"]
    metadata = [_name(child) for child in found["ResponseMetadata"]]
    wrong = [] if metadata == ["RequestId"] else [f"the metadata are {metadata}"]
    return wrong + (list(_check(found[wrapper], output, operation.name)) if wrapper else [])


def error_problems(service, status, body):
    """What is wrong with the text of an error."""
    root = ElementTree.fromstring(body)
    if root.tag != f"{{{service.metadata['xmlNamespace']}}}ErrorResponse":
        return [f"the root is {root.tag}"]
    if [_name(child) for child in root] != ["Error", "RequestId"]:
        return ["an error has an Error and a RequestId"]
    error = {_name(child): child.text for child in root[0]}
    if sorted(error) != ["Code", "Message", "Type"] or not error["Message"]:
        return [f"an error has a code, a message and a type: {error}"]
    blamed = "Sender" if status < 500 else "Receiver"
    if error["Type"] != blamed:
        return [f"an error with the status {status} is the {blamed}'s"]
    known = {shape.error_code: shape.metadata["error"]["httpStatusCode"] for shape in service.error_shapes}
    wanted = known.get(error["Code"], status)
    return [] if wanted == status else [f"{error['Code']} has the status {wanted}, not {status}"]


def _name(element):
    return element.tag.rpartition("}")[2]


def _check(element, shape, path):
    check = {"structure": _structure, "list": _list, "string": _string}.get(shape.type_name)
    if check:
        yield from check(element, shape, path)
        return
    text = element.text or ""
    right = {
        "boolean": lambda: text in ("true", "false"),
        "integer": lambda: text.isdigit(),
        "timestamp": lambda: TIMESTAMP.fullmatch(text),
    }[shape.type_name]
    if not right():
        yield f"{path} is no {shape.type_name}: {text!r}"


def _structure(element, shape, path):
    members = {
        member.serialization.get("name", name): (name, member)
        for name, member in shape.members.items()
    }
    seen = [_name(child) for child in element]
    for twice in sorted({name for name in seen if seen.count(name) > 1}):
        yield f"{path} has {twice} twice"
    for required in shape.required_members:
        if required not in seen:
            yield f"{path} lacks {required}"
    for child in element:
        name = _name(child)
        if name in members:
            yield from _check(child, members[name][1], f"{path}.{name}")
        else:
            yield f"{path} has no {name}"


def _list(element, shape, path):
    for place, child in enumerate(element):
        if _name(child) == "member":
            yield from _check(child, shape.member, f"{path}.{place}")
        else:
            yield f"{path} has a {_name(child)} among its members"


def _string(element, shape, path):
    text = element.text or ""
    if len(element):
        yield f"{path} is a text"
    if shape.enum and text not in shape.enum and not _status_of_stack(shape, text):
        yield f"{path} can't be {text!r}"
    bounds = shape.metadata
    if not bounds.get("min", 0) <= len(text) <= bounds.get("max", len(text)):
        yield f"{path} has {len(text)} characters"
    if "pattern" in bounds and not re.fullmatch(bounds["pattern"], text):
        yield f"{path} can't be {text!r}"


def _status_of_stack(shape, text):
    """Events of stacks have stack statuses, of which the model's enumeration of resource statuses lacks some."""
    return shape.name == "ResourceStatus" and text in (
        "REVIEW_IN_PROGRESS",
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
    )
