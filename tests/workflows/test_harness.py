"""The harness refuses what GitHub would refuse: no scenario passes because it plays too kindly."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.base.project import ROOT
from tests.workflows.files import FOLDER, check_granted, for_act, job_of
from tests.workflows.harness import Harness

pytestmark = pytest.mark.slow

CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"
CALL = """\
import os, sys, urllib.error, urllib.request
method, path = sys.argv[1:]
request = urllib.request.Request(
    f"{os.environ['GITHUB_API_URL']}/repos/example/toy{path}",
    headers={"Authorization": f"Bearer {os.environ.get('GITHUB_TOKEN', '')}"},
    method=method,
    data=b'{"title": "t"}' if method == "POST" else None,
)
request.add_header("Content-Type", "application/json")
try:
    print("answer", urllib.request.urlopen(request).status)
except urllib.error.HTTPError as error:
    print("answer", error.code)
"""
TOP = f"""\
name: toy
on: push
permissions: {{}}
jobs:
  writer:
    runs-on: ubuntu-24.04
    permissions: {{issues: write}}
    concurrency:
      group: one
      queue: max
    steps:
      - uses: {CHECKOUT}
      - run: '"$HARNESS_PYTHON" call.py POST /issues'
        env:
          GITHUB_TOKEN: ${{{{ github.token }}}}
      - run: '"$HARNESS_PYTHON" call.py GET /deployments'
        env:
          GITHUB_TOKEN: ${{{{ github.token }}}}
      - run: '"$HARNESS_PYTHON" call.py GET /issues'
      - run: echo "# Looks good" >> "$GITHUB_STEP_SUMMARY"
  reader:
    needs: writer
    permissions: {{issues: read}}
    uses: ./.github/workflows/_called.yml
    with:
      environment: there
  last:
    needs: reader
    runs-on: ubuntu-24.04
    environment:
      name: guarded
      deployment: false
    steps:
      - uses: {CHECKOUT}
      - run: echo "we are here"
"""
CALLED = f"""\
name: called
on:
  workflow_call:
    inputs:
      environment: {{type: string, required: true}}
permissions: {{}}
jobs:
  inner:
    runs-on: ubuntu-24.04
    permissions: {{issues: read}}
    environment: ${{{{ inputs.environment }}}}
    steps:
      - uses: {CHECKOUT}
      - run: '"$HARNESS_PYTHON" call.py GET /issues'
        env:
          GITHUB_TOKEN: ${{{{ github.token }}}}
      - run: '"$HARNESS_PYTHON" call.py POST /issues'
        env:
          GITHUB_TOKEN: ${{{{ github.token }}}}
"""


class Toy:
    """A repository of two workflow files and a script."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        workflows = folder / ".github/workflows"
        workflows.mkdir(parents=True)
        (workflows / "deploy.yml").write_text(TOP)
        (workflows / "_called.yml").write_text(CALLED)
        (folder / "call.py").write_text(CALL)
        (folder / "project.json").write_text('{"repository": "example/toy"}')
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "toy")

    def git(self, *arguments: str) -> str:
        identity = ["-c", "user.name=test", "-c", "user.email=test@localhost"]
        command = ["git", *identity, *arguments]
        return subprocess.run(
            command, cwd=self.folder, check=True, capture_output=True, text=True
        ).stdout


@pytest.fixture
def github(tmp_path: Path) -> Iterator[Harness]:
    harness = Harness(Toy(tmp_path / "toy"), {}, tmp_path / "runs", None)
    try:
        yield harness
    finally:
        harness.close()


def test_a_job_may_do_what_its_own_permissions_say(github: Harness):
    run = github.push().succeeds()
    assert run.jobs["writer"].log.count("answer 201") == 1
    assert run.jobs["writer"].log.count("answer 403") == 1
    assert run.jobs["writer"].log.count("answer 401") == 1, "a step that is not given the token"
    assert "answer 200" in run.jobs["reader/inner"].log
    assert "answer 403" in run.jobs["reader/inner"].log
    assert run.jobs["writer"].summary == "# Looks good\n"
    assert run.jobs["reader/inner"].job.environment == "there"
    assert len(github.data.issues) == 1


def test_an_environment_with_reviewers_waits_for_one(github: Harness):
    github.data.environments["guarded"] = ["grace"]
    run = github.push()
    run.wait_for_log("last: harness: workspace")
    assert "we are here" not in run.log
    github.approve(run, "guarded")
    run.succeeds()
    assert "we are here" in run.log

    rejected = github.push()
    github.reject(rejected, "guarded")
    rejected.fails()
    assert "we are here" not in rejected.log


def test_a_group_has_one_job_at_a_time_and_a_killed_one_leaves_it(github: Harness):
    workflow = github.origin.folder / ".github/workflows/deploy.yml"
    workflow.write_text(TOP.replace("- run: echo", "- run: sleep 60\n      - run: echo", 1))
    github.origin.git("commit", "--quiet", "--all", "--message", "slow")
    first = github.push()
    first.wait_for_log("answer 401")
    second = github.push()
    second.wait_for_log("harness: workspace")
    assert "answer" not in second.log
    first.kill()
    second.wait_for_log("answer 401")
    second.kill()
    assert (first.conclusion, second.conclusion) == ("cancelled", "cancelled")


def test_what_act_reads_differs_in_the_two_unknown_keys_only():
    left = set(TOP.splitlines()) - set(for_act(TOP).splitlines())
    assert {line.strip() for line in left} == {"queue: max", "deployment: false"}


@pytest.mark.parametrize("path", sorted((ROOT / FOLDER).glob("*.yml")), ids=lambda path: path.name)
def test_of_the_real_files_act_reads_everything_else_as_it_is(path: Path):
    text = path.read_text().splitlines()
    read = for_act(path.read_text()).splitlines()
    left = [line.strip() for line in text if line not in read]
    assert set(left) <= {"queue: max", "deployment: false"}
    assert [line for line in text if line.strip() not in left] == read


def test_a_called_job_may_not_ask_for_more_than_its_caller_has(tmp_path: Path):
    toy = Toy(tmp_path / "toy")
    called = toy.folder / ".github/workflows/_called.yml"
    called.write_text(CALLED.replace("issues: read", "issues: write"))
    with pytest.raises(AssertionError, match="does not grant"):
        job_of(toy.folder, "deploy.yml", "reader/called/inner", "inner", {})


def test_rights_are_ordered():
    check_granted("x", {"issues": "write"}, {"issues": "read"})
    with pytest.raises(AssertionError):
        check_granted("x", {}, {"issues": "read"})
