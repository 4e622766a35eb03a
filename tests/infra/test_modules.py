"""The own tests of each module and of bootstrap: mocked plans, run by the pinned Terraform."""

import os
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from scripts.adapters.terraform.offline import running_provider
from scripts.adapters.terraform.toolchain import terraform_binary
from scripts.base.project import ROOT
from scripts.upkeep.validate_terraform import copy_infra

TESTED = sorted(
    {path.parent.parent.relative_to(ROOT).as_posix() for path in ROOT.glob("infra/**/tests/*.hcl")}
)

pytestmark = pytest.mark.slow


def run_tests(folder: Path, provider: dict[str, str]) -> str:
    """Return what `terraform test` says of a folder."""
    for verb in (["init", "-backend=false", "-input=false"], ["test"]):
        done = subprocess.run(
            [terraform_binary(), f"-chdir={folder}", *verb, "-no-color"],
            env={**os.environ, **provider},
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
    """What `terraform test` says of each folder that was asked for, one a core."""
    copy = tmp_path_factory.mktemp("infra")
    copy_infra(copy)
    asked = [
        str(item.callspec.params["folder"])
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.path == Path(__file__)
    ]
    with (
        running_provider(copy / "infra/bootstrap") as provider,
        ThreadPoolExecutor(max_workers=os.cpu_count()) as pool,
    ):
        yield {name: pool.submit(run_tests, copy / name, provider) for name in asked}


@pytest.mark.parametrize("folder", TESTED, ids=lambda folder: folder.rsplit("/", 1)[1])
def test_it_does_what_its_tests_say(answers: dict[str, "Future[str]"], folder: str) -> None:
    passed = re.search(r"^Success! (\d+) passed, 0 failed", answers[folder].result(), re.MULTILINE)
    # Terraform calls it a success when it finds no test.
    assert passed
    assert int(passed.group(1)) > 0
