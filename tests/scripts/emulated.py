"""An environment in this process: extended moto, a clock that is moved, machines that boot at once.

Commands run against it unchanged; whenever they wait, the emulated AWS moves on.
"""

import base64
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from scripts.adapters.aws import clients as aws
from scripts.adapters.aws.clients import Clients
from scripts.adapters.aws.observe import observe, open_state_store
from scripts.adapters.terraform.cli import work_folder
from scripts.base import clock, release_version
from scripts.base import project as projects
from scripts.base.errors import SlipwayError
from scripts.base.project import Project
from scripts.commands import abort, deploy, pause, resume, roll_back
from scripts.domain.ledger import Ledger, dump, load
from scripts.domain.observed_state import Configuration, ObservedState
from scripts.operations import answers, deployment, smoke, verification
from scripts.operations.answers import Answer
from scripts.operations.smoke import Smoke
from tests.emulator.aws.fakes import FakeClock
from tests.emulator.aws.stand import GROUP, REGION, Stand, client

SPEC = "0123456789ab"
INPUTS = "aaaaaaaaaaaa"
BUCKET = "slipway-state-123456789012"
SETTINGS = """#!/bin/bash
RELEASE_VERSION=''
IMAGE_DIGEST=''
GROUP_NAME='slipway-dev'
"""
STEPS = 2
ASKED_PER_PAUSE = 4
LONGEST_STEP_SECONDS = 15.0
CHANGES = ("Create", "Update", "Start", "Put", "Delete", "Rollback", "Cancel", "Set")


class Killed(BaseException):
    """The command was killed at this very moment."""


class Environment:
    """The environment `dev`: what Terraform would have made, and nothing released.

    Attributes:
        bad: versions whose instances give up while they boot.
        wrong_answers: versions that do not answer with their own digest.
        not_ready: versions that serve and say that they are not ready.
        bad_answers: versions that answer visitors with an error; "balancer" for the balancer.
        on_pause: called whenever a command waits.
        calls: the changing calls of AWS that commands made, in their order.
    """

    def __init__(self, stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stand = stand
        self.bad: set[str] = set()
        self.calls: list[str] = []
        self.kill_after: int | None = None
        self.kill_at_poll: int | None = None
        self.polls = 0
        self.wrong_answers: set[str] = set()
        self.bad_answers: set[str] = set()
        self.not_ready: set[str] = set()
        self.on_pause: Callable[[], None] = lambda: None
        self._smokes: list[Smoke] = []
        self._asked = 0
        self.project = Project(
            "slipway", REGION, "example/slipway", None, (projects.Environment("dev"),)
        )
        self.digests: dict[str, str] = {}
        self._monkeypatch = monkeypatch
        self._make()
        self._patch()
        self.clients = self._connect()

    # --- what Terraform makes

    def _make(self) -> None:
        self.stand.group(hook=True)
        ec2: Any = self.stand.ec2
        ec2.create_launch_template_version(
            LaunchTemplateName=GROUP, LaunchTemplateData=self._data(SPEC)
        )
        self.stand.point(2)
        self.tag_template(SPEC)
        s3: Any = client("s3")
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_object(Bucket=BUCKET, Key="dev/ledger.json", Body=dump(Ledger(inputs=INPUTS)))
        s3.put_object(Bucket=BUCKET, Key="dev/facts.json", Body=self._facts())
        client("logs").create_log_group(logGroupName="/slipway/dev")
        client("ecr").create_repository(repositoryName="slipway")

    def _data(self, spec: str) -> Any:
        tags = {"Name": GROUP, "Release": "none", "Digest": "none", "Template": spec}
        return {
            "ImageId": "ami-12c6146b",
            "InstanceType": "t3.small",
            "UserData": base64.b64encode(SETTINGS.encode()).decode(),
            "TagSpecifications": [
                {
                    "ResourceType": "instance",
                    "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
                }
            ],
        }

    def _facts(self) -> str:
        return json.dumps(
            {
                "schema": 1,
                "environment": "dev",
                "url": "http://127.0.0.1:9",
                "group": GROUP,
                "template": GROUP,
                "target_group_arn": self.stand.target_group,
                "log_group": "/slipway/dev",
                "alarms": [],
                "capacity": {"min": 2},
                "rollout": {
                    "canary": False,
                    "canary_pause_seconds": 0,
                    "bake_seconds": 20,
                    "warmup_seconds": 5,
                    "max_healthy_percentage": 150,
                    "failed_instances": 1,
                    "settle_seconds": 1,
                    "boot_deadline_seconds": 60,
                    "drain_seconds": 2,
                },
            }
        )

    def tag_template(self, spec: str) -> None:
        tags = [{"Key": "Template", "Value": spec}]
        self.stand.ec2.create_tags(Resources=[self.stand.template], Tags=tags)

    def change_spec(self, spec: str) -> None:
        """What an apply of a changed template leaves: the recorded release on a new shape."""
        book = self.ledger()
        data = self._data(spec)
        text = base64.b64decode(data["UserData"]).decode()
        if book.release:
            text = text.replace("VERSION=''", f"VERSION='{book.release.version}'")
            text = text.replace("DIGEST=''", f"DIGEST='{book.release.digest}'")
            for tag in data["TagSpecifications"][0]["Tags"]:
                given = {"Release": book.release.version, "Digest": book.release.digest}
                tag["Value"] = given.get(tag["Key"], tag["Value"])
        data["UserData"] = base64.b64encode(text.encode()).decode()
        self.stand.ec2.create_launch_template_version(
            LaunchTemplateName=GROUP, LaunchTemplateData=data
        )
        self.tag_template(spec)

    def image(self, version: str) -> str:
        """Put an image into the registry and return its digest."""
        if version not in self.digests:
            manifest = json.dumps(
                {
                    "schemaVersion": 2,
                    "mediaType": "application/vnd.oci.image.manifest.v1+json",
                    "layers": [],
                    "annotations": {"content": version},
                }
            )
            ecr = client("ecr")
            made = ecr.put_image(repositoryName="slipway", imageManifest=manifest, imageTag=version)
            self.digests[version] = made["image"]["imageId"]["imageDigest"]
        return self.digests[version]

    # --- how commands meet it

    def _patch(self) -> None:
        patch = self._monkeypatch.setattr
        patch(clock, "now", self._now)
        patch(clock, "seconds", lambda: self._clock.time)
        patch(clock, "pause", self._pause)
        patch(verification, "answer_problem", self._answer_problem)
        patch(verification, "ready_problem", self._ready_problem)
        patch(answers, "ask", self._ask)
        patch(smoke, "asking", self._asking)
        patch(Project, "load", classmethod(lambda cls, *_: self.project))
        for module in (deploy, roll_back, abort, pause, resume):
            patch(module, "connect", lambda *_: self.clients)
        patch(deployment, "inputs_hash", lambda _: INPUTS)

    @property
    def _clock(self) -> FakeClock:
        return self.stand.clock

    def _now(self) -> str:
        return clock.iso(datetime.fromtimestamp(self._clock.time, UTC))

    def _pause(self, seconds: float) -> None:
        self.polls += 1
        if self.polls == self.kill_at_poll:
            raise Killed
        self.on_pause()
        for asks in self._smokes:
            for _ in range(ASKED_PER_PAUSE):
                asks.ask_once()
        self.pass_time(seconds)

    def pass_time(self, seconds: float) -> None:
        """Let time pass: machines boot, the engine works."""
        steps = max(STEPS, int(seconds / LONGEST_STEP_SECONDS))
        for _ in range(steps):
            self.stand.tick(seconds / steps)
            for instance in self.stand.booting():
                bad = self.release_of(instance) in self.bad
                self._boot_log(instance, "boot failed: it is bad" if bad else "boot done")
                self.stand.complete(instance, "ABANDON" if bad else "CONTINUE")
            self.stand.tick()

    def release_of(self, instance: str) -> str:
        text = self.stand.machines.specs[instance].user_data.decode()
        return text.split("RELEASE_VERSION='")[1].split("'")[0]

    def _boot_log(self, instance: str, text: str) -> None:
        logs = client("logs")
        with suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_stream(logGroupName="/slipway/dev", logStreamName=f"{instance}/boot")
        logs.put_log_events(
            logGroupName="/slipway/dev",
            logStreamName=f"{instance}/boot",
            logEvents=[{"timestamp": int(time.time() * 1000), "message": text}],
        )

    def _answer_problem(self, url: str, wanted: Configuration) -> str | None:
        serving = self.stand.serving()
        if not serving:
            return f"{url}/version: 503"
        for instance in serving:
            version = self.release_of(instance)
            if self.digests.get(version) != wanted.digest or version in self.wrong_answers:
                return f"{url}/version: {instance} answers release {version}"
        return None

    def _ready_problem(self, url: str) -> str | None:
        versions = {self.release_of(instance) for instance in self.stand.serving()}
        return f"{url}/ready: not ready" if versions & self.not_ready else None

    def _ask(self, url: str) -> Answer:
        serving = self.stand.serving()
        if not serving or "balancer" in self.bad_answers:
            return Answer("status 503")
        self._asked += 1
        instance = serving[self._asked % len(serving)]
        version = self.release_of(instance)
        return Answer("status 500" if version in self.bad_answers else "", instance, version)

    @contextmanager
    def _asking(self, asks: Smoke) -> Iterator[None]:
        self._smokes.append(asks)
        try:
            yield
        finally:
            self._smokes.remove(asks)

    def _connect(self) -> Clients:
        clients = aws.connect(self.project)
        for service in ("autoscaling", "ec2", "s3"):
            events = getattr(clients, service).meta.events
            events.register("after-call.*.*", self._count)
        return clients

    def _count(self, model: Any, **_: Any) -> None:
        if not model.name.startswith(CHANGES):
            return
        self.calls.append(model.name)
        if len(self.calls) == self.kill_after:
            raise Killed

    # --- using it

    def run(self, main: Callable[[list[str]], int], *arguments: str) -> int:
        """Run a command as a process would end; a killed one answers -9."""
        try:
            return main(["dev", *arguments])
        except Killed:
            return -9
        except SlipwayError as error:
            self.error = error
            return error.exit_code
        except ClientError as error:
            self.error = aws.lost_contact(error, "dev")
            return self.error.exit_code

    def deploy(self, version: str, *arguments: str) -> int:
        self.image(version)
        self._monkeypatch.setattr(release_version, "version", lambda: version)
        return self.run(deploy.main, *arguments)

    def roll_back(self, *arguments: str) -> int:
        return self.run(roll_back.main, *arguments)

    def report(self) -> Any:
        """The JSON report of the command that ended last."""
        return json.loads((work_folder("dev") / "report.json").read_text())

    def page(self) -> str:
        """Its page."""
        return (work_folder("dev") / "report.md").read_text()

    # --- what it is like

    def observe(self) -> ObservedState:
        store = open_state_store(self.clients, self.project, "dev")
        return observe(self.clients, store)

    def ledger(self) -> Ledger:
        found = client("s3").get_object(Bucket=BUCKET, Key="dev/ledger.json")
        return load(found["Body"].read())

    def whole(self, version: str | None, spec: str = SPEC) -> None:
        """Assert that fleet, template and ledger agree on a release."""
        observed = self.observe()
        assert observed.ledger
        assert observed.group
        assert observed.templates
        recorded = observed.ledger.release
        assert (recorded.version if recorded else None) == version
        assert observed.ledger.pending is None
        digest = self.digests[version] if version else "none"
        assert observed.templates.latest.configuration == Configuration(spec, digest)
        assert {one.configuration.digest for one in observed.group.fleet} == (
            {digest} if version else set()
        )
        assert observed.group.desired == (2 if version else 0)
        assert not (observed.refresh and observed.refresh.active)
