"""Where the provider comes from, and what Terraform is told about it."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.adapters.terraform import find_provider, toolchain
from scripts.adapters.terraform.find_provider import (
    PROVIDER,
    holds_provider,
    locked_version,
)
from scripts.adapters.terraform.install_terraform import platform_name
from scripts.base.errors import RefusedError, UsageError

VERSION = "5.1.2"
LOCK = f"""\
provider "{PROVIDER}" {{
  version     = "{VERSION}"
  constraints = ">= 5.0.0"
}}
"""


def unpacked(mirror: Path, version: str = VERSION, platform: str | None = None) -> Path:
    folder = mirror / PROVIDER / version / (platform or platform_name())
    folder.mkdir(parents=True)
    (folder / f"terraform-provider-aws_v{version}_x5").touch()
    return mirror


def packed(mirror: Path, version: str = VERSION) -> Path:
    folder = mirror / PROVIDER
    folder.mkdir(parents=True)
    (folder / f"terraform-provider-aws_{version}_{platform_name()}.zip").touch()
    return mirror


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A machine with a lock file, no mirror and no registry."""
    lock = tmp_path / ".terraform.lock.hcl"
    lock.write_text(LOCK)
    monkeypatch.setattr(toolchain, "LOCK_FILE", lock)
    monkeypatch.setattr(toolchain, "TOOLS", tmp_path / ".tools")
    monkeypatch.setattr(toolchain, "PLUGINS", tmp_path / ".tools" / "plugins")
    monkeypatch.setattr(toolchain, "OPT", tmp_path / "opt")
    monkeypatch.setattr(toolchain, "registry_answers", lambda: False)
    monkeypatch.setattr(toolchain, "terraform_binary", lambda: tmp_path / "bin" / "terraform")
    for name, value in {
        "HOME": tmp_path / "home",
        "XDG_DATA_HOME": tmp_path / "data",
        "XDG_DATA_DIRS": tmp_path / "share",
    }.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.delenv(toolchain.MIRROR_VARIABLE, raising=False)
    toolchain.terraform_environment.cache_clear()
    yield tmp_path
    toolchain.terraform_environment.cache_clear()


def configured() -> str:
    return Path(toolchain.terraform_environment()["TF_CLI_CONFIG_FILE"]).read_text()


def again() -> str:
    toolchain.terraform_environment.cache_clear()
    return configured()


@pytest.mark.parametrize(
    "place",
    [
        "home/.terraform.d/plugins",
        "data/terraform/plugins",
        "share/terraform/plugins",
        "opt/mirror",
    ],
)
def test_a_mirror_in_a_conventional_place_is_found(machine: Path, place: str) -> None:
    mirror = unpacked(machine / place)
    assert f'path    = "{mirror}"' in configured()


def test_the_search_goes_no_deeper_than_one_folder(machine: Path) -> None:
    unpacked(machine / "opt" / "one" / "two")
    with pytest.raises(RefusedError, match="cannot be installed"):
        configured()


@pytest.mark.parametrize(("version", "platform"), [("5.1.3", None), (VERSION, "plan9_mips")])
def test_a_mirror_of_another_version_or_platform_is_passed_over(
    machine: Path, version: str, platform: str | None
) -> None:
    unpacked(machine / "opt" / "a", version, platform)
    mirror = unpacked(machine / "opt" / "b")
    assert f'path    = "{mirror}"' in configured()


def test_a_mirror_of_archives_gets_a_plugin_cache_and_one_of_folders_needs_none(
    machine: Path,
) -> None:
    mirror = packed(machine / "opt" / "mirror")
    assert f'path    = "{mirror}"' in configured()
    assert toolchain.terraform_environment()["TF_PLUGIN_CACHE_DIR"] == str(toolchain.PLUGINS)
    assert toolchain.PLUGINS.is_dir()

    archive = next((mirror / PROVIDER).glob("*.zip"))
    archive.unlink()
    unpacked(mirror)
    toolchain.terraform_environment.cache_clear()
    assert "TF_PLUGIN_CACHE_DIR" not in toolchain.terraform_environment()


def test_the_registry_is_used_where_it_answers(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpacked(machine / "opt" / "mirror")
    monkeypatch.setattr(toolchain, "registry_answers", lambda: True)
    assert configured() == toolchain.FROM_REGISTRY


def test_what_was_downloaded_before_is_used_without_asking_again(machine: Path) -> None:
    unpacked(toolchain.PLUGINS)
    assert configured() == toolchain.FROM_REGISTRY


def test_a_mirror_is_remembered_and_the_registry_not_asked_again(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = unpacked(machine / "opt" / "mirror")
    first = configured()

    def asked() -> bool:
        raise AssertionError("the registry was asked")

    monkeypatch.setattr(toolchain, "registry_answers", asked)
    assert again() == first
    assert str(mirror) in first


def test_a_remembered_mirror_that_is_gone_is_searched_for_anew(machine: Path) -> None:
    unpacked(machine / "opt" / "mirror")
    configured()
    (machine / "opt" / "mirror").rename(machine / "opt" / "moved")
    assert f'path    = "{machine / "opt" / "moved"}"' in again()


def test_the_variable_wins_over_every_place(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked(machine / "opt" / "mirror")
    mine = unpacked(machine / "mine")
    monkeypatch.setenv(toolchain.MIRROR_VARIABLE, str(mine))
    assert f'path    = "{mine}"' in configured()


def test_a_variable_that_names_an_empty_folder_is_an_error(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpacked(machine / "opt" / "mirror")
    monkeypatch.setenv(toolchain.MIRROR_VARIABLE, str(machine))
    with pytest.raises(UsageError, match="names a folder without the AWS provider"):
        configured()


def test_no_provider_to_be_had_names_the_variable_that_helps(machine: Path) -> None:
    with pytest.raises(RefusedError, match=toolchain.MIRROR_VARIABLE):
        configured()


def test_a_registry_that_is_silent_counts_as_none() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        assert not find_provider.registry_answers(url, seconds=0.2)


def test_a_name_that_takes_for_ever_to_look_up_does_not_hold_the_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended = threading.Event()

    def look_up(*_: object, **__: object) -> None:
        ended.wait(60)
        raise OSError

    monkeypatch.setattr("urllib.request.urlopen", look_up)
    assert not find_provider.registry_answers("http://127.0.0.1/", seconds=0.1)
    ended.set()


def test_the_locked_version_is_read_from_the_lock_file(tmp_path: Path) -> None:
    assert locked_version(tmp_path / "missing") is None
    lock = tmp_path / "lock"
    lock.write_text(LOCK)
    assert locked_version(lock) == VERSION


def test_any_version_will_do_where_none_is_locked(tmp_path: Path) -> None:
    assert holds_provider(unpacked(tmp_path / "a", "4.0.0"), None)
    assert holds_provider(packed(tmp_path / "b", "4.0.0"), None)
    assert not holds_provider(tmp_path, None)
