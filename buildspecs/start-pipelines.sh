#!/usr/bin/env bash
# Starts pipelines of applications after a release of the definition was published. Those that have
# never succeeded: a pipeline runs as soon as it is created, which is before the first release that it
# could deploy with. And those whose last run was cancelled: an update of the pipeline does that. One
# whose last run has failed is left alone: the version that it would deploy again may be the one that
# was just taken back.
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
  # The statuses of all its runs, the newest first; one that is still running has an older release.
  if ! statuses=$(aws codepipeline list-pipeline-executions --pipeline-name "$pipeline" \
    --query 'pipelineExecutionSummaries[].status' --output text); then
    missed=1
    continue
  fi
  why=
  case $statuses in
    "" | None) ;;
    Cancelled*) why="its last run was cancelled" ;;
    *Succeeded*) ;;
    *) why="no run of it has succeeded" ;;
  esac
  if [[ -n $why ]]; then
    echo "starting $pipeline again: $why"
    aws codepipeline start-pipeline-execution --name "$pipeline" --output text || missed=1
  fi
done
exit "$missed"
