"""What is validated again, and what the lock file has to give."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scripts.adapters.terraform.offline import running_provider
from scripts.base.errors import SlipwayError
from scripts.upkeep import validate_terraform
from scripts.upkeep.validate_terraform import ask_for_all, changed_folders, copy_infra, validate_all

WRONG = "infra/modules/registry"
TERRAFORM = f"""#!/bin/sh
case "$*" in *{WRONG}\\ validate*) echo "Error: no such argument"; exit 1;; esac
"""


@pytest.fixture
def starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Where a provider was started, by one that says of one module that it is wrong."""
    found: list[Path] = []

    @contextmanager
    def start(folder: Path) -> Iterator[dict[str, str]]:
        found.append(folder)
        yield {}

    terraform = tmp_path / "terraform"
    terraform.write_text(TERRAFORM)
    terraform.chmod(0o755)
    monkeypatch.setattr(validate_terraform, "terraform_binary", lambda: terraform)
    monkeypatch.setattr(validate_terraform, "running_provider", start)
    monkeypatch.setattr(validate_terraform, "WORK", tmp_path / "work")
    monkeypatch.setattr(validate_terraform, "COPY", tmp_path / "copy")
    monkeypatch.setattr(validate_terraform, "VALID", tmp_path / "valid")
    return found


def test_only_what_was_not_valid_is_validated_again(
    starts: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["infra/bootstrap", WRONG]
    monkeypatch.setattr(
        validate_terraform, "terraform_folders", lambda root: [root / name for name in names]
    )
    copy_infra(tmp_path / "copy")
    changed = changed_folders()
    assert list(changed) == names
    assert validate_all(changed) == [f"{WRONG}\nError: no such argument"]
    assert starts == [tmp_path / "copy"]
    assert set(changed_folders()) == {WRONG}


def test_nothing_is_started_where_all_is_valid(
    starts: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(validate_terraform, "changed_folders", dict)
    assert validate_terraform.main([]) == 0
    assert starts == []


@pytest.mark.slow
def test_a_folder_that_asks_for_more_than_the_lock_file_gives_is_refused(tmp_path: Path) -> None:
    copy_infra(tmp_path)
    file = tmp_path / WRONG / "terraform.tf"
    file.write_text(file.read_text().replace('">= 5.', '">= 5.999.0, >= 5.'))
    ask_for_all(tmp_path)
    with (
        pytest.raises(SlipwayError, match=r"does not match\s+configured version constraint"),
        running_provider(tmp_path),
    ):
        pass
