"""Free an environment's state of a lock that is no longer in use.

A workflow run's lock is removed once GitHub says that the run is over (GITHUB_TOKEN, or
`GITHUB_TOKEN=$(gh auth token)` at home). Any other is removed only by its own id in --lock-id: ask
its owner first, because Terraform cannot tell whether it is in use.
"""

import argparse

from scripts.adapters.aws.clients import connect
from scripts.adapters.terraform.cli import work_folder
from scripts.base import command, locks, place
from scripts.base.console import say
from scripts.base.errors import RefusedError
from scripts.base.project import Project
from scripts.operations import run_lock
from scripts.operations.terraform_roots import state_key


def main(arguments: list[str]) -> int:
    """Remove the lock, or say why not."""
    parser: argparse.ArgumentParser = command.arguments_parser(__doc__)
    parser.add_argument(
        "--lock-id", default="", help="remove the lock with this id, whatever holds it"
    )
    options = parser.parse_args(arguments)
    environment, project = options.environment, Project.load()
    clients = connect(project, environment)
    bucket, key = project.state_bucket(clients.account_id), state_key(environment)
    lock = run_lock.find(clients.s3, bucket, key)
    if lock is None:
        say(f"the state of {environment} is not locked")
        return 0
    check_removable(lock, environment, options.lock_id)
    run_lock.remove(clients.s3, bucket, key)
    say(f"removed the state lock of {lock.sentence()}")
    return 0


def check_removable(lock: run_lock.Lock, environment: str, lock_id: str) -> None:
    """Refuse to remove a lock that somebody may use.

    Args:
        lock: as it was found.
        environment: whose state it locks.
        lock_id: what the person typed; empty where nothing was.

    Raises:
        RefusedError: it may not be removed.
    """
    if worker := locks.holder(work_folder(environment) / "lock"):
        raise RefusedError(
            f"the state of {environment} is in use on this machine: {worker} is still running",
            which=lock.sentence(),
            next_step="Wait for it. Another deploy waits by itself: "
            + place.command("deploy", environment),
        )
    if lock_id and lock_id != lock.id:
        raise RefusedError(
            f"the state of {environment} has another lock than {lock_id}",
            which=lock.sentence(),
            next_step="Run this again: another command may have taken the lock meanwhile.",
        )
    if lock_id or run_lock.is_over(lock):
        return
    alive = f"{lock.note} is not over" if lock.note else "no workflow run took it"
    raise RefusedError(
        f"the lock on the state of {environment} stays: {alive}",
        which=lock.sentence(),
        next_step="Ask its owner. If it is not in use: "
        + place.command("unlock-state", environment, lock_id=lock.id),
    )
