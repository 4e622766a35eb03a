"""Everything that AWS can tag says whose it is.

The provider's default tags reach the argument `tags` of a resource and nothing else (provider's
documentation, "Resource Tagging"): neither what a launch template tags, nor a group.
"""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from scripts.adapters.terraform.offline import running_provider
from scripts.adapters.terraform.toolchain import terraform_binary
from scripts.base.project import ROOT
from scripts.upkeep.validate_terraform import copy_infra

pytestmark = pytest.mark.slow

Block = dict[str, Any]

REACHED = {"tags", "tags_all"}
WITHOUT_DEFAULTS = {
    ("aws_autoscaling_group", "tag"),
    ("aws_launch_template", "tag_specifications"),
}
"""Where default tags do not reach: `service.tftest.hcl` looks that they are there all the same."""


@pytest.fixture(scope="module")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Block]:
    """What the locked provider knows of each type of resource that the modules use."""
    folder = tmp_path_factory.mktemp("schema")
    copy_infra(folder)
    # A module: it has no backend, which would have to be reached first.
    root = folder / "infra" / "modules" / "service"
    with running_provider(folder / "infra" / "bootstrap") as provider:
        for words in (["init", "-backend=false", "-input=false"], ["providers", "schema", "-json"]):
            done = subprocess.run(
                [terraform_binary(), *words],
                cwd=root,
                env={**os.environ, **provider},
                check=True,
                capture_output=True,
                text=True,
            )
    [known] = [
        one["resource_schemas"]
        for name, one in json.loads(done.stdout)["provider_schemas"].items()
        if name.endswith("/aws")
    ]
    return {name: known[name]["block"] for name in used()}


def used() -> set[str]:
    texts = [path.read_text() for path in (ROOT / "infra").rglob("*.tf")]
    return {name for text in texts for name in re.findall(r'^resource "(aws_\w+)"', text, re.M)}


def tagging(block: Block) -> Iterator[str]:
    """Names of a resource's arguments and blocks that put tags on something."""
    for name in {**block.get("attributes", {}), **block.get("block_types", {})}:
        if name in ("tag", "tags", "tags_all", "volume_tags", "tag_specifications"):
            yield name


def test_default_tags_reach_everything_but_what_is_tagged_by_hand(
    schemas: dict[str, Block],
) -> None:
    found = {
        (kind, name)
        for kind, block in schemas.items()
        for name in tagging(block)
        if not (name in REACHED and set(block["attributes"]) >= REACHED)
    }
    assert found == WITHOUT_DEFAULTS
    assert sum("tags_all" in block["attributes"] for block in schemas.values()) > 20


@pytest.mark.parametrize("kind", ["instance", "network-interface", "volume"])
def test_a_launch_tags_everything_that_it_makes(kind: str) -> None:
    text = (ROOT / "infra" / "modules" / "service" / "ec2.tf").read_text()
    assert re.search(rf'resource_type = "{kind}"\n', text)
