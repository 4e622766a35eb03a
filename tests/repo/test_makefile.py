"""The Makefile is a phone book: every number in it works, and no page names another."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import __main__ as scripts
from scripts.base.project import ROOT
from tests.repo.files import text, tracked

RULE = re.compile(r"^([a-z][a-z-]*):(?!=)(.*)$", re.MULTILINE)
WRITTEN = re.compile(r"(?:`|\n\s{4}|\$\()make (?:-s )?([a-z][a-z-]*)")
PROBE = f"""\
#!{sys.executable}
import sys
print(sys.argv[sys.argv.index("-m") + 1], end="")
"""


def targets() -> dict[str, str]:
    """Rest of the rule's line by target."""
    return dict(RULE.findall(text("Makefile")))


def documents() -> list[str]:
    return [name for name in tracked() if name.endswith(".md")]


def make(*words: str, shell: dict[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    # What a `make test K=…` that runs this was told is no word of this one.
    outer = ("MAKEFLAGS", "M", "K", "KEEP")
    environment = {name: value for name, value in os.environ.items() if name not in outer}
    environment |= shell or {}
    return subprocess.run(
        ["make", "--no-print-directory", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_make_alone_prints_every_target_with_what_it_gives() -> None:
    printed = make().stdout
    missing = [name for name in targets() if not re.search(rf"^  {name} +\S", printed, re.M)]
    assert not missing


@pytest.mark.parametrize("name", sorted(targets()))
def test_a_target_is_documented_phony_and_one_line(name: str) -> None:
    assert "## " in targets()[name]
    phony = re.search(r"^\.PHONY:((?:.*\\\n)*.*)$", text("Makefile"), re.M)
    assert phony
    assert name in phony.group(1).split()
    recipe = re.search(rf"^{name}:.*\n((?:\t.*\n)*)", text("Makefile"), re.M)
    assert recipe
    assert recipe.group(1).count("\n") == 1


@pytest.mark.parametrize("document", documents())
def test_a_document_names_only_targets_that_exist(document: str) -> None:
    assert set(WRITTEN.findall(text(document))) <= set(targets())


@pytest.mark.parametrize("name", sorted(targets()))
def test_a_target_calls_modules_that_exist(name: str) -> None:
    lines = make("--dry-run", "--always-make", name, "TO=0", "REASON=none").stdout
    for module in re.findall(r"(?:-m|emulator\.run) ((?:scripts|emulator|bench)[\w.]*)", lines):
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), module


def test_what_a_reason_holds_is_not_read_by_the_shell() -> None:
    planned = make("--dry-run", "hold", "REASON=it's; rm -rf $HOME").stdout
    assert '--reason "$REASON"' in planned


@pytest.mark.parametrize("name", ["REASON", "TO", "LOCK", "ACCEPT", "PORT", "M", "K", "KEEP"])
def test_what_a_person_types_arrives_as_it_was_typed(name: str, tmp_path: Path) -> None:
    """make reads $H in a value as a variable of its own: `$HOME` became `OME`."""
    typed = """it's $HOME, $(shell id) and "$$" `id`"""
    probe = tmp_path / "probe.mk"
    probe.write_text(f'probe:\n\t@printf %s "$${name}"\n')
    files = ("-f", str(ROOT / "Makefile"), "-f", str(probe))
    assert make(*files, "probe", f"{name}={typed}").stdout == typed


@pytest.mark.parametrize(
    ("words", "chosen"),
    [
        ((), "not soak"),
        (("M=live",), "not soak and (live)"),
        (("M=live or slow",), "not soak and (live or slow)"),
        (("M=$HOME",), "not soak and ($HOME)"),
    ],
)
def test_a_part_of_the_tests_is_chosen_by_its_marker(
    words: tuple[str, ...], chosen: str, tmp_path: Path
) -> None:
    """Makefile's recipe, with a pytest that only prints which tests it is asked for."""
    probe = tmp_path / "probe"
    probe.write_text(PROBE)
    probe.chmod(0o755)
    options = ("--old-file=lint", f"RUN={probe}", "test", *words)
    assert make("-s", *options).stdout == chosen


EMULATOR = ".venv/bin/python -m emulator.run scripts"
ON_AWS = "SLIPWAY_ON=aws .venv/bin/python -m scripts"


def planned(target: str, *words: str, shell: dict[str, str] | None = None) -> str:
    """What a target would run; `shell` holds variables of whoever calls make."""
    ran = make("--dry-run", "-s", "--old-file=.venv/.installed", target, *words, shell=shell)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def verbs() -> list[str]:
    """Targets that act on an environment, or look at one."""
    rules = re.findall(r"^([a-z-]+):.*\n\t@\$\(VERB\)", text("Makefile"), re.MULTILINE)
    assert {"deploy", "status", "unlock-state"} <= set(rules)
    return rules


@pytest.mark.parametrize("target", verbs())
def test_a_verb_acts_on_the_emulator_and_where_it_is_typed_on_the_real_account(target: str) -> None:
    words = ("ENV=prod", "REASON=why")
    assert EMULATOR in planned(target, *words)
    on_aws = planned(target, *words, "ON=aws")
    assert on_aws.startswith(f'{ON_AWS} {target} "prod"')
    assert "emulator" not in on_aws


@pytest.mark.parametrize("words", [(), ("-e",)])
def test_no_variable_of_a_shell_leads_to_a_real_account(words: tuple[str, ...]) -> None:
    shell = {"ON": "aws", "YES": "1", "SLIPWAY_ON": "aws"}
    assert EMULATOR in planned("deploy", *words, shell=shell)
    assert "--yes" not in planned("deploy", *words, "ON=aws", shell=shell)


def test_a_yes_is_for_what_changes_a_real_account_alone() -> None:
    groups = [group for group in scripts.GROUPS if group.changes]
    changing = {verb for group in groups for verb in group.verbs}
    # What cannot be taken back asks on the emulator too.
    always = {"destroy"}
    for target in verbs():
        said = planned(target, "ON=aws", "YES=1").split()
        assert ("--yes" in said) is (target in changing | always)
        assert ("--yes" in planned(target, "YES=1").split()) is (target in always)
        assert "--yes" not in planned(target, "ON=aws").split()


@pytest.mark.parametrize("value", ["AWS", "emulator", "aws aws", "aws ", "$(shell id)"])
def test_any_other_place_is_wrong_usage(value: str) -> None:
    ran = make("--dry-run", "status", f"ON={value}")
    assert ran.returncode == 2
    assert "ON=aws" in ran.stderr


@pytest.mark.parametrize("target", ["up", "down"])
def test_what_is_the_emulators_alone_is_not_done_elsewhere(target: str) -> None:
    ran = make("--dry-run", target, "ON=aws")
    assert ran.returncode == 2
    assert "emulator" in ran.stderr


def test_nothing_in_the_makefile_is_newer_than_the_make_of_macos() -> None:
    """GNU make 3.81 knows neither grouped targets nor `.ONESHELL`, `$(file ...)` or `!=`."""
    assert not re.search(r"&:|\.ONESHELL|\$\(file |!=|\$\(let |\$\(intcmp ", text("Makefile"))


def test_ci_runs_the_test_command_of_the_readme_and_nothing_else() -> None:
    commands = [
        line
        for line in text(".ci/run").splitlines()
        if line and not line.startswith("#") and not line.startswith(("set ", "cd "))
    ]
    assert commands == ["exec make test"]
    assert "make test" in text("README.md")
