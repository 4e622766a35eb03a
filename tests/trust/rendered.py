"""What the HCL says: policies from mocked plans of infra, made by Terraform itself."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.adapters.terraform.offline import running_provider
from scripts.adapters.terraform.toolchain import terraform_binary
from scripts.upkeep.validate_terraform import copy_infra

RUNS = Path(__file__).with_name("render.tftest.hcl")
PREFIX = "slipway-"
SCHEMA = ',"provider_schemas":'
"""What begins 13 MB of each plan, which take a second to decode. No value holds it: JSON escapes
the quotes in them."""


@dataclass(frozen=True)
class Role:
    """A role of a plan.

    Attributes:
        trust: its trust policy.
        policies: its own and the attached ones.
        session_seconds: how long it can be held at most.
    """

    trust: dict[str, Any]
    policies: tuple[dict[str, Any], ...]
    session_seconds: int


@dataclass(frozen=True)
class Rendered:
    """What one plan makes.

    Attributes:
        roles: by what follows the project in their names, such as `dev-release`.
        boundaries: permissions boundaries, by environment.
    """

    roles: Mapping[str, Role]
    boundaries: Mapping[str, dict[str, Any]]


def render(folder: Path) -> dict[str, Rendered]:
    """Plan every run of render.tftest.hcl in a copy below `folder`; return what each makes."""
    copy_infra(folder)
    root = folder / "infra" / "bootstrap"
    shutil.rmtree(root / "tests", ignore_errors=True)
    (root / "tests").mkdir()
    shutil.copy(RUNS, root / "tests")
    with running_provider(root) as provider:
        _terraform(root, provider, "init", "-backend=false", "-input=false", "-no-color")
        said = _terraform(root, provider, "test", "-json", "-verbose")
    return {
        one["@testrun"]: _rendered(one["test_plan"]["resource_changes"]) for one in _plans(said)
    }


def _plans(said: str) -> Iterator[dict[str, Any]]:
    """Each plan of a test's output, without the provider's schema that ends it."""
    for line in said.splitlines():
        plan, schema, _ = line.partition(SCHEMA)
        if schema:
            yield json.loads(plan + "}}")


def _terraform(root: Path, provider: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [terraform_binary(), *arguments],
        cwd=root,
        env={**os.environ, **provider},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{done.stdout[-5000:]}\n{done.stderr}"
    return done.stdout


def _rendered(changes: list[dict[str, Any]]) -> Rendered:
    def made(kind: str) -> list[dict[str, Any]]:
        return [one["change"]["after"] for one in changes if one["type"] == kind]

    texts = {one["name"]: one["policy"] for one in made("aws_iam_policy")}
    own = [(one["role"], one["policy"]) for one in made("aws_iam_role_policy")]
    attached = [
        (one["role"], texts[one["policy_arn"].split(":policy/")[1]])
        for one in made("aws_iam_role_policy_attachment")
    ]
    roles = {
        role["name"].removeprefix(PREFIX): Role(
            trust=json.loads(role["assume_role_policy"]),
            policies=tuple(
                json.loads(text) for name, text in [*own, *attached] if name == role["name"]
            ),
            session_seconds=role["max_session_duration"],
        )
        for role in made("aws_iam_role")
    }
    boundaries = {
        name.removeprefix(PREFIX).removesuffix("-boundary"): json.loads(text)
        for name, text in texts.items()
        if name.endswith("-boundary")
    }
    return Rendered(roles, boundaries)
