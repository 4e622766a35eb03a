"""The report as JSON; `report_markdown.py` shows the same to people."""

from dataclasses import asdict
from typing import Any

from scripts.base.markdown import kept, plain
from scripts.domain.timeline import Life
from scripts.reporting.run_record import Story

SCHEMA = 1
RESULTS = {0: "done", 1: "failed", 2: "usage", 3: "refused", 4: "unknown", 130: "interrupted"}


def document(story: Story) -> dict[str, Any]:
    """Return the report of a story that has ended.

    Its keys: `schema`; `headline` (what failed, or was done, and where it stands now); `result`
    (done, failed, refused, usage, unknown, interrupted) and `exit_code`; `command`, `environment`,
    `run`, `release`, `url`, `began`, `ended`; `nothing_to_do`; `cause` (lines) and `next`;
    `going_back_failed`; `log` (the failed instance's last lines); `acts`; `instances`, each with
    its phases; `smoke`. Moments are UTC, ISO 8601. Texts of others are as they came, without
    control sequences.
    """
    error = story.error
    return {
        "schema": SCHEMA,
        "headline": plain(story.headline),
        "result": RESULTS.get(story.code, "failed"),
        "exit_code": story.code,
        "command": story.command,
        "environment": story.environment,
        "run": story.run,
        "release": story.release,
        "url": story.url,
        "began": story.began,
        "ended": story.ended,
        "nothing_to_do": story.code == 0 and not story.moved,
        "cause": _cause(story),
        "next": error.next_step if error else "",
        "going_back_failed": story.going_back_failed,
        "log": [kept(line) for line in story.log],
        "acts": [{**asdict(act), "reason": plain(act.reason)} for act in story.acts],
        "instances": [instance(life) for life in story.timeline.lives.values()],
        "smoke": _smoke(story),
    }


def _smoke(story: Story) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for tallies in story.smoke:
        for role, tally in tallies.items():
            sums = found.setdefault(role, {"asked": 0, "bad": 0})
            sums["asked"] += tally.asked
            sums["bad"] += tally.bad
    return found


def _cause(story: Story) -> list[str]:
    which = story.error.which if story.error else []
    return [plain(line) for line in which if line not in story.log]


def instance(life: Life) -> dict[str, Any]:
    """Return one instance's part of the report."""
    return {
        "id": life.id,
        "zone": life.zone,
        "release": life.release,
        "new": life.new,
        "cause": plain(life.cause),
        "phases": [asdict(span) for span in life.spans],
    }
