"""Every pin has something that moves it: Renovate, or the workflow that looks for newer AMIs.

What Renovate matches and reads is from its documentation: "Managers", each manager's page.
"""

import json
import re
from copy import deepcopy
from fnmatch import fnmatch
from functools import cache
from pathlib import PurePath
from typing import Any

import pytest

from scripts.base.project import environments
from scripts.operations.find_newest_ami import pin_of
from tests.repo.files import text, tracked

CONFIG: dict[str, Any] = json.loads(text(".github/renovate.json"))

MATCHED = {
    "dockerfile": r"(^|/|\.)[Dd]ockerfile$",
    "github-actions": r"(^|/)\.github/(workflows|actions)/.+\.ya?ml$",
    "pre-commit": r"(^|/)\.pre-commit-config\.ya?ml$",
    "terraform": r"\.tf$",
    "terraform-version": r"(^|/)\.terraform-version$",
    "tflint-plugin": r"\.tflint\.hcl$",
}
"""What a manager looks at by itself; patterns of the configuration are added."""

OFF_BY_ITSELF = {"pre-commit"}

PINS = {
    "github-actions": r"^\s*(?:- )?uses: [\w-]+/",
    "dockerfile": r"^FROM \S+@sha256:",
    "pre-commit": r"additional_dependencies: \[\S+@v",
    "tflint-plugin": r'^plugin "\w+" \{[^}]*\bversion\b',
    "terraform": r'^provider "[\w./-]+" \{\n\s+version\b',
    "terraform-version": r"\A\d+\.\d+\.\d+\n\Z",
    "pip-compile": r"^[\w-]+==\S+ \\\n\s+--hash=",
}
"""How a pin that a manager moves is written."""

BY_A_PERSON = {"requirements/terraform.sha256"}
"""docs/decisions/0062; test_tools.py is red until it is done."""

HASH = re.compile(r"\b(?:[0-9a-f]{40}|[0-9a-f]{64})\b")
UNDERSTOOD = re.compile(
    r"--(?:universal|generate-hashes|(?:python-version|constraint|output-file)=\S+)|[^-]\S*"
)
"""Options of uv that the pip-compile manager takes; it knows more of them."""


def sources() -> list[str]:
    """Files that may hold a pin: what tests, pages and measurements quote is none."""
    return [name for name in tracked() if not re.match(r"(.*/)?(tests|docs|bench)/", name)]


@cache
def pinned() -> set[tuple[str, str]]:
    """Manager and file of every pin."""
    return {
        (manager, name)
        for manager, pin in PINS.items()
        for name in sources()
        if re.search(pin, text(name), re.MULTILINE)
    }


def looks_at(config: dict[str, Any], manager: str, name: str) -> bool:
    own = config.get(manager, {})
    if manager not in config["enabledManagers"]:
        return False
    if not own.get("enabled", manager not in OFF_BY_ITSELF):
        return False
    rules = [rule for rule in config["packageRules"] if rule.get("enabled") is False]
    if any(fnmatch(name, left) for rule in rules for left in rule["matchFileNames"]):
        return False
    if name.endswith(".terraform.lock.hcl"):
        # It is read with the configuration beside it.
        name = str(PurePath(name).with_name("terraform.tf"))
    patterns = [pattern.strip("/") for pattern in own.get("managerFilePatterns", [])]
    patterns += [MATCHED[manager]] if manager in MATCHED else []
    return any(re.search(pattern, name) for pattern in patterns)


def left_out(config: dict[str, Any]) -> set[tuple[str, str]]:
    return {pin for pin in pinned() if not looks_at(config, *pin)}


def test_every_pin_is_looked_after() -> None:
    assert left_out(CONFIG) == set()


@pytest.mark.parametrize("manager", PINS)
def test_a_manager_that_is_missing_leaves_pins_out(manager: str) -> None:
    without = deepcopy(CONFIG)
    without["enabledManagers"].remove(manager)
    assert {name for name, _ in left_out(without)} == {manager}


@pytest.mark.parametrize("manager", ["pip-compile", "pre-commit", "tflint-plugin"])
def test_what_renovate_does_not_do_by_itself_is_asked_for(manager: str) -> None:
    without = deepcopy(CONFIG)
    del without[manager]
    assert {name for name, _ in left_out(without)} == {manager}


def test_no_other_file_holds_a_hash() -> None:
    looked_after = {name for _, name in pinned()}
    assert {name for name in sources() if HASH.search(text(name))} <= looked_after | BY_A_PERSON


def test_every_requirement_has_a_lock_file_that_is_made_anew_every_week() -> None:
    asked = [name for name in tracked() if re.match(r"requirements/\w+\.in$", name)]
    assert len(asked) >= 2
    for name in asked:
        assert ("pip-compile", name.removesuffix(".in") + ".txt") in pinned()
    assert CONFIG["pip-compile"]["lockFileMaintenance"]["enabled"] is True


def test_every_machine_image_is_looked_after_by_its_workflow() -> None:
    pinned_amis = [name for name in sources() if re.search(r'\bami_name += "', text(name))]
    assert pinned_amis == [f"infra/envs/{name}/main.tf" for name in sorted(environments())]
    for name in environments():
        assert pin_of(name).file in pinned_amis
    assert "-m scripts report-newest-ami\n" in text(".github/workflows/images.yml")


def command(lock: str) -> list[str]:
    """The words after `uv pip compile` that made a lock file, from its header."""
    found = re.match(r"#.*\n# {4}uv pip compile (.+)\n", text(lock))
    assert found, f"{lock} does not say how it was made"
    return found.group(1).split()


@pytest.mark.parametrize("name", ["dev", "run"])
def test_renovate_can_repeat_the_command_that_made_a_lock_file(name: str) -> None:
    words = command(f"requirements/{name}.txt")
    assert [word for word in words if not UNDERSTOOD.fullmatch(word)] == []
    assert f"--output-file=requirements/{name}.txt" in words
    assert [word for word in words if not word.startswith("-")] == [f"requirements/{name}.in"]


@pytest.mark.parametrize("word", ["--no-header", "--no-emit-index-url", "--constraint", "-o"])
def test_an_option_that_renovate_refuses_is_noticed(word: str) -> None:
    assert not UNDERSTOOD.fullmatch(word)


@pytest.mark.parametrize("name", ["dev", "run"])
def test_a_lock_file_is_constrained_only_by_what_it_includes(name: str) -> None:
    """Renovate locks what others include before them: the other way round, run.txt stays old."""
    words = " ".join(command(f"requirements/{name}.txt"))
    constraints = re.findall(r"--constraint=(\S+)\.txt", words)
    included = re.findall(r"^-r (\S+)\.in$", text(f"requirements/{name}.in"), re.MULTILINE)
    assert constraints == [f"requirements/{other}" for other in included]


def test_the_minor_version_of_python_is_the_same_everywhere_and_stays() -> None:
    [allowed] = [
        re.compile(rule["allowedVersions"].strip("/"))
        for rule in CONFIG["packageRules"]
        if "python" in rule.get("matchPackageNames", [])
    ]
    [image] = re.findall(r"^FROM python:([^@\s]+)", text("Dockerfile"), re.MULTILINE)
    [action] = re.findall(r'python-version: "([^"]+)"', text(".github/actions/setup/action.yml"))
    [lock] = re.findall(r"--python-version=(\S+)", " ".join(command("requirements/run.txt")))
    for version in (image, action, lock):
        assert allowed.search(version), version
    assert not allowed.search("3.12.0-slim-bookworm")
