"""A release that fails and a way back that fails too: what is said, kept and possible then."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from scripts.domain.ledger import Ledger
from tests.emulator.aws.stand import GROUP
from tests.scripts.emulated import SPEC, Environment

pytestmark = pytest.mark.slow
A, B, C = "a" * 12, "b" * 12, "c" * 12


def fail_both_ways(dev: Environment, *, boots_again: bool = False) -> int:
    """Roll B out over A, which cannot boot any more once AWS puts the group back; the exit code.

    With `boots_again` it can as soon as AWS has given up.
    """
    dev.deploy(A)
    dev.bad_answers = {B}

    def soon() -> None:
        refresh = dev.observe().refresh
        if refresh and refresh.status == "RollbackInProgress":
            dev.bad = {A}
            # AWS gives up after an hour without progress; shortened, it outlasts a boot.
            dev.stand.clock.factor = 100
            dev.stand.scaling.put_lifecycle_hook(
                AutoScalingGroupName=GROUP,
                LifecycleHookName="boot",
                LifecycleTransition="autoscaling:EC2_INSTANCE_LAUNCHING",
                HeartbeatTimeout=30,
            )
        elif boots_again:
            dev.bad = set()

    dev.on_pause = soon
    code = dev.deploy(B)
    dev.stand.clock.factor = 1
    dev.bad, dev.bad_answers, dev.on_pause = set(), set(), lambda: None
    return code


def statuses(dev: Environment) -> list[str]:
    """How AWS's refreshes ended, the first one first."""
    listed = dev.stand.scaling.describe_instance_refreshes(AutoScalingGroupName="slipway-dev")
    return [one["Status"] for one in reversed(listed["InstanceRefreshes"])]


def releases(dev: Environment) -> set[str]:
    group = dev.observe().group
    assert group
    return {one.release for one in group.fleet}


def test_a_way_back_that_fails_is_unknown_and_its_report_says_what_to_do(dev):
    assert fail_both_ways(dev) == 4
    # AWS's own way back, then the roll to the recorded release, which tripped and was taken back.
    assert statuses(dev) == ["RollbackFailed", "RollbackSuccessful"]
    assert releases(dev) == {A, B}

    first = f"release {B} failed on slipway-dev, and going back failed too"
    assert first in str(dev.error)
    assert dev.error.next_step.endswith("make status ENV=dev")
    told = dev.report()
    assert (told["result"], told["exit_code"], told["going_back_failed"]) == ("unknown", 4, True)
    assert told["headline"].startswith(first)
    causes = " ".join(told["cause"])
    assert "status 500" in causes
    assert "gave up while it booted" in told["headline"]
    page = dev.page()
    assert page.startswith(f"❓ **dev**: `{first}")
    assert "What to do: `To find out where it stands: make status ENV=dev`" in page
    assert "`make roll-back ENV=dev` rolls the recorded release again" in page
    assert page.index("What to do") < page.index("### Going back failed") < page.index("### What")


def test_a_way_back_that_fails_blames_the_release_and_not_the_recorded_one(dev):
    fail_both_ways(dev)
    book: Ledger = dev.ledger()
    assert book.release
    assert book.release.version == A
    assert [(one.version, one.spec_hash) for one in book.failed] == [(B, SPEC)]
    assert "status 500" in book.failed[0].cause
    assert "RollbackFailed" in book.failed[0].cause
    # What was under way is still to be done.
    assert book.pending
    assert (book.pending.kind, book.pending.version) == ("release", A)
    assert dev.observe().hold is None


def test_what_aws_could_not_put_back_and_the_next_roll_did_is_told_as_back(dev):
    assert fail_both_ways(dev, boots_again=True) == 1
    assert statuses(dev) == ["RollbackFailed", "Successful"]
    dev.whole(A)
    assert f"{A} runs on every instance" in dev.report()["headline"]
    assert "RollbackFailed" in dev.report()["headline"]
    assert not dev.report()["going_back_failed"]
    assert "### Going back failed" not in dev.page()


def test_contact_lost_after_aws_gave_up_is_told_with_what_to_do(dev):
    def lost(**_: Any) -> None:
        if dev.ledger().failed:
            error: Any = {"Error": {"Code": "ExpiredToken", "Message": "expired"}}
            raise ClientError(error, "CreateLaunchTemplateVersion")

    dev.clients.ec2.meta.events.register("before-call.ec2.CreateLaunchTemplateVersion", lost)
    assert fail_both_ways(dev) == 4
    assert statuses(dev) == ["RollbackFailed"]
    assert dev.report()["going_back_failed"]
    assert "`make roll-back ENV=dev` rolls the recorded release again" in dev.page()


def test_a_roll_back_converges_after_a_way_back_that_failed(dev):
    fail_both_ways(dev)
    assert dev.roll_back() == 0
    dev.whole(A)
    hold = dev.observe().hold
    assert hold
    assert (hold.kind, hold.release) == ("rollback", A)


@pytest.mark.parametrize("release", [B, C])
def test_a_deploy_converges_after_a_way_back_that_failed(dev, release):
    fail_both_ways(dev)
    assert dev.deploy(release) == 0
    dev.whole(release)
