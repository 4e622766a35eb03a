"""Every command that a message names exists where it is read, and takes its options."""

import ast
import importlib
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, get_args

import pytest

from scripts import __main__ as scripts
from scripts.base import place
from scripts.base.errors import SlipwayError
from scripts.base.place import Place
from scripts.base.project import ROOT, environments
from scripts.operations.rollback import Options
from scripts.workflow_steps import dispatched_rollback
from tests.repo.files import text, tracked
from tests.repo.test_makefile import make, targets
from tests.workflows.files import load, resolve

MODULE = "scripts/base/place.py"
SOURCES = [name for name in tracked() if name.startswith("scripts/") and name.endswith(".py")]
RAW = re.compile(rf"\bmake (?:{'|'.join(targets())})\b|gh workflow run|python -m scripts")
IN_EMULATOR = re.compile(r"(?:Run|then|next): make ([a-z][a-z-]*)")
PLACES: tuple[Place, ...] = get_args(Place)
SAMPLES = {
    "to": "0123456789ab",
    "reason": "it's $HOME",
    "lock_id": "1f2e; rm -rf /",
    "accept": "0123456789abcdef",
}
WORKFLOWS = ROOT / ".github" / "workflows"


class ParsedError(Exception):
    """A command has understood its words, and would act now."""


class Hint(NamedTuple):
    """A call of `place.command`, as it is written."""

    where: str
    verb: str
    of_an_environment: bool
    at: Place | None
    options: dict[str, str | bool]

    def rendered(self, at: Place) -> str:
        environment = environments()[0] if self.of_an_environment else ""
        return place.command(self.verb, environment, at=at, **self.options)


def docstrings(tree: ast.AST) -> set[int]:
    """Ids of the strings that stand alone: they are for whoever reads the code."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def written(source: str) -> list[str]:
    """Commands that a module writes itself, into something that it prints."""
    tree = ast.parse(source)
    alone = docstrings(tree)
    strings = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone
    ]
    return [found for string in strings for found in RAW.findall(string)]


def hints(name: str) -> Iterator[Hint]:
    for node in ast.walk(ast.parse(text(name))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "place.command":
            verb, *environment = node.args
            assert isinstance(verb, ast.Constant), f"{name}:{node.lineno}: which verb is it?"
            given = {one.arg: one.value for one in node.keywords}
            at = given.pop("at", None)
            options: dict[str, str | bool] = {
                str(key): SAMPLES.get(str(key), True) for key in given
            }
            yield Hint(
                f"{name}:{node.lineno}",
                str(verb.value),
                bool(environment),
                at.value if isinstance(at, ast.Constant) else None,  # type: ignore[arg-type]
                options,
            )


HINTS = [hint for name in SOURCES if name != MODULE for hint in hints(name)]
READ = [(hint, at) for hint in HINTS for at in ([hint.at] if hint.at else PLACES)]


@pytest.mark.parametrize("name", SOURCES)
def test_a_command_is_written_in_one_module_alone(name: str) -> None:
    assert name == MODULE or written(text(name)) == []


@pytest.mark.parametrize(
    "source",
    [
        'say("next: make status")',
        'say(f"next: make status ENV={name}")',
        'Error(next_step="gh workflow run deploy.yml")',
        'Error(next_step="python -m scripts bootstrap")',
        'HELP = """Then:\n\nmake roll-back\n"""',
    ],
)
def test_a_command_that_is_written_elsewhere_is_noticed(source: str) -> None:
    assert written(source)
    assert written('"""make status"""\nONE = 1\n"""make plan"""\nTWO = "make it so"\n') == []


def test_the_help_of_a_verb_names_no_command_of_one_place() -> None:
    """Its module's docstring is what `--help` prints, wherever that is."""
    alone = {"check", "format", "test"}
    for group in scripts.GROUPS:
        for verb in (*group.verbs, *group.offline):
            path = f"scripts/{group.package}/{verb.replace('-', '_')}.py"
            found = RAW.findall(ast.get_docstring(ast.parse(text(path))) or "")
            named = {one for one in found if one.startswith("make ")}
            assert named <= {f"make {target}" for target in alone}, path


def test_hints_are_found() -> None:
    assert {"status", "deploy", "roll-back", "unlock-state"} <= {hint.verb for hint in HINTS}
    assert len(HINTS) > 40


@pytest.mark.parametrize(
    ("hint", "at"), READ, ids=[f"{hint.where}-{hint.verb}-{at}" for hint, at in READ]
)
def test_a_hint_is_a_command_of_its_place(
    hint: Hint, at: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SLIPWAY_WORK_DIR", str(tmp_path))
    check(hint.rendered(at), monkeypatch)


@pytest.mark.parametrize(
    "command",
    [
        "make frobnicate ENV=dev",
        "make status ENV=dev COLOUR=red",
        "make deploy ENV=dev ACCEPT=none",
        "make hold ENV=dev",
        "gh workflow run nothing.yml -f environment=dev",
        "gh workflow run operate.yml -f verb=url -f environment=dev",
        "gh workflow run operate.yml -f verb=status -f environment=nowhere",
        "gh workflow run rollback.yml -f environment=dev",
        "gh workflow run rollback.yml -f environment=dev -f reason=x -f to=1",
        "gh workflow run rollback.yml -f environment=dev -f reason=x -f hold=1",
        ".venv/bin/python -m scripts frobnicate",
        "slipway status",
    ],
)
def test_a_hint_that_leads_nowhere_is_noticed(
    command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SLIPWAY_WORK_DIR", str(tmp_path))
    with pytest.raises((AssertionError, SystemExit, SlipwayError)):
        check(command, monkeypatch)


def check(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail where a command does not exist, or does not take the words behind it."""
    first, *words = shlex.split(command)
    if first == ".venv/bin/python":
        assert words[:2] == ["-m", "scripts"]
        scripts.find(words[2])
    elif first == "gh":
        assert words[:2] == ["workflow", "run"]
        check_dispatch(words[2], dict(fields(words[3:])))
    else:
        assert first == "make", command
        check_target(words[0], words[1:], monkeypatch)


def fields(words: list[str]) -> Iterator[tuple[str, str]]:
    assert set(words[::2]) <= {"-f"}
    for pair in words[1::2]:
        name, _, value = pair.partition("=")
        yield name, value


def check_dispatch(file: str, given: dict[str, str]) -> None:
    assert (WORKFLOWS / file).exists(), file
    inputs = (load(WORKFLOWS / file)["on"]["workflow_dispatch"] or {}).get("inputs", {})
    assert set(given) <= set(inputs)
    needed = {name for name, one in inputs.items() if one.get("required")}
    assert needed <= set(given)
    for name, value in given.items():
        if inputs[name]["type"] == "choice":
            assert value in inputs[name]["options"]
        if inputs[name]["type"] == "boolean":
            assert value in ("true", "false")


def recipe(target: str, words: list[str]) -> list[str]:
    """The words that make hands to a shell; what the shell reads of its variables is put in."""
    ran = make("--dry-run", "--silent", "--old-file=.venv/.installed", target, *words)
    assert ran.returncode == 0, ran.stderr
    values = dict(word.split("=", 1) for word in words)
    return [
        values.get(word.removeprefix("$"), "") if word.startswith("$") else word
        for word in shlex.split(ran.stdout)
    ]


def check_target(target: str, words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert target in targets()
    line = re.search(rf"^{target}:.*\n\t(.*)$", text("Makefile"), re.MULTILINE)
    assert line
    known = set(re.findall(r"\$[($]([A-Z_]+)", line[1]))
    known |= {"ON"} if "$(VERB)" in line[1] else set()
    assert {word.split("=")[0] for word in words} <= known
    ran = recipe(target, words)
    if "$(VERB)" not in line[1]:
        return
    on_aws = "ON=aws" in words
    assert (ran[0] == "SLIPWAY_ON=aws") is on_aws
    assert ("emulator.run" in ran) is not on_aws
    verb, *rest = ran[ran.index("scripts") + 1 :]
    module = importlib.import_module(f"scripts.commands.{verb.replace('-', '_')}")
    monkeypatch.setattr(module, "connect", would_act)
    monkeypatch.setattr(sys, "argv", ["scripts"])
    with pytest.raises(ParsedError):
        module.main(rest)


def would_act(*_: Any) -> None:
    raise ParsedError


class Asked(list[Options]):
    """How going back was asked for."""

    def note(self, *given: Any) -> str:
        self.append(given[3])
        return ""


REJECTED = Options("0123456789ab", hold=True, rejected_too=True)


@pytest.mark.parametrize("at", ["emulator", "aws"])
def test_the_hint_at_a_rejected_release_goes_back_to_it(
    at: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from scripts.commands import roll_back

    asked = Asked()
    monkeypatch.setenv("SLIPWAY_WORK_DIR", str(tmp_path))
    monkeypatch.setattr(roll_back, "connect", lambda *_: None)
    monkeypatch.setattr(roll_back, "roll_back", asked.note)
    hint = place.command("roll-back", "dev", at=at, to=REJECTED.to or "", rejected_too=True)
    words = recipe("roll-back", shlex.split(hint)[2:])
    assert roll_back.main(words[words.index("roll-back") + 1 :]) == 0
    assert asked == [REJECTED]


def test_the_same_hint_on_github_does(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Through both files: what a dispatch is given arrives in the environment of the step."""
    hint = place.command(
        "roll-back", "dev", at="github", to=REJECTED.to or "", rejected_too=True, reason="why"
    )
    dispatch = load(WORKFLOWS / "rollback.yml")
    declared = dispatch["on"]["workflow_dispatch"]["inputs"]
    inputs = {name: as_text(one.get("default", "")) for name, one in declared.items()}
    inputs |= dict(fields(shlex.split(hint)[4:]))
    passed = dispatch["jobs"]["environment"]["with"]
    called = {name: resolve(value, inputs) for name, value in passed.items()}
    steps = load(WORKFLOWS / "_environment.yml")["jobs"]["act"]["steps"]
    [step] = [one for one in steps if one.get("id") == "go-back"]
    for name, value in step["env"].items():
        monkeypatch.setenv(name, resolve(value, called))
    asked = Asked()
    monkeypatch.setenv("SLIPWAY_WORK_DIR", str(tmp_path))
    monkeypatch.delenv("GITHUB_RUN_ID", raising=False)
    monkeypatch.setattr(dispatched_rollback, "connect", lambda *_: None)
    monkeypatch.setattr(dispatched_rollback, "open_deployment", lambda *_: "")
    monkeypatch.setattr(dispatched_rollback, "roll_back", asked.note)
    assert dispatched_rollback.main(["dev"]) == 0
    assert asked == [Options(REJECTED.to, "why", hold=True, rejected_too=True)]


def as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_the_emulator_names_targets_that_exist() -> None:
    """It is read in one place only, and writes them itself."""
    sources = [text(name) for name in tracked() if re.match(r"emulator/.*\.py$", name)]
    named = {target for source in sources for target in IN_EMULATOR.findall(source)}
    assert "up" in named
    assert named <= set(targets())
