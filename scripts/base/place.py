"""Where a command acts, and what to type there: every command that a message names is made here.

There are three places: this machine's emulator, through make; the real account, through make with
ON=aws; and a job on GitHub, whose readers dispatch workflows. A command that is right in one of
them does nothing, or something else, in the others.
"""

import os
import shlex
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

Place = Literal["emulator", "aws", "github"]

ON = "SLIPWAY_ON"
"""Variable that the Makefile's ON=aws sets. The emulator's environment never holds it."""

AWS = "aws"
PROGRAM = "python -m scripts"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SOME = "…"
"""Stands for an environment that a message does not know."""

AT_HOME = ("check", "format", "lock")
"""Targets that take care of the repository: they are the same everywhere."""

DIRECT = ("bootstrap", "connect", "disconnect", "newest-ami", "try-image")
"""Verbs without a target: what few people do, and seldom."""

OF_A_PERSON = ("destroy",)
"""Verbs that no role of the pipeline may carry out: on GitHub too they are a person's."""

WORKFLOWS = {"deploy": "deploy.yml", "roll-back": "rollback.yml", "doctor": "doctor.yml"}
"""Verbs with a workflow of their own; operate.yml has the others."""

EVERYWHERE = ("doctor",)
"""Verbs whose workflow looks at every environment, and asks for none."""

REQUIRED = {"roll-back": ("reason",), "hold": ("reason",)}
"""Options that a dispatch asks for."""


@dataclass(frozen=True)
class Name:
    """What an option is called.

    Attributes:
        make: its variable of the Makefile.
        dispatch: its input of the workflow; empty where GitHub does so anyway.
    """

    make: str
    dispatch: str


OPTIONS = {
    "to": Name("TO", "release"),
    "rejected_too": Name("REJECTED", "rejected-too"),
    "reason": Name("REASON", "reason"),
    "lock_id": Name("LOCK", "lock-id"),
    "accept": Name("ACCEPT", "accept"),
    "despite_alarms": Name("DESPITE_ALARMS", "despite-alarms"),
    # A job lets a rollout of something else end first.
    "wait": Name("WAIT", ""),
}


def on_this_machine() -> bool:
    """Whether AWS calls go to an endpoint of this machine, which is the emulator's.

    An endpoint elsewhere may be a private one of AWS.
    """
    return urlsplit(os.environ.get("AWS_ENDPOINT_URL", "")).hostname in LOOPBACK


def here() -> Place:
    """Return where this process is."""
    if os.environ.get("GITHUB_ACTIONS") == "true":
        return "github"
    return "aws" if os.environ.get(ON) == AWS else "emulator"


def command(
    verb: str, environment: str = "", *, at: Place | None = None, **options: str | bool
) -> str:
    """Return the words that run a verb where they are read.

    Args:
        verb: of `python -m scripts`, `up`, or a target that takes care of the repository.
        environment: which one, or `SOME`; empty for a verb that needs none.
        at: where they are read; None for here.
        options: by their names in `OPTIONS`; True for a switch.
    """
    place = at or here()
    if verb in OF_A_PERSON and place == "github":
        place = "aws"
    if verb in AT_HOME:
        return f"make {verb}"
    if verb in DIRECT:
        return f".venv/bin/{PROGRAM} {verb}"
    if place != "emulator" and verb == "up":
        # What brings the emulator up comes into being on AWS by a deployment.
        verb = "deploy"
    given = {OPTIONS[name]: _text(value, place) for name, value in options.items()}
    if place == "github":
        for name in REQUIRED.get(verb, ()):
            given.setdefault(OPTIONS[name], SOME)
        return _dispatch(verb, environment, given)
    words = [f"ENV={environment}"] if environment else []
    words += ["ON=aws"] if place == "aws" else []
    words += [f"{name.make}={shlex.quote(value)}" for name, value in given.items()]
    return " ".join(["make", verb, *words])


def _dispatch(verb: str, environment: str, given: dict[Name, str]) -> str:
    file = WORKFLOWS.get(verb, "operate.yml")
    fields = {} if verb in WORKFLOWS else {"verb": verb}
    if verb not in EVERYWHERE:
        fields["environment"] = environment or SOME
    fields |= {name.dispatch: value for name, value in given.items() if name.dispatch}
    shown = [f"-f {name}={shlex.quote(value)}" for name, value in fields.items()]
    return " ".join(["gh workflow run", file, *shown])


def _text(value: str | bool, place: Place) -> str:
    if isinstance(value, str):
        return value
    return "true" if place == "github" else "1"
