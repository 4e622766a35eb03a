"""project.json: what it may hold."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import meta

from scripts.base.errors import UsageError
from scripts.base.project import ROOT, Project, check_environment, environments, unlisted

Values = dict[str, Any]
ACCOUNT, OTHER = "1" * 12, "2" * 12


def entry(name: str, **changes: Any) -> Values:
    start = {"account_id": None, "after": None, "approval": False, "session_hours": 2}
    return {"name": name, **start, **changes}


def values(*entries: Values, **changes: Any) -> Values:
    start = json.loads((ROOT / "project.json").read_text())
    # Whatever this clone is connected to.
    unconnected = dict.fromkeys(("owner_id", "repository_id", "registry_account_id"))
    return {**start, **unconnected, "environments": list(entries), **changes}


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
    project = load(root, values(DEV, entry("prod", after="dev")))
    assert unlisted(project, root) == ["staging"]
    with pytest.raises(UsageError, match="infra/envs/staging has no entry") as caught:
        check_environment("staging", root)
    shown = caught.value.next_step.partition("`after`: ")[2]
    assert json.loads(shown) == entry("staging", after="prod", approval=True, session_hours=6)


def test_a_folder_without_an_entry_stops_no_other_environment(root: Path):
    load(root, values(DEV, entry("prod", after="dev")))
    assert check_environment("prod", root) == "prod"


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ((DEV, STAGING, PROD, entry("qa")), "infra/envs/qa/main.tf does not exist"),
        ((DEV, STAGING, PROD, DEV), "twice"),
        ((STAGING, DEV, PROD), "after 'dev'; listed before it: none"),
        ((DEV, entry("staging", after="staging"), PROD), "after 'staging'"),
        ((DEV, entry("staging", after="nowhere"), PROD), "after 'nowhere'"),
        ((entry("dev", account_id=OTHER), STAGING, PROD), "no account holds the images"),
    ],
    ids=["no folder", "twice", "wrong order", "itself", "unknown", "no registry"],
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
    with pytest.raises(UsageError, match=r"project\.json is not valid") as caught:
        Project.load(root)
    assert "project.schema.json" in caught.value.next_step


def test_environments_share_an_account_or_have_one_each(root: Path):
    own = [entry("dev", account_id=ACCOUNT), STAGING, entry("prod", account_id=OTHER)]
    project = load(root, values(*own, registry_account_id=ACCOUNT))
    assert project.account_ids == (ACCOUNT, OTHER)
    assert [project.account_of(name) for name in ("dev", "staging", "prod")] == [
        ACCOUNT,
        None,
        OTHER,
    ]
    assert load(root, values(DEV, STAGING, PROD)).account_ids == ()


def test_the_schema_is_one_and_takes_this_projects_own_file():
    assert meta.is_valid(json.loads((ROOT / "project.schema.json").read_text()))
    assert Project.load().environments


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (values(DEV, name="Slipway"), 'name is "Slipway": Prefix of every resource'),
        (values(DEV, name="a" * 21), "leave it 20 characters"),
        (values(DEV, name="awsome"), "not beginning with aws"),
        (values(DEV, region="Frankfurt"), "such as eu-central-1"),
        (values(DEV, repository="https://github.com/example/slipway"), "OWNER/NAME on GitHub"),
        (values(DEV, registry_account_id="1234"), 'registry_account_id is "1234": The 12 digits'),
        (values(DEV, owner_id="7"), "GitHub's number of the repository's owner"),
        (values(DEV, more=1), "'more' was unexpected"),
        (values(), "environments is []: In promotion order, at least one"),
        (values(entry("Dev")), 'environments[0].name is "Dev"'),
        (values(entry("pre-prod")), "at most 10 lower-case letters and digits"),
        (values(entry("bootstrap")), "have a meaning of their own"),
        (values(DEV, entry("prod", account_id=123456789012)), "environments[1].account_id is 1234"),
        (values(entry("dev", session_hours=13)), "1 to 12 as IAM allows"),
        (values(entry("dev", approval="yes")), "true or false"),
        (values(entry("dev", more=1)), "'more' was unexpected"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_a_value_that_aws_or_github_would_refuse_is_refused_here(
    root: Path, wrong: Values, said: str
):
    with pytest.raises(UsageError) as caught:
        load(root, wrong)
    assert said in str(caught.value)
    assert "project.schema.json" in caught.value.next_step
