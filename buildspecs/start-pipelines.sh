#!/usr/bin/env bash
# Starts the pipelines of applications that have never succeeded, after a release of the definition
# was published: a pipeline runs as soon as it is created, which is before the first release that it
# could deploy with. One whose last run alone has failed is left alone: the version that it would
# deploy again may be the one that was just taken back.
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
  # The statuses of all its runs, the newest first; one that goes on has taken an older release.
  if ! statuses=$(aws codepipeline list-pipeline-executions --pipeline-name "$pipeline" \
    --query 'pipelineExecutionSummaries[].status' --output text); then
    missed=1
    continue
  fi
  if [[ -n $statuses && $statuses != None && $statuses != *Succeeded* ]]; then
    echo "starting $pipeline again: no run of it has succeeded"
    aws codepipeline start-pipeline-execution --name "$pipeline" --output text || missed=1
  fi
done
exit "$missed"
