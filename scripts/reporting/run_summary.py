"""The summary of an environment's job: what happened, what the state is now, what to do. Pure."""

from dataclasses import dataclass
from typing import Any, Literal

from scripts.adapters.github.step_failure import Failed
from scripts.base.markdown import code, log, plain, prose
from scripts.domain.ledger import Ledger
from scripts.domain.observed_state import ObservedState

Result = Literal["done", "alone", "refused", "failed"]


@dataclass(frozen=True)
class Ending:
    """How the job of an environment ended.

    Attributes:
        environment: which one.
        succeeded: whether every step did.
        alone: why nothing was done, or not to the end; empty where it was.
        report: the JSON of `scripts.reporting`, None where the release step was not reached.
        page: the Markdown of the same.
        failed: the error of a step.
        now: a sentence about the state; empty where it cannot be seen.
    """

    environment: str
    succeeded: bool
    alone: str = ""
    report: dict[str, Any] | None = None
    page: str = ""
    failed: Failed | None = None
    now: str = ""

    @property
    def result(self) -> Result:
        """What the Deployment and the issue depend on."""
        if not self.succeeded:
            refused = self.failed is not None and self.failed.exit_code == 3
            return "refused" if refused else "failed"
        return "alone" if self.alone else "done"

    @property
    def headline(self) -> str:
        """What failed, or was done; one line."""
        if self.result == "alone":
            return f"{self.environment} was left alone: {self.alone}"
        if self.succeeded:
            return str(self.report["headline"]) if self.report else f"{self.environment}: done"
        if self.failed:
            which = f": {self.failed.which[0]}" if self.failed.which else ""
            return f"{self.failed.what}{which if self.result == 'refused' else ''}"
        return (
            f"{self.environment}: the job ended before it could say why: it was cancelled, timed "
            "out, or a step outside this repository failed"
        )

    @property
    def next_step(self) -> str:
        """What to do."""
        if self.failed and self.failed.next_step:
            return self.failed.next_step
        return (
            "Re-run this run: it continues from where things stand. The log of the failed step has "
            "more; docs/runbook.md lists the messages."
        )


def page(ending: Ending) -> str:
    """Return the summary, Markdown; its first lines say what, where it stands, and what next."""
    if ending.result == "alone":
        return _join([f"⏸ {prose(ending.headline)}", "", _now(ending)])
    if ending.succeeded:
        return ending.page or f"✅ {prose(ending.headline)}"
    sign = "✋" if ending.result == "refused" else "❌"
    lines = [
        f"{sign} **{ending.environment}**: {code(plain(ending.headline))}",
        "",
        _now(ending) or "**Now:** the state could not be seen from here.",
        "",
        f"**Next:** {prose(ending.next_step)}",
    ]
    if ending.page:
        return _join([*lines, "", "---", "", ending.page])
    if ending.failed and ending.failed.which:
        lines += ["", *log(ending.failed.which)]
    return _join(lines)


def state(environment: str, observed: ObservedState) -> str:
    """Say in a sentence what an environment runs now."""
    book = observed.ledger or Ledger()
    if observed.group is None:
        return f"{environment} does not exist yet"
    counts: dict[str, int] = {}
    for instance in observed.group.fleet:
        if instance.serves:
            counts[instance.release] = counts.get(instance.release, 0) + 1
    running = ", ".join(f"{release} on {number}" for release, number in sorted(counts.items()))
    parts = [f"in service: {running or 'nothing'} (of {observed.group.desired} instances)"]
    parts.append(f"recorded: {book.release.version if book.release else 'none'}")
    if book.inputs is None:
        parts.append("infrastructure: not applied to its end")
    if book.pending:
        parts.append(f"pending: {book.pending.kind} by {book.pending.run}")
    if observed.refresh and observed.refresh.active:
        parts.append(f"a roll works: {observed.refresh.status}")
    if observed.hold:
        parts.append(observed.hold.sentence())
    return "; ".join(parts)


def _now(ending: Ending) -> str:
    return f"**Now:** {prose(ending.now)}" if ending.now else ""


def _join(lines: list[str]) -> str:
    return "\n".join(lines).rstrip("\n") + "\n"
