"""Connect this clone to AWS accounts and a repository on GitHub; run it again at any time.

With administrator's credentials of AWS and a token of GitHub (GITHUB_TOKEN, or `gh auth login`).
First it says what it found and what it would do; it does nothing before `--yes` or a typed answer.
It ends with every guarantee, as `doctor` shows them, and with the pull request whose merge is the
first deployment.

    python -m scripts connect --reviewer ada --account dev=sandbox --account prod=production
"""

import argparse
import sys

from botocore.exceptions import BotoCoreError, ClientError

from scripts.base import place
from scripts.base.console import output, say, typed
from scripts.base.errors import RefusedError, UnknownStateError, UsageError
from scripts.base.project import check_value
from scripts.commands import doctor
from scripts.domain import codeowners
from scripts.operations.connect_project import (
    Wish,
    carry_out,
    findings,
    look,
    reviewers_of,
    say_what_would_change,
)


def main(arguments: list[str]) -> int:
    """Look, ask, connect, and show what is in force."""
    given = _parser().parse_args(arguments)
    for key in ("repository", "name", "region"):
        if value := getattr(given, key):
            check_value(key, value)
    wish = Wish(
        given.repository,
        given.name,
        given.region,
        _profiles(given.account),
        reviewers_of(given.reviewer),
        _owner(given.owner),
    )
    try:
        return _connect(wish, yes=given.yes)
    except (BotoCoreError, ClientError) as error:
        raise UnknownStateError(
            "AWS did not answer, or refused",
            which=str(error),
            next_step="What was done stays. Run the same command again: it goes on from there.",
        ) from error


def _connect(wish: Wish, *, yes: bool) -> int:
    prospect = look(wish)
    say_what_would_change(prospect)
    if not yes:
        _ask(prospect.project.name)
    pull_request = carry_out(prospect)
    doctor.tell(findings(prospect))
    if pull_request:
        say("next: merge the pull request; that is the first deployment", style="green")
        output(pull_request)
    else:
        say(
            f"next: {place.command('status', prospect.project.environments[0].name)}", style="green"
        )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=sys.argv[0],
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--repository", default="", help="OWNER/NAME; by default the origin's")
    parser.add_argument("--name", help="of the project: prefix of every resource")
    parser.add_argument("--region", help="AWS region of everything")
    parser.add_argument(
        "--account",
        metavar="ENV=PROFILE",
        action="append",
        default=[],
        help="profile of the AWS configuration for an environment in an account of its own",
    )
    parser.add_argument(
        "--reviewer", action="append", default=[], help="who approves: LOGIN or ORGANIZATION/TEAM"
    )
    parser.add_argument("--owner", default="", help="of .github/CODEOWNERS: @USER or @ORG/TEAM")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    return parser


def _profiles(texts: list[str]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for text in texts:
        environment, sign, profile = text.partition("=")
        if not (environment and sign and profile):
            raise UsageError(
                f"--account {text} is not ENV=PROFILE",
                next_step="For example: --account prod=production",
            )
        found[environment] = profile
    return found


def _owner(text: str) -> str:
    if text and not codeowners.OWNER.fullmatch(text):
        raise UsageError(
            f"--owner {text} is neither @USER nor @ORGANIZATION/TEAM",
            next_step="For example: --owner @ada",
        )
    return text


def _ask(name: str) -> None:
    answer = typed(f"This changes AWS and GitHub. Type {name} to go on:")
    if answer == name:
        return
    why = "there is no terminal to ask at" if answer is None else f"{name} was not typed"
    raise RefusedError(f"nothing was changed: {why}", next_step="A script says --yes.")
