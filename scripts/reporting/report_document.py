"""The report as JSON; `report_markdown.py` shows the same to people."""

from dataclasses import asdict
from typing import Any

from scripts.base.markdown import kept, plain
from scripts.domain.timeline import Life
from scripts.reporting.run_record import RunRecord

SCHEMA = 1
RESULTS = {0: "done", 1: "failed", 2: "usage", 3: "refused", 4: "unknown", 130: "interrupted"}


def document(run_record: RunRecord) -> dict[str, Any]:
    """Return the report of a run that has ended.

    Its keys: `schema`; `headline` (what failed, or was done, and where it stands now); `result`
    (done, failed, refused, usage, unknown, interrupted) and `exit_code`; `command`, `environment`,
    `run`, `release`, `url`, `began`, `ended`; `nothing_to_do`; `cause` (lines) and `next`;
    `going_back_failed`; `log` (the failed instance's last lines); `acts`; `instances`, each with
    its phases; `smoke`. Moments are UTC, ISO 8601. Texts of others are as they came, without
    control sequences.
    """
    error = run_record.error
    return {
        "schema": SCHEMA,
        "headline": plain(run_record.headline),
        "result": RESULTS.get(run_record.code, "failed"),
        "exit_code": run_record.code,
        "command": run_record.command,
        "environment": run_record.environment,
        "run": run_record.run,
        "release": run_record.release,
        "url": run_record.url,
        "began": run_record.began,
        "ended": run_record.ended,
        "nothing_to_do": run_record.code == 0 and not run_record.moved,
        "cause": _cause(run_record),
        "next": error.next_step if error else "",
        "going_back_failed": run_record.going_back_failed,
        "log": [kept(line) for line in run_record.log],
        "acts": [{**asdict(act), "reason": plain(act.reason)} for act in run_record.acts],
        "instances": [instance(life) for life in run_record.timeline.lives.values()],
        "smoke": _smoke(run_record),
    }


def _smoke(run_record: RunRecord) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for tallies in run_record.smoke:
        for role, tally in tallies.items():
            sums = found.setdefault(role, {"asked": 0, "bad": 0})
            sums["asked"] += tally.asked
            sums["bad"] += tally.bad
    return found


def _cause(run_record: RunRecord) -> list[str]:
    which = run_record.error.which if run_record.error else []
    return [plain(line) for line in which if line not in run_record.log]


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
