"""The report as a page: what failed and where it stands, then why, then how it went."""

from typing import Any

from scripts.base import place
from scripts.base.markdown import cell, code, fence, log, table
from scripts.reporting.gantt import gantt
from scripts.reporting.run_record import RunRecord

SIGNS = {
    "done": "✅",
    "failed": "❌",
    "refused": "✋",
    "usage": "✋",
    "unknown": "❓",
    "interrupted": "❓",
}
NOT_BACK = """\
AWS could not put the group back by itself, so the group may run two releases at once. What helps:

1. {status} shows what each instance runs and whether the balancer likes it.
2. {roll_back} rolls the recorded release again, if there is one. It needs no build, no Terraform
   and no alarm to be OK, and it holds the environment.
3. Where that fails too, the cause is no longer the release: look at capacity, quotas, the registry
   and the recorded release's image in the lines above and in the group's activity history.
"""


def markdown(run_record: RunRecord, report: dict[str, Any]) -> str:
    """Return the page of a report.

    Args:
        run_record: what happened, for the picture.
        report: the same as `report_document.py` says it.
    """
    lines = [f"{SIGNS[report['result']]} **{report['environment']}**: {code(report['headline'])}"]
    lines += ["", *_facts(report)]
    if report["next"]:
        lines += ["", f"What to do: {code(report['next'])}"]
    if report["cause"]:
        lines += ["", "### Cause", "", *log(report["cause"])]
    if report["going_back_failed"]:
        lines += ["", "### Going back failed", ""]
        lines += _not_back(report["environment"]).splitlines()
    if report["log"]:
        lines += ["", "### Last lines of the instance that failed", "", *log(report["log"])]
    if picture := gantt(run_record.timeline.lives.values(), run_record.began, run_record.ended):
        lines += ["", "### Instances (UTC)", "", *fence(picture, "mermaid")]
        lines += ["", *_instances(report)]
    if report["smoke"]:
        lines += ["", "### Smoke requests", "", *_smoke(report["smoke"])]
    if report["acts"]:
        lines += ["", "### What was done", "", *_acts(report)]
    return "\n".join(lines) + "\n"


def _not_back(environment: str) -> str:
    return NOT_BACK.format(
        status=code(place.command("status", environment)),
        roll_back=code(place.command("roll-back", environment)),
    )


def _facts(report: dict[str, Any]) -> list[str]:
    rows = {
        "result": f"{report['result']}, exit code {report['exit_code']}",
        "release": cell(report["release"]),
        "address": cell(report["url"]),
        "by": cell(report["run"]),
        "from, to": f"{report['began']}, {report['ended']}",
    }
    return table(
        (report["command"].replace("_", "-"), ""),
        [[name, value] for name, value in rows.items() if value],
    )


def _instances(report: dict[str, Any]) -> list[str]:
    rows = []
    for one in report["instances"]:
        phases = ", ".join(f"{span['phase']} {span['begin'][11:19]}" for span in one["phases"])
        role = "new" if one["new"] else "old"
        names = [cell(one[key]) for key in ("id", "zone", "release")]
        rows.append([*names, role, phases, cell(one["cause"])])
    return table(("instance", "zone", "release", "", "since", "what went wrong"), rows)


def _smoke(smoke: dict[str, Any]) -> list[str]:
    rows = [[name, str(tally["asked"]), str(tally["bad"])] for name, tally in smoke.items()]
    return table(("answered by", "asked", "bad"), rows)


def _acts(report: dict[str, Any]) -> list[str]:
    rows = [[act["at"][11:19], act["kind"], cell(act["reason"])] for act in report["acts"]]
    return table(("UTC", "act", "why"), rows)
