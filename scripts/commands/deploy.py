"""Bring an environment to the working tree: first its infrastructure, then the release.

Uncommitted edits count. Running it again is always right, whatever an earlier run left. How it
ended is also written as a page and as JSON: `scripts/reporting/report_files.py`.
"""

import argparse
import os

from scripts.adapters.aws import image
from scripts.adapters.aws.clients import connect
from scripts.adapters.terraform.cli import work_folder
from scripts.adapters.terraform.inputs import inputs_hash
from scripts.base import command, locks, release_version
from scripts.base.console import output, say
from scripts.base.git_tree import head_commit
from scripts.base.project import ROOT, Project
from scripts.domain.assessment import DesiredState
from scripts.domain.plan_review import check_fingerprint
from scripts.operations.find_receipts import judge_by_github
from scripts.operations.reconcile import reconcile
from scripts.operations.session import Turn
from scripts.reporting import report_files
from scripts.reporting.run_record import RunRecord


def main(arguments: list[str]) -> int:
    """Deploy the working tree to an environment."""
    parser = command.arguments_parser(__doc__)
    parser.add_argument(
        "--skip-failed",
        action="store_true",
        help="do not try a release again that failed before on this template, as a push does",
    )
    parser.add_argument(
        "--wait",
        action="store_true",
        help="let a roll to something else end first, instead of refusing",
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
    options = parser.parse_args(arguments)
    # A deploy whose terminal or make was killed goes on alone: the next one waits for it.
    lock = work_folder(options.environment) / "deploy.lock"
    holder = f"a deploy of {options.environment} (pid {os.getpid()})"
    with locks.held(lock, holder), report_files.written("deploy", options) as run_record:
        _deploy(options, run_record)
    return 0


def _deploy(options: argparse.Namespace, run_record: RunRecord) -> None:
    environment, project = options.environment, Project.load()
    clients = connect(project)
    version = release_version.version()
    folder = ROOT / "infra" / "envs" / environment
    wanted = DesiredState(
        verb="deploy",
        version=version,
        digest=image.find_digest(clients.ecr, project.name, version),
        inputs=None if options.release_only else inputs_hash(folder),
        retry=not options.skip_failed,
        wait=options.wait,
    )
    turn = Turn.begin(
        clients, project, environment, wanted, commit=head_commit(ROOT), run_record=run_record
    )
    turn.despite_alarms = options.despite_alarms
    if options.reviewed or options.accept:
        turn.judge = judge_by_github(environment, wanted.inputs or "", options.accept)
    run_record.release = version
    say(f"deploying {version} to {turn.name}")
    reconcile(turn)
    run_record.url = turn.facts.url
    say(f"{turn.name} runs {version} at {turn.facts.url}", style="green")
    say(f"next: make status ENV={environment}, or make roll-back ENV={environment}")
    output(turn.facts.url)
