"""Print the comment that a pull request would get for a plan; nothing is asked of AWS or GitHub.

terraform show -json PLANFILE > plan.json
python -m scripts comment-of plan.json
"""

import argparse
import sys
from pathlib import Path

from scripts.base.console import output
from scripts.base.errors import UsageError
from scripts.base.project import environments
from scripts.domain.plan_changes import changes, parse
from scripts.reporting import comment_body, plan_summary
from scripts.reporting.plan_summary import Outlook

OUTLOOK = Outlook(release="", running="", built=True, failed=False, held="", infrastructure=True)
"""No release of either side: the comment is about the plan."""


def main(arguments: list[str]) -> int:
    """Print it."""
    known = environments()
    parser = argparse.ArgumentParser(
        prog=sys.argv[0],
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("plan", metavar="PLAN.json", type=Path, help="a plan as JSON")
    parser.add_argument("--environment", choices=known, default=known[0], help="whose plan it is")
    given = parser.parse_args(arguments)
    try:
        text = given.plan.read_text()
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{given.plan} cannot be read",
            which=str(error),
            next_step="Give a file that `terraform show -json` has written.",
        ) from error
    plan = parse(text)
    summary = plan_summary.summarise(given.environment, plan, changes(plan), "", OUTLOOK)
    # As the pipeline's, it goes through the file that the next job reads.
    read = plan_summary.load(plan_summary.dump(summary).encode())
    output(comment_body.page([read], [], "", "", comment_body.COMMENT_BYTES))
    return 0
