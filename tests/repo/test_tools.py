"""Every tool has one pin, and no hook is fetched from another repository."""

import re
from typing import Any

import pytest
import yaml

from scripts.base.project import ROOT
from tests.repo.files import folders, text, tracked

HOOKS: list[dict[str, Any]] = [
    {"repo": repository["repo"], **hook}
    for repository in yaml.safe_load(text(".pre-commit-config.yaml"))["repos"]
    for hook in repository["hooks"]
]


def pinned() -> str:
    return text(".terraform-version").strip()


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_is_local_and_its_tool_pinned(hook: dict[str, Any]) -> None:
    assert hook["repo"] == "local"
    if hook["language"] == "system":
        assert hook["entry"].startswith(".venv/bin/")
    else:
        assert hook["language"] == "golang"
        assert all(
            re.search(r"@v\d+\.\d+\.\d+$", module) for module in hook["additional_dependencies"]
        )


@pytest.mark.parametrize("name", ["ruff", "mypy", "shellcheck", "shfmt", "zizmor"])
def test_a_linter_of_the_environment_is_hash_locked(name: str) -> None:
    assert re.search(rf"^{name}(-py)?==", text("requirements/dev.txt"), re.MULTILINE)


def test_terraform_has_a_published_checksum_for_every_platform_that_the_lock_file_serves() -> None:
    names = [line.split()[1] for line in text("requirements/terraform.sha256").splitlines()]
    platforms = ("darwin_amd64", "darwin_arm64", "linux_amd64", "linux_arm64")
    assert names == [f"terraform_{pinned()}_{platform}.zip" for platform in platforms]


def test_the_pinned_terraform_is_one_that_every_folder_accepts() -> None:
    for folder in [
        *folders("infra/bootstrap"),
        *folders("infra/envs/*"),
        *folders("infra/modules/*"),
    ]:
        found = re.search(
            r'required_version\s*=\s*">= ([\d.]+), < ([\d.]+)"',
            "\n".join(file.read_text() for file in folder.glob("*.tf")),
        )
        assert found, folder
        at_least, below = (tuple(map(int, bound.split("."))) for bound in found.groups())
        assert at_least <= tuple(map(int, pinned().split("."))) < below, folder


def test_the_version_of_terraform_is_written_in_one_place() -> None:
    """Constraints say what the configuration needs; the pin is what everybody runs."""
    allowed = {".terraform-version", "requirements/terraform.sha256"}
    named = re.compile(rf"(?<![\d.]){re.escape(pinned())}(?![\d.])")
    found = {
        name
        for name in tracked()
        if name.endswith((".py", ".yaml", ".yml", ".hcl", ".tf", "Makefile", "run", ".toml"))
        and not name.startswith("tests/")
        and named.search(text(name))
    }
    assert found <= allowed


def test_both_configurations_of_tflint_hold_the_same_built_in_rules() -> None:
    def built_in(name: str) -> str:
        found = re.search(r'config \{.*?\nrule ".*?\n\}', text(name), re.S)
        assert found
        return found.group()

    assert built_in(".tflint.hcl") == built_in(".tflint.aws.hcl")


def test_every_shell_script_is_seen_by_the_shell_hooks() -> None:
    """pre-commit knows a shell script by its name or its first line."""
    for name in tracked():
        lines = text(name).splitlines()[:1] if name.endswith((".sh", "run")) else []
        assert not lines or re.match(r"#!.*\b(ba)?sh\b|#", lines[0]), name


def test_workflows_are_seen_by_their_linters() -> None:
    seen = {hook["id"]: re.compile(hook["files"]) for hook in HOOKS if "files" in hook}
    for name in tracked():
        if name.startswith(".github/workflows/"):
            assert seen["actionlint"].search(name), name
            assert seen["zizmor"].search(name), name
    assert seen["zizmor"].search(".github/actions/setup/action.yml")
    assert seen["actionlint"].search(".github/workflows/deploy.yml")


def test_the_emulator_and_the_tools_write_where_git_does_not_look() -> None:
    ignored = text(".gitignore").split()
    for folder in (".venv/", ".tools/", ".work/", ".emulator/"):
        assert folder in ignored
    assert (ROOT / ".gitignore").exists()
