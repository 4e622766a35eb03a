"""`python -m scripts VERB …`: every command, every workflow step, and this repository's care.

A verb is the name of a module, with hyphens. The module's first line is what the overview says of
it, and `python -m scripts VERB --help` says the rest.
"""

import ast
import gc
import importlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scripts.base import command
from scripts.base.console import output, progress
from scripts.base.errors import SlipwayError, UsageError
from scripts.base.project import Project


@dataclass(frozen=True)
class Group:
    """Verbs that stand together in the help.

    Attributes:
        title: their heading.
        package: of `scripts`, where their modules lie.
        verbs: those that act on an AWS account.
        offline: those that need none.
    """

    title: str
    package: str
    verbs: tuple[str, ...] = ()
    offline: tuple[str, ...] = ()


GROUPS = (
    Group(
        "Change an environment",
        "commands",
        (
            *("deploy", "roll-back", "pause", "resume", "abort"),
            *("hold", "unhold", "unlock-state", "bootstrap"),
        ),
    ),
    Group(
        "Look",
        "commands",
        ("status", "history", "plan", "drift", "logs", "url", "newest-ami"),
        ("try-image",),
    ),
    Group(
        "Steps of a pull request",
        "workflow_steps",
        ("preview-plan",),
        ("preview-scope", "preview-comment", "gate"),
    ),
    Group(
        "Steps of a deployment",
        "workflow_steps",
        (
            *("publish-image", "begin-deployment", "apply-reviewed", "release-commit"),
            *("dispatched-rollback", "report-job", "report-drift", "report-newest-ami"),
        ),
        ("connection", "write-sbom"),
    ),
    Group(
        "Take care of this repository",
        "upkeep",
        offline=(
            *("allow-list", "validate-terraform", "terraform", "check-whitespace"),
            *("format-files", "lock-requirements"),
        ),
    ),
)
HELP = ("-h", "--help")


def find(verb: str) -> Group:
    """Return the group of a verb.

    Raises:
        UsageError: there is no such verb.
    """
    for group in GROUPS:
        if verb in (*group.verbs, *group.offline):
            return group
    raise UsageError(
        f"there is no command {verb!r}",
        next_step="To see what there is: python -m scripts --help",
    )


def main(arguments: list[str]) -> int:
    """Run one verb.

    A clone that is not connected to AWS (no account in project.json) has one place to act:
    the emulator. A verb that needs AWS and finds no endpoint starts again inside it.

    Raises:
        UsageError: there is no such verb.
    """
    if not arguments or arguments[0] in HELP:
        output(overview())
        return 0 if arguments else UsageError.exit_code
    verb, *rest = arguments
    group = find(verb)
    if verb in group.verbs and not set(HELP) & set(rest) and _unconnected():
        _start_in_emulator(arguments)
    sys.argv[0] = f"python -m scripts {verb}"
    module = importlib.import_module(f"scripts.{group.package}.{verb.replace('-', '_')}")
    step: Callable[[list[str]], int] = module.main
    return step(rest) if verb in group.offline else _on_aws(step, rest)


def _on_aws(step: Callable[[list[str]], int], arguments: list[str]) -> int:
    from botocore.exceptions import BotoCoreError, ClientError

    from scripts.adapters.aws.clients import lost_contact

    try:
        return step(arguments)
    except (BotoCoreError, ClientError) as error:
        environment = next((word for word in arguments if not word.startswith("-")), "ENV")
        raise lost_contact(error, environment) from error


def overview() -> str:
    """Return the help: each group, and a line for each verb."""
    lines = ["usage: python -m scripts VERB …"]
    for group in GROUPS:
        lines += ["", group.title]
        lines += [f"  {verb:<20} {summary(group, verb)}" for verb in (*group.verbs, *group.offline)]
    return "\n".join([*lines, "", "More about one: python -m scripts VERB --help"])


def summary(group: Group, verb: str) -> str:
    """Return the first line of a verb's module, read without importing it."""
    path = Path(__file__).parent / group.package / f"{verb.replace('-', '_')}.py"
    return (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0]


def _unconnected() -> bool:
    return "AWS_ENDPOINT_URL" not in os.environ and not Project.load().account_ids


def _start_in_emulator(arguments: list[str]) -> None:
    progress.print(
        "project.json names no AWS account: acting on the emulator of this clone", style="dim"
    )
    os.execv(sys.executable, [sys.executable, "-m", "emulator.run", "scripts", *arguments])


def _note(error: SlipwayError) -> None:
    from scripts.adapters.github import job, step_failure

    if job.on_github():
        step_failure.note(error, sys.argv[1] if len(sys.argv) > 1 else "")


if __name__ == "__main__":
    # Reading AWS's models makes many objects and no garbage: the default costs a short command 5 %.
    gc.set_threshold(100_000)
    command.run(main, failed=_note)
