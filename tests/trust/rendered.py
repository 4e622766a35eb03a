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

HERE = Path(__file__).parent
PREFIX = "slipway-"
FIRST, SECOND = "123456789012", "444455556666"
"""Accounts of the project that is rendered; the second is prod's where each has one."""

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
        bucket_policy: of the state bucket.
        registry_policy: of the image repository; None without one.
    """

    roles: Mapping[str, Role]
    boundaries: Mapping[str, dict[str, Any]]
    bucket_policy: dict[str, Any]
    registry_policy: dict[str, Any] | None

    @property
    def of_jobs(self) -> set[str]:
        """Names of the roles that jobs take; a clone that has named people has more."""
        return {name for name in self.roles if not name.endswith(("-viewer", "-operator"))}


def render(folder: Path, runs: str, *, accounts: bool = False) -> dict[str, Rendered]:
    """Plan every run of a file in a copy below `folder`; return what each makes.

    Args:
        folder: where the copy is made.
        runs: a `.tftest.hcl` beside this module.
        accounts: whether dev and prod have an account each.
    """
    copy_infra(folder)
    project = folder / "project.json"
    project.write_text(json.dumps(_known(json.loads(project.read_text()), accounts=accounts)))
    root = folder / "infra" / "bootstrap"
    shutil.rmtree(root / "tests", ignore_errors=True)
    (root / "tests").mkdir()
    shutil.copy(HERE / runs, root / "tests")
    with running_provider(root) as provider:
        _terraform(root, provider, "init", "-backend=false", "-input=false", "-no-color")
        said = _terraform(root, provider, "test", "-json", "-verbose")
    return {
        one["@testrun"]: _rendered(one["test_plan"]["resource_changes"]) for one in _plans(said)
    }


def _known(project: dict[str, Any], *, accounts: bool) -> dict[str, Any]:
    """Return this project's environments under a name that the tests know, whatever its own is."""
    unconnected = dict.fromkeys(("owner_id", "repository_id", "registry_account_id"))
    known = {"name": "slipway", "region": "eu-central-1", "repository": "example/slipway"}
    of = {"dev": FIRST, "prod": SECOND} if accounts else {}
    return {
        **project,
        **unconnected,
        **known,
        "registry_account_id": of.get("dev"),
        "environments": [
            {**one, "account_id": of.get(one["name"])} for one in project["environments"]
        ],
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
    buckets = [json.loads(one["policy"]) for one in made("aws_s3_bucket_policy")]
    registries = [json.loads(one["policy"]) for one in made("aws_ecr_repository_policy")]
    return Rendered(roles, boundaries, next(iter(buckets), {}), next(iter(registries), None))
