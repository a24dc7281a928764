#!/usr/bin/env bash
# Checks a proposal for the definition, and reviews what it will do in each environment, compared with
# what it is proposed for. Asks AWS for nothing and needs no secret.
#
#   pull-request.sh BRANCH [FILE]
#
# FILE gets the report as Markdown; `target/review` has all its forms.
set -euo pipefail

base=${1:?the branch that it is proposed for}
summary=${2:-/dev/stdout}

. buildspecs/toolchain.sh

# A snapshot that differs is a failure here, never a new file.
export INSTA_UPDATE=no
# The review is shown whether the tests pass or not: a snapshot that is not accepted yet is where it is
# wanted most.
ended=0
{ cargo xtask check --judges && cargo xtask test; } || ended=$?

# What it is proposed for, as it was when the proposal left it: what came since is no change of the
# proposal's. A clone of the proposal may have no other branch.
git rev-parse --quiet --verify "origin/$base^{commit}" > /dev/null ||
  git fetch --quiet origin "+refs/heads/$base:refs/remotes/origin/$base"
from=$(git merge-base HEAD "origin/$base")

out=target/review
rm -rf "$out"
mkdir -p "$out"
# A summary holds a mebibyte, a report much less.
cargo xtask review --base "$from" --format markdown --out "$out" >> "$summary"
# Commands to the runner: a finding is shown at the line of the file that causes it.
cat "$out/annotations.txt"
# Where several proposals have this commit, the comment has to know which one was checked.
if [[ ${GITHUB_REF:-} =~ ^refs/pull/([0-9]+)/merge$ ]]; then
  echo "${BASH_REMATCH[1]}" > "$out/number"
fi
exit "$ended"
