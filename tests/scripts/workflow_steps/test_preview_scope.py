"""Which events are tested: all but a pull request of prose."""

import json
import subprocess
from pathlib import Path

import pytest

from scripts.base.project import Environment, Project
from scripts.workflow_steps import preview_scope
from scripts.workflow_steps.preview_scope import why_no_tests
from tests.scripts.github_job import Step

PAGES = ["README.md", "docs/decisions/0001-x.md", "bench/README.md", "infra/modules/a/README.md"]


def test_a_pull_request_of_markdown_alone_is_not_tested():
    assert "only Markdown" in why_no_tests("pull_request", PAGES)


@pytest.mark.parametrize(
    "file",
    [
        "scripts/domain/decide.py",
        "docs/figure.svg",
        "docs/page.md.py",
        "app/page.md",
        "scripts/template.md",
        "tests/page.md",
        "mydocs/page.md",
    ],
)
def test_one_with_anything_else_is(file):
    assert why_no_tests("pull_request", [*PAGES, file]) == ""


def test_one_whose_files_nobody_knows_is():
    assert why_no_tests("pull_request", []) == ""


@pytest.mark.parametrize("name", ["merge_group", "push", "workflow_dispatch", ""])
def test_any_other_event_is(name):
    assert why_no_tests(name, PAGES) == ""


@pytest.mark.parametrize(
    ("file", "tests"), [("README.md", "false"), ("Makefile", "true")], ids=["prose", "more"]
)
def test_the_jobs_are_told_by_what_the_merge_brings(
    step: Step, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: str, tests: str
):
    proposed(step, monkeypatch, merge_of(tmp_path / "clone", file))
    assert preview_scope.main([]) == 0
    assert step.outputs["test"] == tests
    assert ("only Markdown" in step.summary) == (tests == "false")


def test_only_environments_with_an_account_are_planned(
    step: Step, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    proposed(step, monkeypatch, merge_of(tmp_path / "clone", "Makefile"))
    listed = (Environment("dev", "111122223333"), Environment("staging", after="dev"))
    monkeypatch.setattr(
        Project,
        "load",
        classmethod(lambda _: Project("x", "eu-west-1", "o/r", "111122223333", listed)),
    )
    assert preview_scope.main([]) == 0
    told = {name: step.outputs[name] for name in ("plan", "environments", "unconnected")}
    assert told == {"plan": "true", "environments": '["dev"]', "unconnected": '["staging"]'}


def proposed(step: Step, monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    """Let the event be a pull request of the repository's own branch."""
    repository = {"repo": {"full_name": "o/r"}}
    payload = {"pull_request": {"head": repository, "base": repository}}
    (step.folder / "event").write_text(json.dumps(payload))
    monkeypatch.setenv("GITHUB_EVENT_NAME", "pull_request")
    monkeypatch.setattr(preview_scope, "ROOT", root)


def merge_of(root: Path, file: str) -> Path:
    """A repository whose newest commit merges a branch that adds a file."""
    root.mkdir()
    for words in (
        "init --quiet --initial-branch=main",
        "commit --quiet --allow-empty --message base",
        "checkout --quiet -b change",
        f"add {file}",
        "commit --quiet --message change",
        "checkout --quiet main",
        "merge --quiet --no-ff --message merge change",
    ):
        if words.startswith("add"):
            (root / file).write_text("new\n")
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
        subprocess.run(["git", *identity, *words.split()], cwd=root, check=True)
    return root
