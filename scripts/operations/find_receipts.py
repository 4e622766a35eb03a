"""The receipts of the pull requests that brought a configuration to main.

A commit that changed the inputs -> the pull request that it was merged with -> the run of
`pull-request.yml` on that pull request's last head -> the artifact of this environment and these
inputs. The artifact is read as a stranger's.
"""

import io
import os
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.adapters.github.client import SECONDS, asking, repository
from scripts.adapters.terraform.inputs import reached
from scripts.base.git_tree import git
from scripts.base.project import ROOT
from scripts.domain import receipt
from scripts.domain.plan_review import Case, Found, Judge, judge_of

if TYPE_CHECKING:
    from github.Artifact import Artifact
    from github.PullRequest import PullRequest
    from github.Repository import Repository
    from github.WorkflowRun import WorkflowRun

WORKFLOW = "pull-request.yml"
MAIN = "main"
FILE = "receipt.json"
NOT_INPUTS = (":(exclude,glob)**/tests/**", ":(exclude,glob)**/*.md")
MOST_COMMITS = 20
"""How far back pull requests are looked for; a deploy that is further behind asks a person."""

NEEDS = "actions: read, contents: read, pull-requests: read"


def judge_by_github(environment: str, inputs: str, accept: str = "") -> Judge:
    """Return the judge that lets a plan pass by the receipts that GitHub keeps, or by name.

    Args:
        environment: which one.
        inputs: hash of the configuration that is planned.
        accept: fingerprint that a person accepted; empty without one.
    """
    return judge_of(Case(environment, inputs, accept, lambda: find(environment, inputs)))


def artifact_name(environment: str, inputs: str) -> str:
    """Return the name that a receipt is kept by."""
    return f"receipt-{environment}-{inputs}"


def candidates(environment: str, root: Path = ROOT) -> list[str]:
    """Return the commits whose pull requests may have reviewed the inputs as they are.

    The first is the newest that changed one of them. The others came after it and left them as they
    are: theirs were planned with the same inputs, where the environment was still behind.

    Args:
        environment: which one.
        root: a checkout with its history.
    """
    top = root.resolve()
    modules = reached(top / "infra" / "envs" / environment)
    paths = [*(str(module.relative_to(top)) for module in modules), "project.json"]
    origin = git(root, "rev-list", "--max-count=1", "HEAD", "--", *paths, *NOT_INPUTS)
    if not origin:
        return []
    later = ["rev-list", "--first-parent", f"--max-count={MOST_COMMITS}", f"{origin}..HEAD"]
    return [origin, *git(root, *later).split()]


def find(environment: str, inputs: str, root: Path = ROOT) -> Iterator[Found]:
    """Look for receipts, the likeliest first.

    Raises:
        SlipwayError: GitHub refuses to be asked.
        UnknownStateError: GitHub does not answer.
    """
    with asking("looking for the receipts of merged pull requests", NEEDS):
        where = repository()
        for pull in _merged(where, candidates(environment, root)):
            yield from _of_pull(where, pull, environment, inputs)


def _merged(where: "Repository", commits: Iterable[str]) -> Iterator["PullRequest"]:
    seen: set[int] = set()
    for commit in commits:
        for pull in where.get_commit(commit).get_pulls():
            if pull.merged_at and pull.base.ref == MAIN and pull.number not in seen:
                seen.add(pull.number)
                yield pull


def _of_pull(
    where: "Repository", pull: "PullRequest", environment: str, inputs: str
) -> Iterator[Found]:
    title = f"pull request #{pull.number}"
    # A fork that was deleted since leaves no repository behind.
    own = os.environ.get("GITHUB_REPOSITORY") or where.full_name
    if pull.head.repo is None or pull.head.repo.full_name != own:
        yield Found(title, why_not="came from a fork, which gets no plan")
        return
    runs = where.get_workflow(WORKFLOW).get_runs(
        event="pull_request", head_sha=pull.head.sha, status="success"
    )
    good = [run for run in runs if _counts(run, own)]
    if not good:
        yield Found(title, why_not="no run of its checks succeeded on its last commit")
    for run in good:
        yield from _of_run(title, run, artifact_name(environment, inputs))


def _counts(run: "WorkflowRun", own: str) -> bool:
    return (
        run.path.split("@")[0] == f".github/workflows/{WORKFLOW}"
        and run.conclusion == "success"
        and run.event == "pull_request"
        and run.head_repository.full_name == own
    )


def _of_run(title: str, run: "WorkflowRun", name: str) -> Iterator[Found]:
    artifacts = [one for one in run.get_artifacts() if one.name == name and not one.expired]
    if not artifacts:
        yield Found(title, why_not="planned another tree: main moved on before it was merged")
    # Each attempt of a run leaves one.
    for artifact in sorted(artifacts, key=lambda one: one.id, reverse=True):
        try:
            yield Found(title, receipt.load(_content(artifact)))
        except (ValueError, zipfile.BadZipFile) as error:
            yield Found(title, why_not=f"its receipt cannot be read: {error}")


def _content(artifact: "Artifact") -> bytes:
    if artifact.size_in_bytes > receipt.LARGEST_BYTES:
        raise ValueError(f"{artifact.size_in_bytes} bytes, at most {receipt.LARGEST_BYTES}")
    import requests

    token = {"Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}"}
    # requests drops the token where GitHub sends it on to the storage.
    answer = requests.get(
        artifact.archive_download_url, headers=token, timeout=SECONDS, stream=True
    )
    answer.raise_for_status()
    packed = answer.raw.read(receipt.LARGEST_BYTES + 1, decode_content=True)
    return unpacked(packed)


def unpacked(packed: bytes) -> bytes:
    """Return the receipt in an artifact's archive, however small it was packed.

    Raises:
        ValueError: it is too large, or not there.
        zipfile.BadZipFile: it is no archive.
    """
    if len(packed) > receipt.LARGEST_BYTES:
        raise ValueError(f"more than {receipt.LARGEST_BYTES} bytes")
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive, archive.open(FILE) as file:
            content = file.read(receipt.LARGEST_BYTES + 1)
    except (KeyError, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise ValueError(f"no {FILE} in it") from error
    if len(content) > receipt.LARGEST_BYTES:
        raise ValueError(f"more than {receipt.LARGEST_BYTES} bytes when unpacked")
    return content
