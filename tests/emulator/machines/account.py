"""An emulated AWS for machines: moto's server, and a lifecycle hook that only records."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult

from emulator.interfaces import MachineSpec
from emulator.machines.host import ProcessMachines
from scripts.base.project import ROOT

REGION = "eu-central-1"
REPOSITORY = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/sample"


@dataclass
class Hooks:
    """The group's side of the launch hook.

    Attributes:
        states: lifecycle state by instance id; `Pending:Wait` where none is given.
        results: what instances completed their hook with.
    """

    states: dict[str, str] = field(default_factory=dict)
    results: dict[str, str] = field(default_factory=dict)

    def install(self, patch: Callable[[Any, str, Any], None]) -> None:
        """Make moto answer the two calls of the boot script."""
        hooks = self

        def describe(response: AutoScalingResponse) -> ActionResult:
            (instance_id,) = response._get_param("InstanceIds")
            state = hooks.states.get(instance_id, "Pending:Wait")
            found = [{"InstanceId": instance_id, "LifecycleState": state}] if state else []
            return ActionResult({"AutoScalingInstances": found})

        def complete(response: AutoScalingResponse) -> ActionResult:
            result = response._get_param("LifecycleActionResult")
            hooks.results[response._get_param("InstanceId")] = result
            return ActionResult({})

        patch(AutoScalingResponse, "describe_auto_scaling_instances", describe)
        patch(AutoScalingResponse, "complete_lifecycle_action", complete)


@dataclass
class EmulatedAccount:
    """What a test of machines acts on."""

    endpoint: str
    directory: Path
    registry: Path
    machines: ProcessMachines
    hooks: Hooks
    launched: int = 0

    def docker(self, *words: str, stdin: str = "") -> str:
        """Run docker as a deploy does and return what it prints."""
        done = subprocess.run(
            # By this interpreter: a version manager's `python3` starts many shells to find one.
            [sys.executable, str(ROOT / "emulator/machines/stubs/docker"), *words],
            env={**os.environ, "EMULATOR_REGISTRY_DIR": str(self.registry)},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def release(self, context: Path, tag: str) -> str:
        """Build and push an image and return its digest."""
        self.docker(
            *("login", "-u", "AWS", "--password-stdin", REPOSITORY.split("/")[0]), stdin="secret"
        )
        self.docker("build", "-q", "-t", f"{REPOSITORY}:{tag}", str(context))
        return self.docker("push", f"{REPOSITORY}:{tag}").split()[-1]

    def launch(self, user_data: bytes, state: str = "Pending:Wait") -> str:
        """Launch a machine in a lifecycle state and return its instance id."""
        self.launched += 1
        instance_id = f"i-{self.launched:017x}"
        self.hooks.states[instance_id] = state
        self.machines.launch(
            MachineSpec(
                instance_id=instance_id,
                account_id="123456789012",
                user_data=user_data,
                zone="eu-central-1a",
                role_name="slipway-dev-instance",
                instance_type="t3.micro",
                image_id="ami-1",
                tags={"Release": "0123456789ab"},
            )
        )
        return instance_id

    def boot_ended(self, instance_id: str, seconds: float = 240) -> bool:
        """Wait until a machine's user data has ended, whichever way; whether it did in time."""
        console = self.console(instance_id)
        return holds_within(lambda: "user data ended" in console(), seconds)

    def console(self, instance_id: str) -> Callable[[], str]:
        """The machine's console, for the message of a failed test."""
        return lambda: self.machines.console_output(instance_id).decode(errors="replace")

    def log(self, stream: str) -> list[str]:
        """Messages of a CloudWatch log stream."""
        client = boto3.client("logs", endpoint_url=self.endpoint, region_name=REGION)
        try:
            events = client.get_log_events(
                logGroupName="/slipway/dev", logStreamName=stream, startFromHead=True
            )
        except client.exceptions.ResourceNotFoundException:
            return []
        return [event["message"] for event in events["events"]]


def wait_for(
    condition: Callable[[], object], seconds: float = 60, explain: Callable[[], str] | None = None
) -> None:
    """Poll until a condition holds; fail the test when it does not in time."""
    if not holds_within(condition, seconds):
        raise AssertionError(f"not in {seconds} s\n{explain() if explain else ''}")


def holds_within(condition: Callable[[], object], seconds: float) -> bool:
    """Poll until a condition holds; whether it did in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object."""
    content: dict[str, Any] = json.loads(path.read_text())
    return content
