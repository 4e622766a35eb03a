"""One environment of the shared emulator, used as a person would, while a load runs on it."""

import functools
import json
import os
import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import boto3

from emulator.environment import UNCONNECTED
from scripts.base.project import Project
from tests.checkout import Checkout
from tests.emulator.live import scenarios
from tests.load.answers import Answer
from tests.load.generator import Load

PAGE = "app/templates/page.html"
TITLE = "Your address, reversed"
HTML = {"Accept": "text/html"}
ACTIVE = ("Pending", "InProgress", "Baking", "Cancelling", "RollbackInProgress")
LONGEST_SECONDS = 900.0
LONG_BAKE_SECONDS = 1800
"""A minute at the emulator's own clock."""
REQUESTS_PER_SECOND = 20.0
TIMEOUT_SECONDS = 20.0


def until(holds: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait for something to become true, looking several times a second."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.2)


@contextmanager
def edited(emulator: Checkout, name: str, old: str, new: str) -> Iterator[None]:
    """An edit of one file, the first time that `old` stands in it, until the block ends."""
    path = emulator.folder / name
    before = path.read_text()
    assert old in before, f"{name} has no {old!r}"
    path.write_text(before.replace(old, new, 1))
    try:
        yield
    finally:
        path.write_text(before)


class Scene:
    """An environment and what tests do to it.

    Args:
        emulator: the checkout whose emulator runs.
        environment: "dev" or "prod".
    """

    def __init__(self, emulator: Checkout, environment: str) -> None:
        self.emulator, self.environment = emulator, environment
        self.project = Project.load(emulator.folder)
        self.account = self.project.account_of(environment) or UNCONNECTED
        self.group = f"{self.project.name}-{environment}"

    @functools.cached_property
    def url(self) -> str:
        """Address of the environment, which exists."""
        return self.emulator.url(self.environment)

    # --- what a person does

    def make(self, *words: str, code: int = 0) -> "subprocess.CompletedProcess[str]":
        return self.emulator.make(
            *words, f"ENV={self.environment}", code=code, seconds=LONGEST_SECONDS
        )

    def spawn(self, *words: str) -> "subprocess.Popen[str]":
        return self.emulator.spawn(*words, f"ENV={self.environment}")

    def edited(self, name: str, old: str, new: str) -> AbstractContextManager[None]:
        return edited(self.emulator, name, old, new)

    @contextmanager
    def titled(self) -> Iterator[str]:
        """A harmless edit that was never deployed before; yields the words on the page."""
        words = f"Backwards {uuid.uuid4().hex[:8]}"
        with self.edited(PAGE, TITLE, words):
            yield words

    # --- what a person sees

    def status(self) -> Any:
        return self.emulator.status(self.environment)

    def version(self) -> str:
        """The recorded release."""
        return str(self.status()["release"]["version"])

    def page(self) -> str:
        return self.emulator.get("/", self.environment, **HTML).text

    def serving(self) -> list[str]:
        """Instances in service and healthy."""
        return [
            instance["id"]
            for instance in self.status()["instances"]
            if (instance["state"], instance["health"]) == ("InService", "Healthy")
        ]

    def assert_runs(self, version: str, count: int | None = None) -> None:
        """Every instance there is runs this release and serves; the next plan is empty."""
        instances = self.status()["instances"]
        assert {i["version"] for i in instances} == {version}
        assert {(i["state"], i["health"]) for i in instances} == {("InService", "Healthy")}
        assert len(instances) == (count or self.desired())
        assert "No changes" in self.make("plan").stdout

    # --- what AWS says

    @property
    def endpoint(self) -> str:
        """Where the emulator's AWS answers."""
        path = self.emulator.folder / ".emulator/emulator.json"
        return str(json.loads(path.read_text())["endpoint"])

    def client(self, service: Any) -> Any:
        """A client of the emulator's AWS, as an administrator."""
        return _client(service, self.endpoint, self.account, self.project.region)

    def client_of(self, role: str, service: Any) -> Any:
        """A client with a session of a role."""
        arn = f"arn:aws:iam::{self.account}:role/{role}"
        keys = self.client("sts").assume_role(RoleArn=arn, RoleSessionName="tried")["Credentials"]
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=self.project.region,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )

    def refresh(self) -> Any:
        """The newest instance refresh; an empty one where there was none."""
        found = self.client("autoscaling").describe_instance_refreshes(
            AutoScalingGroupName=self.group, MaxRecords=1
        )["InstanceRefreshes"]
        return found[0] if found else {"InstanceRefreshId": "", "Status": ""}

    def asg(self) -> Any:
        return self.client("autoscaling").describe_auto_scaling_groups(
            AutoScalingGroupNames=[self.group]
        )["AutoScalingGroups"][0]

    def desired(self) -> int:
        return int(self.asg()["DesiredCapacity"])

    def desire(self, count: int) -> None:
        self.client("autoscaling").set_desired_capacity(
            AutoScalingGroupName=self.group, DesiredCapacity=count
        )

    @contextmanager
    def policies_suspended(self) -> Iterator[None]:
        """Keep scaling policies from undoing what a test desires: an idle fleet shrinks."""
        call = {"AutoScalingGroupName": self.group, "ScalingProcesses": ["AlarmNotification"]}
        self.client("autoscaling").suspend_processes(**call)
        try:
            yield
        finally:
            self.client("autoscaling").resume_processes(**call)

    @contextmanager
    def bake_seconds(self, seconds: int) -> Iterator[None]:
        """Let rollouts bake for so many of AWS's seconds.

        At the emulator's clock the environment's own bake is over before a test has done anything.
        """
        s3, place = self.client("s3"), self._place("facts")
        before = self.record("facts")
        facts = json.loads(before)
        facts["rollout"]["bake_seconds"] = seconds
        s3.put_object(**place, Body=json.dumps(facts).encode())
        try:
            yield
        finally:
            s3.put_object(**place, Body=before.encode())

    def record(self, kind: str) -> str:
        """The environment's facts, ledger or hold as S3 holds it; empty where there is none."""
        s3 = self.client("s3")
        try:
            return str(s3.get_object(**self._place(kind))["Body"].read().decode())
        except s3.exceptions.NoSuchKey:
            return ""

    def held_since(self) -> float:
        """When the hold was set first, epoch seconds, by the versions of its object."""
        place = self._place("hold")
        found = self.client("s3").list_object_versions(Bucket=place["Bucket"], Prefix=place["Key"])
        return float(min(version["LastModified"].timestamp() for version in found["Versions"]))

    def _place(self, kind: str) -> dict[str, str]:
        bucket = self.project.state_bucket(self.account)
        return {"Bucket": bucket, "Key": f"{self.environment}/{kind}.json"}

    def until_half_way(self, before: str, seconds: float = 240) -> None:
        """Wait until a refresh other than `before` has one new instance in service."""

        def half_way() -> bool:
            refresh = self.refresh()
            if refresh["InstanceRefreshId"] == before or refresh["Status"] not in ACTIVE:
                return False
            wanted = refresh["DesiredConfiguration"]["LaunchTemplate"]["Version"]
            return any(
                (i["LifecycleState"], i["LaunchTemplate"]["Version"]) == ("InService", wanted)
                for i in self.asg()["Instances"]
            )

        until(half_way, seconds, "a new instance of the rollout in service")

    # --- load

    def load(
        self,
        *,
        per_second: float = REQUESTS_PER_SECOND,
        paths: tuple[str, ...] = ("/", "/version"),
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> Load:
        return Load(self.url, per_second=per_second, paths=paths, timeout_seconds=timeout_seconds)

    def assert_lost(
        self,
        scenario: str,
        load: Load,
        bound: str = "0",
        allowed: Callable[[Answer], bool] = lambda _: False,
    ) -> None:
        """Write the scenario's row, and fail where a request was lost beyond its bound.

        Args:
            scenario: what happened, as the table says it.
            load: that has ended.
            bound: which failures are allowed, in words.
            allowed: the same, as a judgement of one failure.
        """
        answers = load.answers
        unexpected = answers.failed_unless(allowed)
        scenarios.record(scenario, self.environment, answers, bound, held=not unexpected)
        assert len(answers) > 0
        assert unexpected == []


@functools.cache
def _client(service: Any, endpoint: str, account: str, region: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=account,
        aws_secret_access_key="emulator",
    )


def kill(process: "subprocess.Popen[str]") -> None:
    """End a command with its whole process group, as `kill -9 -- -GROUP` does."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def rows_of(instance_id: str) -> list[tuple[int, int, str]]:
    """Process id, parent and words of every process of a machine."""
    listed = subprocess.run(
        ["ps", "-ewwo", "pid=,ppid=,sess=,args="], check=True, capture_output=True, text=True
    ).stdout
    rows = [line.split(None, 3) for line in listed.splitlines()]
    sessions = {row[2] for row in rows if len(row) == 4 and instance_id in row[3]}
    return [(int(row[0]), int(row[1]), row[3]) for row in rows if row[2] in sessions and row[3:]]
