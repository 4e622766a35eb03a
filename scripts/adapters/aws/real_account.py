"""Before a command acts on a real account: whose it is, who acts, and whether that is meant."""

import os
from collections.abc import Collection
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

from scripts.adapters.aws.clients import CONFIG
from scripts.base import place
from scripts.base.console import say, typed
from scripts.base.errors import RefusedError


def enter(what: str, name: str, accounts: Collection[str], region: str) -> None:
    """Say in which account a command is about to act, and as who.

    Args:
        what: the command, such as `deploy prod`.
        name: the environment, or the project for what all of them share.
        accounts: that project.json gives it, 12 digits each; none where it is not connected.
        region: of AWS's answer.

    Raises:
        RefusedError: it is not connected, there are no credentials that AWS accepts, or they
            belong to another account.
    """
    meant = ", ".join(accounts)
    if not accounts:
        raise RefusedError(
            f"project.json names no AWS account for {name}",
            next_step=f"Connect it first, as docs/adopting.md says: {place.command('connect')}",
        )
    try:
        sts: Any = Session().create_client("sts", region_name=region, config=CONFIG)
        caller = sts.get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        raise RefusedError(
            f"there are no credentials of account {meant} that AWS accepts",
            which=str(error),
            next_step="Nothing was touched. Take some, for example with AWS_PROFILE.",
        ) from error
    if caller["Account"] not in accounts:
        raise RefusedError(
            "these credentials belong to another AWS account",
            which=[
                f"project.json: {meant} for {name}",
                f"credentials: {caller['Account']}, {caller['Arn']}",
            ],
            next_step="Choose the right profile or role, for example with AWS_PROFILE.",
        )
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    where = f" at {endpoint}" if endpoint else ""
    say(f"{what}: account {caller['Account']}{where}, as {caller['Arn']}", style="bold")


def ask(name: str) -> None:
    """Ask a person to type a name, before anything is changed.

    Raises:
        RefusedError: it was not typed, or there is nobody to ask.
    """
    answer = typed(f"This changes the real {name}. Type {name} to go on:")
    if answer == name:
        return
    why = "there is no terminal to ask at" if answer is None else f"{name} was not typed"
    raise RefusedError(
        f"nothing was changed: {why}",
        next_step="A script says that it is meant: YES=1 with make, --yes without.",
    )
