"""The README's row for a new environment, followed: one folder copied, one entry added."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from scripts.adapters.terraform.toolchain import terraform_binary, terraform_environment
from scripts.base.errors import UsageError
from scripts.base.project import Project, check_environment, environments
from scripts.operations.terraform_roots import check_network, root_of
from scripts.upkeep.validate_terraform import copy_infra
from tests.repo.files import text

NAME = "copied"
"""One that a team would not choose, whose own environments are in the copy too."""
ROW = "copy `infra/envs/dev/`, add its entry to `project.json`, give it a network of its own"
NAMES_ITSELF = """
mock_provider "aws" {
  override_during = plan

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_region" {
    defaults = { name = "eu-central-1" }
  }
}

run "it_is_its_folder" {
  command = plan

  assert {
    condition     = local.environment == "copied"
    error_message = "A copied environment must be another one."
  }
}
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of infra/ and project.json, with dev's folder copied."""
    copy_infra(tmp_path)
    envs = tmp_path / "infra" / "envs"
    shutil.copytree(envs / "dev", envs / NAME)
    return tmp_path


def add_entry(checkout: Path) -> None:
    """Do as the refusal says."""
    with pytest.raises(UsageError) as refused:
        check_environment(NAME, checkout)
    entry = json.loads(refused.value.next_step.partition("`after`: ")[2])
    path = checkout / "project.json"
    project = json.loads(path.read_text())
    project["environments"].append(entry)
    path.write_text(json.dumps(project))


def test_the_readme_says_what_is_tried_here() -> None:
    assert ROW in text("README.md")


def test_a_copied_folder_alone_is_refused_and_its_entry_is_shown(checkout: Path) -> None:
    add_entry(checkout)
    assert environments(checkout) == [*environments(), NAME]


def test_a_copied_folder_has_a_state_of_its_own(checkout: Path) -> None:
    add_entry(checkout)
    clients = type("Clients", (), {"account_id": "123456789012"})()
    project = Project.load(checkout)
    keys = {name: root_of(project, clients, name).backend for name in environments(checkout)}
    backend = keys[NAME]
    assert backend
    assert backend.key == f"{NAME}/terraform.tfstate"
    assert len({backend.key for backend in keys.values() if backend}) == len(keys)


def test_a_copied_network_is_refused_until_it_is_another(checkout: Path) -> None:
    add_entry(checkout)
    with pytest.raises(UsageError, match=f"{NAME} overlaps that of dev") as refused:
        check_network(NAME, checkout)
    for name in environments():
        check_network(name, checkout)  # those that were there keep their ranges
    main = checkout / "infra" / "envs" / NAME / "main.tf"
    free = refused.value.next_step.removesuffix(".").rpartition(" ")[2]
    main.write_text(re.sub(r"10\.\d+\.0\.0/16", free, main.read_text()))
    for name in environments(checkout):
        check_network(name, checkout)
    main.write_text(main.read_text().replace(free, "10.0.0.0/99"))
    with pytest.raises(UsageError, match=r"no IPv4 range"):
        check_network(NAME, checkout)


@pytest.mark.slow
def test_a_copied_folder_plans_nothing_under_the_name_it_came_from(checkout: Path) -> None:
    add_entry(checkout)
    copied = checkout / "infra" / "envs" / NAME
    (copied / "tests").mkdir()
    (copied / "tests" / "name.tftest.hcl").write_text(NAMES_ITSELF)
    for words in (["init", "-backend=false", "-input=false", "-lockfile=readonly"], ["test"]):
        done = subprocess.run(
            [terraform_binary(), f"-chdir={copied}", *words, "-no-color"],
            env={**os.environ, **terraform_environment(), "AWS_EC2_METADATA_DISABLED": "true"},
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr
