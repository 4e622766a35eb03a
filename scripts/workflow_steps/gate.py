"""The one check that a branch rule has to require: fails unless every job did what was expected.

    NEEDS='{"check": {"result": "success", "outputs": {}}, …}' python -m scripts gate

A required check that was skipped counts as passed on GitHub. So this job always runs, and a job
that was skipped passes only where the scope said that it would be. NEEDS is `toJSON(needs)`.
"""

import json
import os
from typing import Any

from scripts.base.command import arguments_parser
from scripts.base.console import say
from scripts.base.errors import SlipwayError, UsageError

SCOPE = "scope"
ALWAYS = (SCOPE, "check", "image")
ASKED = ("test", "plan", "comment")
"""Jobs that run only where the scope's output of the same name is `true`."""


def problems(needs: dict[str, Any]) -> list[str]:
    """Return what is wrong with the results of the jobs, one line each."""
    outputs = needs.get(SCOPE, {}).get("outputs") or {}
    expected = dict.fromkeys(ALWAYS, "success")
    for job in ASKED:
        expected[job] = "success" if outputs.get(job) != "false" else "skipped"
    found = [f"{job}: is not among the needed jobs" for job in expected if job not in needs]
    for job, facts in needs.items():
        result, wanted = facts.get("result"), expected.get(job, "success")
        if result != wanted:
            found.append(f"{job}: {result}, expected {wanted}")
    return found


def main(arguments: list[str]) -> int:
    """Judge the jobs of this run."""
    arguments_parser(__doc__, environment=False).parse_args(arguments)
    try:
        needs = json.loads(os.environ.get("NEEDS", ""))
        found = problems(needs)
    except (ValueError, AttributeError) as error:
        raise UsageError(
            "NEEDS is not what `toJSON(needs)` gives",
            which=str(error),
            next_step="Give the step `NEEDS: ${{ toJSON(needs) }}`.",
        ) from error
    if found:
        raise SlipwayError(
            "not every job did what was expected",
            which=found,
            next_step="Open the first of these jobs; its last lines say what failed.",
        )
    say(f"{len(needs)} jobs did what was expected")
    return 0
