"""Each module's own tests: mocked plans, run by the pinned Terraform."""

import os
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from scripts.project import ROOT
from scripts.toolchain import terraform_binary, terraform_environment
from scripts.validate_terraform import copy_infra

MODULES = sorted({path.parent.parent.name for path in ROOT.glob("infra/modules/*/tests/*.hcl")})
INIT = ("init", "-backend=false", "-input=false", "-lockfile=readonly")

pytestmark = pytest.mark.slow


def terraform(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [terraform_binary(), f"-chdir={folder}", *arguments, "-no-color"],
        env={**os.environ, **terraform_environment(), "AWS_EC2_METADATA_DISABLED": "true"},
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="session")
def answers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, "Future[str]"]]:
    """What `terraform test` says of each module that was asked for, one module a core."""
    copy = tmp_path_factory.mktemp("infra")
    copy_infra(copy)
    asked = [
        str(item.callspec.params["module"])
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.path == Path(__file__)
    ]
    folders = {module: copy / "infra" / "modules" / module for module in asked}
    for folder in folders.values():
        # One after the other: they may share a plugin cache.
        terraform(folder, *INIT)
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        yield {name: pool.submit(terraform, folder, "test") for name, folder in folders.items()}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_does_what_its_tests_say(answers: dict[str, "Future[str]"], module: str) -> None:
    passed = re.search(r"^Success! (\d+) passed, 0 failed", answers[module].result(), re.MULTILINE)
    # Terraform calls it a success when it finds no test.
    assert passed
    assert int(passed.group(1)) > 0
