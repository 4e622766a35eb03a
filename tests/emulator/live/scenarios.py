"""The rows of the table of scenarios, written down where `python -m bench.scenarios` asks."""

import json
import os
import time
from pathlib import Path

from tests.load.answers import Answers

FILE = "SLIPWAY_SCENARIOS"
"""Variable that names the file; nothing is written without it."""


def record(scenario: str, environment: str, answers: Answers, bound: str, *, held: bool) -> None:
    """Append a scenario's row."""
    path = os.environ.get(FILE)
    if not path:
        return
    row = {
        "scenario": scenario,
        "environment": environment,
        "requests": len(answers),
        "failed": dict(answers.kinds),
        "bound": bound,
        "held": held,
        "p99_seconds": round(answers.percentile(99), 3),
        "releases": len(answers.releases),
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
    with Path(path).open("a") as file:
        file.write(json.dumps(row) + "\n")
