"""Every module's own tests pass: mocked plans, which need no account and no stage."""

import os
import subprocess
from pathlib import Path

import pytest

from scripts.project import ROOT
from scripts.toolchain import terraform_binary, terraform_environment
from scripts.validate_terraform import copy_infra
from tests.repo.files import folders

MODULES = [folder.name for folder in folders("infra/modules/*")]


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy what Terraform reads: `init` leaves nothing behind in the repository."""
    target = tmp_path_factory.mktemp("checkout")
    copy_infra(target)
    return target


@pytest.mark.slow
@pytest.mark.parametrize("module", MODULES)
def test_a_modules_own_tests_pass(module: str, checkout: Path, tmp_path: Path) -> None:
    environment = {**os.environ, **terraform_environment(), "TF_DATA_DIR": str(tmp_path)}

    def terraform(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [terraform_binary(), f"-chdir={checkout / 'infra' / 'modules' / module}", *words],
            env=environment,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    prepared = terraform("init", "-backend=false", "-input=false", "-no-color")
    assert prepared.returncode == 0, prepared.stdout
    tested = terraform("test", "-no-color")
    assert tested.returncode == 0, tested.stdout
    assert "\nSuccess! " in tested.stdout, f"{ROOT}: no test ran\n{tested.stdout}"
