#!/usr/bin/env bash
# Starts the pipelines of applications whose last run has failed, after a release of the definition
# was published: a pipeline runs as soon as it is created, which is before the first release that it
# could deploy with.
#
#   start-pipelines.sh ASSEMBLY
set -euo pipefail

assembly=${1:?the folder of the assembly}

pipelines=$(
  python3 - "$assembly" <<'PYTHON'
import json
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
for stack in json.loads((folder / "assembly.json").read_text())["stacks"]:
    if stack["id"].startswith("pipeline-"):
        template = json.loads((folder / f"{stack['name']}.template.json").read_text())
        print(template["Resources"]["Pipeline"]["Properties"]["Name"])
PYTHON
)

# One that can't be asked or started keeps no other from it, and is told at the end.
missed=0
for pipeline in $pipelines; do
  # The newest run only: with `--max-results` the command line does not ask for more pages.
  if ! status=$(aws codepipeline list-pipeline-executions --pipeline-name "$pipeline" \
    --max-results 1 --query 'pipelineExecutionSummaries[0].status' --output text); then
    missed=1
    continue
  fi
  if [[ $status == Failed ]]; then
    echo "starting $pipeline again: its last run has failed"
    aws codepipeline start-pipeline-execution --name "$pipeline" --output text || missed=1
  fi
done
exit "$missed"
