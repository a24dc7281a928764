"""Sceptre: a group of two stacks launched, changed and deleted, one with the other's output as a parameter.

    python sceptre_cli.py ENDPOINT
"""

import shutil
import sys
import tempfile
from pathlib import Path

from programs import Programs, stacks

SCEPTRE = Path(sys.executable).with_name("sceptre")
PROJECT = Path(__file__).with_name("sceptre")


def main(endpoint):
    with tempfile.TemporaryDirectory() as home:
        programs = Programs(endpoint, home)
        project = Path(shutil.copytree(PROJECT, Path(home, "project")))

        def sceptre(*arguments):
            return programs.run(SCEPTRE, "--no-colour", *arguments, folder=project)

        sceptre("launch", "web", "-y")
        print("launched\n" + stacks(endpoint))
        config = project / "config/web/base.yaml"
        config.write_text(config.read_text().replace("14", "30"))
        sceptre("launch", "web", "-y")
        print("\nchanged\n" + stacks(endpoint))
        print("\n" + "".join(line for line in sceptre("diff", "web").splitlines(True) if "*" not in line), end="")
        sceptre("delete", "web", "-y")
        print("\ndeleted\n" + stacks(endpoint))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
