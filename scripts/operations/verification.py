"""Whether an environment runs exactly one release: by its instances' tags and by its answers."""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Callable

from scripts.adapters.aws import pace
from scripts.base import clock
from scripts.base.console import say
from scripts.base.markdown import plain
from scripts.domain.observed_state import Configuration, Group
from scripts.operations import answers

ANSWERS = 12
"""Consecutive answers that must name the release; a fleet of N is seen with one at least."""

ANSWER_SECONDS = 5
UNREADABLE = (
    OSError,
    http.client.HTTPException,
    ValueError,
    KeyError,
    TypeError,
    RecursionError,
)
"""What an answer that is no document of a version may end in."""


def fleet_problems(group: Group, wanted: Configuration) -> list[str]:
    """Return what keeps the fleet from being `wanted`, one line for each instance."""
    wrong = [
        f"{instance.id}: runs {instance.release} on template {instance.configuration.spec_hash}"
        for instance in group.fleet
        if instance.state == "InService" and instance.configuration != wanted
    ]
    serving = [instance for instance in group.fleet if instance.serves]
    if len(serving) < group.desired:
        states = ", ".join(f"{i.id} {i.state} {i.health}" for i in group.fleet) or "none"
        wrong.append(f"{len(serving)} of {group.desired} instances are in service ({states})")
    wrong += [
        f"{instance.id}: the load balancer says {instance.target_health or 'not registered'}"
        for instance in serving
        if instance.target_health != "healthy"
    ]
    return wrong


def answer_problem(url: str, wanted: Configuration) -> str | None:
    """Ask the service once, over a fresh connection, and return what is wrong with the answer."""
    try:
        with urllib.request.urlopen(f"{url}/version", timeout=ANSWER_SECONDS) as answer:
            told = json.loads(answer.read(answers.MOST_BYTES))
        digest = told["digest"]
    except UNREADABLE as error:
        return f"{url}/version: {plain(str(error))}"
    if digest != wanted.digest:
        who = plain(f"{told.get('instance')} answers release {told.get('release')}")
        return f"{url}/version: {who}"
    return None


def visit_problem(url: str) -> str | None:
    """Ask for the page `/` once, as a visitor does, and return what is wrong with the answer."""
    answer = answers.ask(url)
    if not answer.problem:
        return None
    return f"{url}/: {answer.instance or 'an unnamed answer'}: {answer.problem}"


def ready_problem(url: str) -> str | None:
    """Ask the service often whether it is ready, and return the first answer that says no."""
    for _ in range(ANSWERS):
        try:
            with urllib.request.urlopen(f"{url}/ready", timeout=ANSWER_SECONDS):
                pass
        except urllib.error.HTTPError as error:
            with error:
                who = plain(error.headers.get("X-Instance", "")) or "an unnamed answer"
                return f"{url}/ready: {who} is not ready: status {error.code}"
        except (OSError, http.client.HTTPException, ValueError) as error:
            return f"{url}/ready: {plain(str(error))}"
    return None


def say_verified(group: Group, when: str = "") -> None:
    """Say what was verified of each instance in service, one line each."""
    for instance in group.fleet:
        if instance.serves:
            say(
                f"  verified{when}: {instance.id} in {instance.zone}: in service, healthy, "
                f"runs {instance.release} ({instance.configuration.digest})"
            )


def problems(
    observe: Callable[[], Group],
    url: str,
    wanted: Configuration,
    patience_seconds: float,
    *,
    visits: bool = False,
    verified: Callable[[Group], None] = lambda _: None,
) -> list[str]:
    """Wait until nothing is wrong, and return what still is when patience ends.

    Args:
        observe: reads the group.
        url: of the service, without a trailing slash.
        wanted: what every instance and every answer should be.
        patience_seconds: for instances that are just coming up or leaving.
        visits: whether `/` is asked for as well. Going back to what was verified before does
            without: it must not depend on a storage that is down at the moment.
        verified: called with the group in which nothing is wrong.
    """
    end = clock.seconds() + patience_seconds
    while True:
        began = clock.seconds()
        group = observe()
        # What AWS takes to answer is no time that instances had.
        end += clock.seconds() - began
        wrong = fleet_problems(group, wanted) or _answers(url, wanted, visits=visits)
        if not wrong:
            verified(group)
            return []
        if clock.seconds() >= end:
            return wrong
        pace.wait()


def _answers(url: str, wanted: Configuration, *, visits: bool) -> list[str]:
    for _ in range(ANSWERS):
        if problem := answer_problem(url, wanted) or (visit_problem(url) if visits else None):
            return [problem]
    return []
