"""The one file that runs before anything is installed."""

import ast
import sys
from pathlib import Path

import pytest

from scripts.base.project import ROOT
from scripts.upkeep import make_venv


def fake(folder: Path, name: str, code: int = 0) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\nexit {code}\n")
    file.chmod(0o755)
    return file


def test_an_older_python_can_read_it() -> None:
    ast.parse((ROOT / "scripts" / "upkeep" / "make_venv.py").read_text(), feature_version=(3, 7))


def test_it_imports_nothing_that_must_be_installed() -> None:
    tree = ast.parse((ROOT / "scripts" / "upkeep" / "make_venv.py").read_text())
    imported = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert imported <= set(sys.stdlib_module_names)


def test_a_new_enough_python_uses_itself() -> None:
    assert make_venv.find_python() == sys.executable


def test_an_old_python_finds_the_newest_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(tmp_path, "python3.11")
    newest = fake(tmp_path, "python3.13")
    fake(tmp_path, "python3.9")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    assert make_venv.find_python() == str(newest)


def test_an_old_python_alone_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    assert make_venv.main(tmp_path / ".venv") == 3
    message = capsys.readouterr().err
    assert "this repository needs Python 3.11 or newer" in message
    assert "Python 3.9" in message
    assert "apt-get install python3" in message
    assert not (tmp_path / ".venv").exists()


def test_a_python_without_venv_says_which_part_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = fake(tmp_path, "python", code=1)
    monkeypatch.setattr(make_venv, "find_python", lambda: str(broken))
    assert make_venv.main(tmp_path / ".venv") == 3
    assert "python3-venv" in capsys.readouterr().err


def test_an_environment_is_stamped_only_when_everything_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / ".venv"
    pip = fake(folder / "bin", "python")
    # Answers `-m pip --version`, and fails to install.
    pip.write_text('#!/bin/sh\n[ "$3" = --version ]\n')
    assert make_venv.main(folder) == 1
    assert not (folder / make_venv.STAMP).exists()
    assert "cannot be installed" in capsys.readouterr().err
    pip.write_text("#!/bin/sh\nexit 0\n")
    assert make_venv.main(folder) == 0
    assert (folder / make_venv.STAMP).exists()
