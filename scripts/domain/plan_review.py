"""Whether a plan may be applied on main: within a reviewed one, accepted by name, or refused.

The plan that is judged is the file that is applied. Nothing is changed before the judgement.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from scripts.base import place
from scripts.base.console import say
from scripts.base.errors import RefusedError, UsageError
from scripts.domain import receipt, risk
from scripts.domain.plan_changes import Change, changes
from scripts.domain.receipt import FINGERPRINT, Receipt, fingerprint, within

Judge = Callable[[dict[str, Any]], None]
"""Takes a plan as JSON and raises `RefusedError` where it may not be applied."""

SHOWN = 40


@dataclass(frozen=True)
class Found:
    """What was found where a receipt should be.

    Attributes:
        where: such as `pull request #12`.
        receipt: None where there is none that can be read.
        why_not: then the reason.
    """

    where: str
    receipt: Receipt | None = None
    why_not: str = ""


@dataclass(frozen=True)
class Case:
    """What is judged.

    Attributes:
        environment: which one.
        inputs: hash of the configuration that the plan was made from.
        accept: fingerprint that a person accepted; empty without one.
        receipts: looks for receipts; asked only where one is needed.
    """

    environment: str
    inputs: str
    accept: str
    receipts: Callable[[], Iterable[Found]]


def check_fingerprint(text: str) -> str:
    """Return a fingerprint as it was given, or nothing.

    Raises:
        UsageError: it is not of a fingerprint's form.
    """
    text = text.strip()
    if text and not FINGERPRINT.fullmatch(text):
        raise UsageError(
            "this is no fingerprint of a plan",
            which=repr(text),
            next_step="It has 16 hex digits; the run that stopped shows it.",
        )
    return text


def judge(case: Case, plan: dict[str, Any]) -> str:
    """Say why a plan may be applied.

    Args:
        case: what is judged, and by what.
        plan: the plan file as `terraform show -json` prints it.

    Raises:
        RefusedError: it may not; the message has the difference and the dispatch that accepts it.
    """
    planned = changes(plan)
    if not planned:
        return "the plan changes nothing that has to be reviewed"
    name = fingerprint(case.environment, case.inputs, planned)
    if case.accept:
        if case.accept != name:
            raise _refused(case, name, "the accepted plan is not this one", _listed(planned))
        return f"plan {name} was accepted by the dispatch that named it"
    guarded = [change for change in planned if risk.is_protected(change)]
    reasons = [
        f"{change.verb} {receipt.place(change)}: {risk.kind(change)}; always takes a person"
        for change in guarded
    ]
    where, beyond = _closest(case, planned)
    if not beyond and not reasons:
        return f"the plan is within the one that was reviewed in {where}"
    raise _refused(
        case, name, "the plan is not one that was reviewed", [*_first(beyond), *_first(reasons)]
    )


def judge_of(case: Case) -> Judge:
    """Return the judge of a case, which says why it lets a plan pass."""

    def judging(plan: dict[str, Any]) -> None:
        say(f"review: {judge(case, plan)}")

    return judging


def _closest(case: Case, planned: list[Change]) -> tuple[str, list[str]]:
    """Return where the plan was reviewed, and what of it was not."""
    missing: list[str] = []
    best: tuple[str, list[str]] | None = None
    for found in case.receipts():
        if found.receipt is None:
            missing.append(f"{found.where}: {found.why_not}")
            continue
        if (found.receipt.environment, found.receipt.inputs) != (case.environment, case.inputs):
            missing.append(f"{found.where}: its receipt is of another environment or tree")
            continue
        beyond = within(planned, found.receipt)
        if not beyond:
            return found.where, []
        if best is None or len(beyond) < len(best[1]):
            best = found.where, beyond
    if best is not None:
        return best[0], [f"compared with what was reviewed in {best[0]}:", *best[1]]
    missing = missing or ["no merged pull request brought this change"]
    return "", ["there is no receipt of a reviewed plan:", *missing, *_listed(planned)]


def _listed(planned: list[Change]) -> list[str]:
    return ["the plan:", *_first([f"{one.verb} {receipt.place(one)}" for one in planned])]


def _first(lines: list[str]) -> list[str]:
    more = len(lines) - SHOWN
    return lines if more <= 0 else [*lines[:SHOWN], f"… and {more} more"]


def _refused(case: Case, name: str, what: str, which: list[str]) -> RefusedError:
    return RefusedError(
        f"{case.environment}: {what}",
        which=[*which, f"fingerprint: {name}"],
        next_step="Nothing was changed. To accept exactly this plan: "
        f"{place.command('deploy', case.environment, accept=name)}; "
        "otherwise revert the change and merge that.",
    )
