"""The pinned Terraform: from PATH, or downloaded and what was published."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from scripts.adapters.terraform import install_terraform
from scripts.adapters.terraform.install_terraform import archive_name, find_terraform
from scripts.base.errors import RefusedError

VERSION = "9.8.7"


def script(folder: Path, answer: str) -> Path:
    """Put a `terraform` into a folder that answers `version -json`."""
    folder.mkdir(parents=True, exist_ok=True)
    binary = folder / "terraform"
    binary.write_text(f"#!/bin/sh\necho '{answer}'\n")
    binary.chmod(0o755)
    return binary


def archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as files:
        files.writestr("terraform", "#!/bin/sh\necho published\n")
        files.writestr("LICENSE.txt", "")
    return buffer.getvalue()


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository that pins VERSION, and a PATH without Terraform."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / ".terraform-version").write_text(f"{VERSION}\n")
    checksum = hashlib.sha256(archive()).hexdigest()
    lines = f"{checksum}  {archive_name(VERSION)}\n"
    (tmp_path / "requirements" / "terraform.sha256").write_text(lines)
    monkeypatch.setenv("PATH", str(tmp_path / "bin") + ":/usr/bin:/bin")
    monkeypatch.setattr(install_terraform, "RELEASES", "http://127.0.0.1:9/nobody")
    return tmp_path


@pytest.fixture
def vendor(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The vendor's releases, as a folder that the test may change; gives the archive in it.

    A folder and not a server of this process: `urlopen` reads both, and a thread that serves
    cannot be left behind by a test that fails.
    """
    published = root / "releases" / VERSION / archive_name(VERSION)
    published.parent.mkdir(parents=True)
    published.write_bytes(archive())
    monkeypatch.setattr(install_terraform, "RELEASES", (root / "releases").as_uri())
    return published


def test_the_pinned_version_on_path_is_used(root: Path) -> None:
    binary = script(root / "bin", f'{{"terraform_version": "{VERSION}"}}')
    assert find_terraform(root, root / "tools") == binary


@pytest.mark.parametrize("answer", ['{"terraform_version": "9.8.6"}', "not JSON", "[]", "{}"])
def test_another_terraform_on_path_is_left_alone(root: Path, vendor: Path, answer: str) -> None:
    script(root / "bin", answer)
    found = find_terraform(root, root / "tools")
    assert found == root / "tools" / f"terraform-{VERSION}" / "terraform"
    assert found.read_text().endswith("echo published\n")
    assert found.stat().st_mode & 0o111


def test_it_is_downloaded_once(root: Path, vendor: Path) -> None:
    found = find_terraform(root, root / "tools")
    vendor.unlink()
    assert find_terraform(root, root / "tools") == found


def test_an_archive_with_other_bytes_is_refused_and_nothing_installed(
    root: Path, vendor: Path
) -> None:
    vendor.write_bytes(archive() + b"!")
    with pytest.raises(RefusedError, match="not the published one"):
        find_terraform(root, root / "tools")
    assert not (root / "tools").exists()


def test_no_terraform_to_be_had_names_the_version_and_the_address(root: Path) -> None:
    with pytest.raises(RefusedError) as refused:
        find_terraform(root, root / "tools")
    assert f"Terraform {VERSION} is not on PATH and cannot be downloaded" in str(refused.value)
    assert "http://127.0.0.1:9/nobody" in str(refused.value)


def test_a_platform_without_a_checksum_is_not_downloaded_for(
    root: Path, vendor: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    with pytest.raises(RefusedError, match="cannot be checked"):
        find_terraform(root, root / "tools")


def test_a_configuration_file_of_the_shell_that_is_missing_does_not_matter(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    binary = script(root / "bin", f'{{"terraform_version": "{VERSION}"}}')
    text = binary.read_text().replace("echo", '[ -z "$TF_CLI_CONFIG_FILE" ] && echo')
    binary.write_text(text)
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(root / "missing"))
    assert find_terraform(root, root / "tools") == binary
