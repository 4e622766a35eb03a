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

from scripts.base import command, place
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
        changes: whether its verbs change anything there; a person is asked before that.
    """

    title: str
    package: str
    verbs: tuple[str, ...] = ()
    offline: tuple[str, ...] = ()
    changes: bool = False


GROUPS = (
    Group(
        "Change an environment",
        "commands",
        (
            *("deploy", "roll-back", "pause", "resume", "abort"),
            *("hold", "unhold", "unlock-state", "bootstrap"),
        ),
        changes=True,
    ),
    Group(
        "Look",
        "commands",
        (
            *("status", "history", "plan", "drift", "logs", "url", "doctor", "newest-ami"),
            "policies",
        ),
        ("try-image", "comment-of"),
    ),
    Group("Make it yours, and take it down", "commands", ("destroy", "disconnect"), ("connect",)),
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
            *("dispatched-rollback", "report-job", "operate"),
            *("report-drift", "report-newest-ami", "report-doctor"),
        ),
        ("connection", "end-terraform", "write-sbom"),
        changes=True,
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
YES = "--yes"
OF_AN_ACCOUNT = ("bootstrap", "publish-image", "disconnect", "policies")
"""Verbs that act on what all environments share."""


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
        next_step=f"To see what there is: {place.PROGRAM} --help",
    )


def main(arguments: list[str]) -> int:
    """Run one verb.

    Raises:
        UsageError: there is no such verb.
        RefusedError: it would act on a real account, and should not.
    """
    if not arguments or arguments[0] in HELP:
        output(overview())
        return 0 if arguments else UsageError.exit_code
    verb, *rest = arguments
    group = find(verb)
    if verb in group.verbs and not set(HELP) & set(rest):
        yes = group.changes and YES in rest
        rest = [word for word in rest if not (yes and word == YES)]
        _settle_where(verb, rest, asks=group.changes and not yes)
    sys.argv[0] = f"{place.PROGRAM} {verb}"
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
    lines = [f"usage: {place.PROGRAM} VERB …"]
    for group in GROUPS:
        lines += ["", group.title]
        lines += [f"  {verb:<20} {summary(group, verb)}" for verb in (*group.verbs, *group.offline)]
    lines += ["", f"What changes a real account asks first; {YES} is the answer of a script."]
    return "\n".join([*lines, f"More about one: {place.PROGRAM} VERB --help"])


def summary(group: Group, verb: str) -> str:
    """Return the first line of a verb's module, read without importing it."""
    path = Path(__file__).parent / group.package / f"{verb.replace('-', '_')}.py"
    return (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0]


def _settle_where(verb: str, words: list[str], *, asks: bool) -> None:
    """Find out where a verb acts; where that is a real account, say so, and ask.

    A job on GitHub has taken the role of its step. Elsewhere an endpoint of this machine is the
    emulator's, and a clone that is not connected (no account in project.json) has no other place:
    the verb starts again inside it. What is left, or is told so, acts on the real account.

    Args:
        verb: the command.
        words: behind it.
        asks: whether a person has to confirm it.
    """
    if place.here() == "emulator":
        if place.on_this_machine():
            return
        if not Project.load().account_ids:
            _start_in_emulator([verb, *words])
            return
        os.environ[place.ON] = place.AWS
    if place.here() == "aws" and (words or verb in OF_AN_ACCOUNT):
        _enter_account(verb, words, asks=asks)


def _enter_account(verb: str, words: list[str], *, asks: bool) -> None:
    from scripts.adapters.aws import real_account

    project = Project.load()
    if verb in OF_AN_ACCOUNT or words[0] in OF_AN_ACCOUNT:
        name, accounts = project.name, project.account_ids
    elif words[0].startswith("-"):
        # Only the verb knows which word behind an option is the option's value.
        raise UsageError(
            "on a real account the environment comes first",
            next_step=f"{place.PROGRAM} {verb} ENV …",
        )
    elif verb == "destroy" and words[0] not in [one.name for one in project.environments]:
        # One that was removed from project.json can still stand in any account.
        name, accounts = words[0], project.account_ids
    else:
        name, accounts = words[0], tuple(filter(None, [project.account_of(words[0])]))
    real_account.enter(f"{verb} {name}", name, accounts, project.region)
    if asks:
        real_account.ask(name)


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
