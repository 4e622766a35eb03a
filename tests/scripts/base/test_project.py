"""project.json: what it may hold, and that the schema says the same."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts.base.errors import UsageError
from scripts.base.project import ROOT, Project, environments

Values = dict[str, Any]
ACCOUNT, OTHER = "1" * 12, "2" * 12


def entry(name: str, **changes: Any) -> Values:
    start = {"account_id": None, "after": None, "approval": False, "session_hours": 2}
    return {"name": name, **start, **changes}


def values(*entries: Values, **changes: Any) -> Values:
    start = json.loads((ROOT / "project.json").read_text())
    return {**start, "environments": list(entries), **changes}


DEV, STAGING, PROD = entry("dev"), entry("staging", after="dev"), entry("prod", after="staging")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout with the folders of three environments."""
    for name in ("dev", "staging", "prod"):
        folder = tmp_path / "infra" / "envs" / name
        folder.mkdir(parents=True)
        (folder / "main.tf").touch()
    return tmp_path


def load(root: Path, project: Values) -> Project:
    (root / "project.json").write_text(json.dumps(project))
    return Project.load(root)


def test_environments_stand_in_promotion_order_and_not_by_name(root: Path):
    project = load(root, values(DEV, STAGING, PROD))
    assert [one.name for one in project.environments] == ["dev", "staging", "prod"]
    assert project.environment("prod").after == "staging"
    assert project.environment("prod").approvers == "prod-approval"
    assert environments(root) == ["dev", "staging", "prod"]


def test_an_unknown_environment_is_told_with_those_that_there_are(root: Path):
    project = load(root, values(DEV, STAGING, PROD))
    with pytest.raises(UsageError, match="'qa'") as caught:
        project.environment("qa")
    assert "dev, staging, prod" in str(caught.value)


def test_a_folder_without_an_entry_is_refused_with_the_entry_to_add(root: Path):
    with pytest.raises(UsageError, match="infra/envs/staging has no entry") as caught:
        load(root, values(DEV, entry("prod", after="dev")))
    shown = caught.value.next_step.partition("environments: ")[2]
    assert json.loads(shown) == entry("staging", after="prod", approval=True, session_hours=6)


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ((DEV, STAGING, PROD, entry("qa")), "infra/envs/qa/main.tf does not exist"),
        ((DEV, STAGING, PROD, DEV), "twice"),
        ((STAGING, DEV, PROD), "after 'dev'; listed before it: none"),
        ((DEV, entry("staging", after="staging"), PROD), "after 'staging'"),
        ((DEV, entry("staging", after="nowhere"), PROD), "after 'nowhere'"),
        ((entry("dev", account_id=OTHER), STAGING, PROD), "share one account"),
    ],
    ids=["no folder", "twice", "wrong order", "itself", "unknown", "another account"],
)
def test_an_entry_that_contradicts_something_is_refused(
    root: Path, entries: tuple[Values, ...], said: str
):
    with pytest.raises(UsageError) as caught:
        load(root, values(*entries))
    assert said in str(caught.value)
    assert caught.value.next_step


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"environments": 7}', '{"environments": [{"nam": "dev"}]}', "{", "null"],
)
def test_what_is_no_project_is_wrong_usage(root: Path, text: str):
    (root / "project.json").write_text(text)
    with pytest.raises(UsageError, match=r"project\.json cannot be read") as caught:
        Project.load(root)
    assert "project.schema.json" in caught.value.next_step


def test_one_account_for_all_is_connected(root: Path):
    connected = [{**one, "account_id": ACCOUNT} for one in (DEV, STAGING, PROD)]
    assert load(root, values(*connected, registry_account_id=ACCOUNT)).account_id == ACCOUNT


def complaints(tmp_path: Path, project: Values) -> str:
    file = tmp_path / "checked.json"
    file.write_text(json.dumps(project))
    tool = str(Path(sys.executable).parent / "check-jsonschema")
    command = [tool, "--schemafile", str(ROOT / "project.schema.json"), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout if done.returncode else ""


def test_the_schema_takes_this_projects_own_file(tmp_path: Path):
    assert complaints(tmp_path, json.loads((ROOT / "project.json").read_text())) == ""


@pytest.mark.parametrize(
    "wrong",
    [
        values(DEV, name="Slipway"),
        values(DEV, name="a" * 21),
        values(DEV, region="Frankfurt"),
        values(DEV, repository="https://github.com/example/slipway"),
        values(DEV, registry_account_id="1234"),
        values(DEV, owner_id="7"),
        values(DEV, more=1),
        values(),
        values(entry("Dev")),
        values(entry("pre-prod")),
        values(entry("dev", session_hours=13)),
        values(entry("dev", approval="yes")),
        values(entry("dev", more=1)),
        values({"name": "dev"}),
    ],
    ids=str,
)
def test_the_schema_refuses_what_aws_or_github_would(tmp_path: Path, wrong: Values):
    assert complaints(tmp_path, wrong) != ""
