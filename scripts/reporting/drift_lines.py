"""Drift as lines for people, the same in a terminal and in an issue."""

from scripts.domain.drift_findings import Drift
from scripts.domain.plan_changes import Change


def lines(drift: Drift) -> list[str]:
    """Return what a person reads of it in a terminal."""
    if drift.busy:
        return [f"under way, so nothing was judged: {drift.busy}"]
    found = [f"differs  {one}" for one in drift.fleet]
    found += [f"differs  {shown(one)}" for one in drift.changes]
    return [*(found or ["nothing differs"]), *(f"ahead    {one}" for one in drift.ahead)]


def shown(change: Change) -> str:
    """Return a change as one line without values: they may be anybody's."""
    attributes = f" ({', '.join(change.names)})" if change.names else ""
    return f"{change.address}: Terraform would {change.verb} it{attributes}"
