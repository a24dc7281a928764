"""Shows the review of a pull request as one comment, which is edited in place.

`.github/workflows/review-comment.yml` runs it after the workflow `pull request`. That workflow ran the proposal's
own code, so its artifact is text from a stranger: it is bounded, it is never executed or unpacked to disk, and it is
shown without whatever notifies, links, hides or imitates. Which pull request it belongs to is read from GitHub's API
by the commit of the run. The artifact only chooses among the pull requests that have this very commit.

Nothing of the artifact is printed: a line of the log may be a command to the runner.
"""

import io
import json
import os
import re
import subprocess
import sys
import unicodedata
import urllib.parse
import zipfile
import zlib

# The first line of a report, by which the comment is found again. `xtask/review/src/report/markdown.rs` writes it.
MARKER = "<!-- infrastructure-review -->"
# The second line of a report of a proposal that changes nothing.
NOTHING = "<!-- infrastructure-review: nothing changes -->"

# Who comments by a workflow's token.
AUTHOR = "github-actions[bot]"
ARTIFACT = "review-comment"
ARTIFACT_BYTES = 1024 * 1024
REPORT_CHARACTERS = 60_000
# Four bytes a character.
REPORT_BYTES = 4 * REPORT_CHARACTERS
# GitHub refuses longer ones: https://github.com/orgs/community/discussions/41331
COMMENT_CHARACTERS = 65_536
PAGES = 30

# Breaks up what GitHub would act on, and is not seen. A backslash or an entity doesn't stop a mention:
# https://github.com/github/cmark-gfm/issues/181
BREAK = "\u200b"
TAGS = r"/?(?:details|summary|sub|code|b)>|br ?/?>"
ENTITIES = r"(?:amp|lt|gt|quot);"
LINKED = "//docs.aws.amazon.com/"


class Unusable(Exception):
    """The artifact is not a report."""


def github(path, method="GET", body=None, limit=8 * 1024 * 1024):
    """The bytes that GitHub's API answers with."""
    command = ["gh", "api", "--method", method, path]
    if body is not None:
        command += ["--input", "-"]
    done = subprocess.run(
        command,
        input=None if body is None else json.dumps(body).encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode != 0:
        sys.exit(f"::error::GitHub's API refused {method} {path}")
    if len(done.stdout) > limit:
        sys.exit(f"::error::GitHub's answer to {method} {path} is longer than {limit} bytes")
    return done.stdout


def pages(path):
    """The items of a list, over its pages."""
    joint = "&" if "?" in path else "?"
    for page in range(1, PAGES + 1):
        items = json.loads(github(f"{path}{joint}per_page=100&page={page}"))
        yield from items
        if len(items) < 100:
            return


def pull_requests(repository, run):
    """The numbers of the open pull requests whose head is the commit of the run."""
    head = run["head_repository"]
    if not head:
        return []
    of = urllib.parse.quote(f"{head['owner']['login']}:{run['head_branch']}", safe="")
    return [
        one["number"]
        for one in pages(f"repos/{repository}/pulls?state=open&head={of}")
        if one["head"]["sha"] == run["head_sha"]
        and one["head"]["repo"]
        and one["head"]["repo"]["id"] == head["id"]
    ]


def artifact(repository, run):
    """The files of the newest artifact of the run, read in memory and only as far as the bounds allow."""
    path = f"repos/{repository}/actions/runs/{run['id']}/artifacts?name={ARTIFACT}&per_page=100"
    found = [
        one
        for one in json.loads(github(path))["artifacts"]
        if one["name"] == ARTIFACT and not one["expired"]
    ]
    if not found:
        raise Unusable("the run made no report")
    newest = max(found, key=lambda one: one["id"])
    if newest["size_in_bytes"] > ARTIFACT_BYTES:
        raise Unusable("the report is too long")
    packed = github(f"repos/{repository}/actions/artifacts/{newest['id']}/zip")
    if len(packed) > ARTIFACT_BYTES:
        raise Unusable("the report is too long")
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as files:
            return {
                name: bounded(files, name)
                for name in ("report.md", "number")
                if name in files.namelist()
            }
    except (zipfile.BadZipFile, zlib.error, RuntimeError, ValueError, EOFError, OSError) as error:
        raise Unusable("the report can't be read") from error


def bounded(files, name):
    """The text of a file. A few packed bytes may unpack to very many, so the length in the archive is not believed."""
    with files.open(name) as file:
        content = file.read(REPORT_BYTES + 1)
    if len(content) > REPORT_BYTES:
        raise Unusable("the report is too long")
    return content.decode("utf-8")


def chosen(candidates, number):
    """The pull request: where several have the commit, the one that the artifact names."""
    if len(candidates) == 1:
        return candidates[0]
    named = [one for one in candidates if str(one) == (number or "").strip()]
    return named[0] if named else None


def report(files):
    """The text of the report, below its markers, and whether it says that nothing changes."""
    text = files.get("report.md")
    if text is None:
        raise Unusable("the run made no report")
    if len(text) > REPORT_CHARACTERS:
        raise Unusable("the report is too long")
    marker, _, text = text.partition("\n")
    if marker != MARKER:
        raise Unusable("the report has no marker")
    first, _, rest = text.partition("\n")
    return (rest, True) if first == NOTHING else (text, False)


def harmless(text):
    """The same text without effects: no mention, link, image, reference, comment, foreign tag or hidden character."""
    text = "".join(
        one
        for one in text
        if one in "\n\t" or unicodedata.category(one) not in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")
    )
    text = re.sub(rf"<(?!{TAGS})", f"<{BREAK}", text)
    text = re.sub(rf"&(?!{ENTITIES})", f"&{BREAK}", text)
    text = re.sub(r"\](?=[(:\[])", f"]{BREAK}", text)
    text = re.sub(rf":(?=//)(?!{LINKED})", f":{BREAK}", text)
    text = re.sub(r"\bwww(?=\.)", f"www{BREAK}", text, flags=re.IGNORECASE)
    text = re.sub(r"(#|\bGH-)(?=\d)", rf"\1{BREAK}", text, flags=re.IGNORECASE)
    return text.replace("@", f"@{BREAK}")


def comment(text, nothing, run):
    """The whole comment. What is ours stands first: an open fold or fence in the report would swallow what follows."""
    source = (
        f"<sub>Review of `{run['head_sha'][:12]}`, made by the proposal's own code in "
        f"[this run]({run['html_url']}). It helps to read the proposal, and proves nothing.</sub>"
    )
    lead = "\n**Nothing is left that would change an environment.**\n" if nothing else ""
    whole = f"{MARKER}\n{source}\n{lead}\n{harmless(text)}"
    if len(whole) > COMMENT_CHARACTERS:
        raise Unusable("the report is too long")
    return whole


def without_report(reason, run):
    """What the comment becomes when the newest commit has no report: the old one would be mistaken for its."""
    return (
        f"{MARKER}\n**No review of `{run['head_sha'][:12]}`**: {reason}. "
        f"[The run]({run['html_url']}) shows why.\n"
    )


def own_comment(repository, number):
    """Our comment of the pull request. Others can write the marker, too."""
    for one in pages(f"repos/{repository}/issues/{number}/comments"):
        user = one["user"] or {}
        is_ours = user.get("login") == AUTHOR and user.get("type") == "Bot"
        if is_ours and (one["body"] or "").startswith(MARKER):
            return one
    return None


def main():
    repository = os.environ["GITHUB_REPOSITORY"]
    with open(os.environ["GITHUB_EVENT_PATH"], encoding="utf-8") as file:
        run = json.load(file)["workflow_run"]
    candidates = pull_requests(repository, run)
    if not candidates:
        print(f"no open pull request is at {run['head_sha']}")
        return
    files, reason = {}, None
    try:
        files = artifact(repository, run)
    except Unusable as error:
        reason = str(error)
    number = chosen(candidates, files.get("number"))
    if number is None:
        print(f"several pull requests are at {run['head_sha']}, and the run doesn't name one")
        return
    nothing = False
    try:
        if reason is not None:
            raise Unusable(reason)
        text, nothing = report(files)
        body = comment(text, nothing, run)
    except Unusable as error:
        reason = str(error)
        body = without_report(reason, run)
        print(f"::notice::{reason}")
    existing = own_comment(repository, number)
    if existing is None:
        if nothing or reason is not None:
            print("nothing to show, and no comment to correct")
            return
        github(f"repos/{repository}/issues/{number}/comments", "POST", {"body": body})
        print(f"commented on {number}")
    elif existing["body"] == body:
        print(f"the comment on {number} is up to date")
    else:
        path = f"repos/{repository}/issues/comments/{existing['id']}"
        github(path, "PATCH", {"body": body})
        print(f"edited the comment on {number}")


if __name__ == "__main__":
    main()
