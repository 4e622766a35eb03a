"""What bootstrap says is to be set next."""

from dataclasses import replace

from scripts.base.project import Environment, Project
from scripts.commands.bootstrap import next_steps

CONNECTED = Project(
    "slipway",
    "eu-central-1",
    "example/slipway",
    "123456789012",
    (Environment("dev"),),
    owner_id=1,
    repository_id=2,
)


def test_on_the_emulator_the_next_thing_is_a_deploy():
    unconnected = replace(CONNECTED, registry_account_id=None)
    assert next_steps(unconnected) == ["next: make deploy ENV=dev"]


def test_without_a_repository_it_says_that_github_has_no_role():
    (line,) = next_steps(replace(CONNECTED, repository=None))
    assert '"repository"' in line


def test_without_its_numbers_it_says_how_to_find_them():
    first, _ = next_steps(replace(CONNECTED, repository_id=None))
    assert "gh api repos/example/slipway --jq '{owner_id: .owner.id, repository_id: .id}'" in first


def test_with_everything_known_only_github_is_left():
    (line,) = next_steps(CONNECTED)
    assert "environments" in line
