"""What a plan says beside its changes: checks that fail, and what changed outside of Terraform."""

from collections.abc import Iterable, Iterator
from typing import Any

from scripts.domain.plan_changes import Change

MOST_NAMES = 5


def checks(plan: dict[str, Any]) -> list[str]:
    """Return a sentence for each check that fails or cannot be made, and one for those to come.

    Args:
        plan: what `terraform show -json PLANFILE` prints. Its `checks` are conditions of
            variables, resources and outputs, and `check` blocks; a failed one of these stops
            nothing.
    """
    found = list(plan.get("checks") or [])
    said = [line for one in found if one.get("status") in ("fail", "error") for line in _bad(one)]
    later = sum(one.get("status") == "unknown" for one in found)
    if later:
        said.append(f"{later} conditions can be checked only while this is applied")
    return said


def _bad(check: dict[str, Any]) -> Iterator[str]:
    name = check.get("address", {}).get("to_display", "a check")
    verb = "fails" if check.get("status") == "fail" else "cannot be made"
    problems = [
        problem.get("message", "")
        for instance in check.get("instances") or []
        for problem in instance.get("problems") or []
    ]
    yield from (f"{name} {verb}: {problem}" for problem in problems or ["no reason is given"])


def drifted(changes: Iterable[Change]) -> list[str]:
    """Return a sentence for each resource that was changed outside of Terraform."""
    return [_drifted(one) for one in changes]


def _drifted(change: Change) -> str:
    if change.verb == "delete":
        return f"{change.address} is gone"
    shown = ", ".join(change.names[:MOST_NAMES])
    more = len(change.names) - MOST_NAMES
    return f"{change.address}: {shown}" + (f" and {more} more" if more > 0 else "")
