"""Checks the snapshots of answers in a folder against botocore's service models.

    python check_answers.py FOLDER

Each snapshot is named `…__Operation.snap` or `…__Operation-case.snap`.
"""

import sys
from pathlib import Path

import botocore.session

import service_model


def main(folder):
    session = botocore.session.get_session()
    models = [session.get_service_model(name) for name in ("cloudformation", "sts")]
    checked, wrong = 0, []
    for path in sorted(Path(folder).glob("*__answers__*.snap")):
        name, _, _ = path.stem.rpartition("__")[2].partition("-")
        # What stands before the second line of dashes is insta's.
        _, _, body = path.read_text().split("---\n", 2)
        model = next((model for model in models if name in model.operation_names), None)
        if model:
            found = service_model.problems(model.operation_model(name), body)
        else:
            model = models[path.stem.endswith("of-sts")]
            found = service_model.error_problems(model, 500 if "Receiver" in body else 400, body)
        wrong += [f"{path.stem}: {problem}" for problem in found]
        checked += 1
    print(*wrong, sep="\n", file=sys.stderr)
    print(f"{checked} answers checked")
    return 1 if wrong or not checked else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
