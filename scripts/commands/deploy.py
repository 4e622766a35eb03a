"""Bring an environment to the working tree: first its infrastructure, then the release.

Uncommitted edits count. Running it again is always right, whatever an earlier run left. How it
ended is also written as Markdown and as JSON: `scripts/reporting/report_files.py`.
"""

from scripts.adapters.aws.clients import connect
from scripts.base import place
from scripts.base.command import arguments_parser
from scripts.base.console import output, say
from scripts.base.project import Project
from scripts.domain.plan_review import check_fingerprint
from scripts.operations.deployment import Options, deploy
from scripts.reporting import report_files


def main(arguments: list[str]) -> int:
    """Deploy the working tree to an environment."""
    parser = arguments_parser(__doc__)
    parser.add_argument(
        "--skip-failed",
        action="store_true",
        help="do not try a release again that failed before on this template, as a push does",
    )
    parser.add_argument(
        "--wait",
        action="store_true",
        help="let a rollout of something else end first, instead of refusing",
    )
    parser.add_argument(
        "--release-only", action="store_true", help="leave the infrastructure as it is"
    )
    parser.add_argument(
        "--despite-alarms",
        action="store_true",
        help="roll though alarms are not OK; none of them can stop this rollout then",
    )
    parser.add_argument(
        "--reviewed",
        action="store_true",
        help="apply infrastructure only within a plan that a merged pull request showed",
    )
    parser.add_argument(
        "--accept",
        metavar="FINGERPRINT",
        default="",
        type=check_fingerprint,
        help="apply exactly the plan with this fingerprint, and no other",
    )
    report_files.add_option(parser)
    given = parser.parse_args(arguments)
    options = Options(
        infrastructure=not given.release_only,
        retry=not given.skip_failed,
        wait=given.wait,
        despite_alarms=given.despite_alarms,
        reviewed=given.reviewed,
        accept=given.accept,
    )
    environment, project = given.environment, Project.load()
    with report_files.written("deploy", environment, given.report) as record:
        deployed = deploy(connect(project, environment), project, environment, options, record)
    back = f", or {place.command('roll-back', environment)}" if deployed.can_go_back else ""
    say(f"next: {place.command('status', environment)}{back}")
    output(deployed.url)
    return 0
