"""AWS does not answer: throttled, failed inside, hung or reset, at any call of any rollout.

Whatever it is, the command converges, publishes once, rolls once, and blames no release.
"""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from scripts.adapters.aws import contact
from scripts.base import clock
from tests.emulator.aws.stand import GROUP
from tests.scripts.emulated import Environment
from tests.scripts.faults import Fault, Faulty
from tests.scripts.published import published, refreshes, tags

pytestmark = pytest.mark.slow
A, B = "a" * 12, "b" * 12

FAULTS: tuple[Fault, ...] = (
    "throttled once",
    "throttled for a minute",
    "failed inside",
    "hung",
    "reset",
)
OPERATIONS = (
    *("DescribeImages", "GetObject", "PutObject"),
    *("DescribeLaunchTemplates", "DescribeLaunchTemplateVersions", "CreateLaunchTemplateVersion"),
    *("DescribeAutoScalingGroups", "DescribeInstances", "DescribeTargetHealth"),
    *("DescribeInstanceRefreshes", "StartInstanceRefresh", "DescribeScalingActivities"),
)
SAMPLE = [
    ("deploy", "CreateLaunchTemplateVersion", 1, "hung"),
    ("deploy", "StartInstanceRefresh", 1, "hung"),
    ("deploy", "PutObject", 2, "hung"),
    ("deploy", "DescribeInstanceRefreshes", 4, "throttled for a minute"),
    ("deploy", "DescribeScalingActivities", 2, "reset"),
    ("deploy", "DescribeTargetHealth", 3, "throttled once"),
    ("deploy", "GetObject", 9, "failed inside"),
    ("first release", "DescribeAutoScalingGroups", 3, "throttled for a minute"),
    ("rollback", "DescribeInstances", 3, "failed inside"),
    ("rollback", "StartInstanceRefresh", 1, "throttled for a minute"),
    ("failing deploy", "RollbackInstanceRefresh", 1, "hung"),
]
FULL = [
    (kind, operation, number, fault)
    for kind in ("first release", "deploy", "rollback", "failing deploy")
    for operation in (*OPERATIONS, "RollbackInstanceRefresh", "UpdateAutoScalingGroup")
    for number in (1, 2, 3, 5, 8, 13)
    for fault in FAULTS
]


def check(dev: Environment, kind: str, faulty: Faulty) -> None:
    if kind != "first release":
        dev.deploy(A)
    if kind == "rollback":
        dev.deploy(B)
    if kind == "failing deploy":
        dev.bad = {B}
    versions, rolled = published(dev, A), refreshes(dev)
    faulty.install(dev)
    if kind == "first release":
        assert dev.deploy(A) == 0, dev.error
    elif kind == "rollback":
        assert dev.roll_back() == 0, dev.error
    else:
        assert dev.deploy(B) == (1 if kind == "failing deploy" else 0), dev.error
    dev.whole(B if kind == "deploy" else A)
    again = kind in ("first release", "rollback", "failing deploy")
    assert published(dev, A) == versions + again
    assert published(dev, B) == (kind != "first release")
    assert refreshes(dev) == rolled + (kind != "first release")
    assert [one.version for one in dev.ledger().failed] == [B] * (kind == "failing deploy")


@pytest.mark.parametrize(("kind", "operation", "number", "fault"), SAMPLE)
def test_a_rollout_bears_it(dev: Environment, kind, operation, number, fault, capsys):
    faulty = Faulty(operation, number, fault)
    check(dev, kind, faulty)
    assert operation in faulty.met
    told = capsys.readouterr().err
    lost = f"AWS does not answer {operation}"
    assert told.count(lost) == (fault != "throttled once")
    assert told.count(f"AWS answers {operation} again") == told.count(lost)


@pytest.mark.soak
@pytest.mark.parametrize(("kind", "operation", "number", "fault"), FULL)
def test_any_rollout_bears_any_of_it(dev: Environment, kind, operation, number, fault):
    # One that is never called so often meets nothing; the others cover all there is.
    check(dev, kind, Faulty(operation, number, fault))


def test_a_watcher_that_cannot_see_the_group_still_judges_answers(dev: Environment, capsys):
    """A bad release must not stay because other people use up the account's requests."""
    dev.deploy(A)
    dev.bad_answers = {B}
    faulty = Faulty("DescribeAutoScalingGroups", 10_000, "throttled for a minute")
    faulty.install(dev)

    def once_it_serves() -> None:
        group = dev.stand.described()["Instances"]
        if len([one for one in group if one["LifecycleState"] == "InService"]) > 2:
            faulty.number = faulty.seen[faulty.operation] + 2
            dev.on_pause = lambda: None

    dev.on_pause = once_it_serves
    assert dev.deploy(B) == 1
    assert "going back" in capsys.readouterr().err.partition("again, after")[0]
    dev.whole(A)


def test_refused_credentials_end_the_watch_at_once(dev: Environment, capsys):
    dev.deploy(A)
    began: list[float] = []

    def expire(**_: Any) -> None:
        began.append(clock.seconds())
        error = {"Error": {"Code": "ExpiredToken", "Message": "expired"}}
        raise ClientError(error, "DescribeInstanceRefreshes")  # type: ignore[arg-type]

    events = dev.clients.autoscaling.meta.events
    events.register("before-call.auto-scaling.DescribeScalingActivities", expire)
    assert dev.deploy(B) == 4
    assert len(began) == 1
    assert "make status ENV=dev" in str(dev.error)
    assert "does not answer" not in capsys.readouterr().err


def test_contact_that_stays_lost_ends_the_watch_as_unknown(dev: Environment, monkeypatch):
    dev.deploy(A)
    monkeypatch.setattr("tests.scripts.faults.MINUTE", 1e9)
    Faulty("DescribeInstanceRefreshes", 4, "throttled for a minute").install(dev)
    began = clock.seconds()
    assert dev.deploy(B) == 4
    assert clock.seconds() - began >= contact.PATIENCE_SECONDS
    assert not dev.ledger().failed


def test_a_rollout_says_how_many_calls_it_made(dev: Environment, capsys):
    dev.deploy(A)
    before, sent = dev.clients.contact.requests, 0

    def count(**_: Any) -> None:
        nonlocal sent
        sent += 1

    for service in ("autoscaling", "ec2", "elbv2", "s3", "ecr"):
        getattr(dev.clients, service).meta.events.register("before-send", count)
    assert dev.deploy(B) == 0
    assert dev.clients.contact.requests - before == sent
    found = [line for line in capsys.readouterr().err.splitlines() if "AWS calls in" in line]
    assert len(found) == 1
    assert 10 < int(found[0].split("AWS calls")[0].split()[-1]) < sent


def test_a_deleted_template_version_is_an_answer_and_no_lost_contact(dev: Environment):
    """EC2 API reference, "Error codes": InvalidLaunchTemplateId.VersionNotFound."""
    dev.deploy(A)
    number = str(dev.observe().existing.group.version.number)
    dev.stand.ec2.delete_launch_template_versions(LaunchTemplateName=GROUP, Versions=[number])
    dev.clients.template_versions.clear()
    assert dev.deploy(B) == 4
    assert "a version of the launch template is missing" in str(dev.error)
    assert f"version {number}" in str(dev.error)
    assert "make plan ENV=dev" in str(dev.error)


def test_what_an_old_refresh_led_to_may_be_deleted(dev: Environment):
    dev.deploy(A)
    dev.bad = {B}
    assert dev.deploy(B) == 1
    numbers = dev.stand.ec2.describe_launch_template_versions(LaunchTemplateName=GROUP)
    [bad] = [
        str(one["VersionNumber"])
        for one in numbers["LaunchTemplateVersions"]
        if {"Key": "Release", "Value": B} in tags(one["LaunchTemplateData"])
    ]
    dev.stand.ec2.delete_launch_template_versions(LaunchTemplateName=GROUP, Versions=[bad])
    dev.clients.template_versions.clear()
    dev.bad = set()
    assert dev.deploy(B) == 0, dev.error
    dev.whole(B)
