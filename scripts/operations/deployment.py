"""Bring an environment to the working tree: first its infrastructure, then the release."""

import os
from dataclasses import dataclass

from scripts.adapters.aws import image
from scripts.adapters.aws.clients import Clients
from scripts.adapters.terraform.cli import work_folder
from scripts.adapters.terraform.inputs import inputs_hash
from scripts.base import locks, release_version
from scripts.base.console import say
from scripts.base.git_tree import head_commit
from scripts.base.project import ROOT, Project
from scripts.domain.desired_state import DesiredState
from scripts.operations.find_receipts import judge_by_github
from scripts.operations.reconcile import reconcile
from scripts.operations.session import Session
from scripts.reporting.run_record import RunRecord


@dataclass(frozen=True)
class Options:
    """How to deploy.

    Attributes:
        infrastructure: whether Terraform may run where its inputs changed.
        retry: try a release again that failed before on this template.
        wait: let a rollout of something else end first, instead of refusing.
        despite_alarms: roll though alarms are not OK; none of them can stop this rollout then.
        reviewed: apply infrastructure only within a plan that a merged pull request showed.
        accept: fingerprint of the one plan to apply; empty for none.
    """

    infrastructure: bool = True
    retry: bool = True
    wait: bool = False
    despite_alarms: bool = False
    reviewed: bool = False
    accept: str = ""


@dataclass(frozen=True)
class Deployed:
    """What a deployment ended with.

    Attributes:
        url: of the environment.
        can_go_back: whether there is an earlier release to roll back to.
    """

    url: str
    can_go_back: bool


def desired_state(
    clients: Clients, project: Project, environment: str, options: Options
) -> DesiredState:
    """Return what deploying the working tree to an environment asks for.

    Raises:
        RefusedError: there is no image registry.
        UsageError: this is not a git checkout.
    """
    version = release_version.version()
    folder = ROOT / "infra" / "envs" / environment
    return DesiredState(
        verb="deploy",
        version=version,
        digest=image.find_digest(clients, project, version),
        inputs=inputs_hash(folder) if options.infrastructure else None,
        retry=options.retry,
        wait=options.wait,
    )


def deploy(
    clients: Clients, project: Project, environment: str, options: Options, run_record: RunRecord
) -> Deployed:
    """Deploy the working tree to an environment.

    Uncommitted edits count. Running it again is always right, whatever an earlier run left.

    Raises:
        DecidedError: an environment that is held, a rollout of something else, a failed release.
        OvertakenError: somebody held the environment meanwhile.
        SlipwayError: the release failed, and the recorded one runs everywhere again.
        UnknownStateError: the release failed, and going back failed too.
    """
    # A deploy whose terminal or make was killed continues alone: the next one waits for it.
    lock = work_folder(environment) / "deploy.lock"
    with locks.held(lock, f"a deploy of {environment} (pid {os.getpid()})"):
        desired = desired_state(clients, project, environment, options)
        judge = None
        if options.reviewed or options.accept:
            judge = judge_by_github(environment, desired.inputs or "", options.accept)
        session = Session.begin(
            clients,
            project,
            environment,
            run_record,
            commit=head_commit(ROOT),
            despite_alarms=options.despite_alarms,
            judge=judge,
        )
        run_record.release = desired.version
        say(f"deploying {desired.version} to {session.name}")
        observed = reconcile(session, desired)
        run_record.url = observed.existing.facts.url
    say(f"{session.name} runs {desired.version} at {run_record.url}", style="green")
    earlier = observed.ledger is not None and observed.ledger.before() is not None
    return Deployed(run_record.url, can_go_back=earlier)
