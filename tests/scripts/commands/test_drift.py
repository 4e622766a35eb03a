"""Where an environment differs, seen by the command that changes nothing."""

import pytest

from scripts.commands import drift
from scripts.commands.hold import main as hold
from scripts.domain.drift_findings import Drift
from scripts.domain.plan_changes import Attribute, Change
from scripts.operations import find_drift
from scripts.reporting.drift_lines import lines
from tests.emulator.aws.stand import GROUP
from tests.scripts.emulated import BUCKET, INPUTS, Environment

pytestmark = pytest.mark.slow
A, B = "a" * 12, "b" * 12
LOGS = Change("module.x.aws_y.z", "aws_y", "update", (Attribute("days", 3, 30),))


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> list[Change]:
    """What Terraform would change."""
    changes: list[Change] = []
    monkeypatch.setattr(find_drift, "planned_changes", lambda *_: list(changes))
    monkeypatch.setattr(find_drift, "inputs_hash", lambda _: INPUTS)
    return changes


def found(dev: Environment) -> Drift:
    before = len(dev.calls)
    seen = find_drift.find_drift(dev.clients, dev.project, "dev")
    assert dev.calls[before:] == [], "it changes nothing"
    return seen


@pytest.mark.usefixtures("planned")
def test_an_environment_that_is_as_it_was_left_does_not_differ(dev):
    dev.deploy(A)
    assert found(dev) == Drift()


@pytest.mark.usefixtures("planned")
def test_before_the_first_release_only_a_raised_group_differs(dev):
    seen = found(dev)
    assert not seen.differs
    assert "none is recorded" in seen.ahead[0]
    group = dev.observe().existing.facts.group
    dev.stand.scaling.set_desired_capacity(AutoScalingGroupName=group, DesiredCapacity=2)
    assert found(dev).fleet == ("2 instances are asked for before any release",)


@pytest.mark.usefixtures("planned")
def test_an_instance_that_runs_something_else_differs(dev):
    dev.deploy(A)
    [one, *_] = dev.observe().group.fleet
    other = [{"Key": "Release", "Value": B}, {"Key": "Digest", "Value": "sha256:" + "0" * 64}]
    dev.stand.ec2.create_tags(Resources=[one.id], Tags=other)
    seen = found(dev)
    assert seen.differs
    assert any(line.startswith(f"{one.id}: runs {B}") for line in seen.fleet)


@pytest.mark.usefixtures("planned")
def test_an_answer_of_something_else_differs(dev):
    dev.deploy(A)
    dev.wrong_answers = {A}
    [line] = found(dev).fleet
    assert f"answers release {A}" in line


@pytest.mark.usefixtures("planned")
def test_a_service_that_is_not_ready_differs(dev):
    dev.deploy(A)
    dev.not_ready = {A}
    assert found(dev).fleet == ("http://127.0.0.1:9/ready: not ready",)


def test_what_terraform_would_put_back_differs(dev, planned):
    dev.deploy(A)
    planned.append(LOGS)
    seen = found(dev)
    assert seen.changes == (LOGS,)
    assert lines(seen) == [
        "differs  module.x.aws_y.z: Terraform would update it (days)",
    ]


def test_infrastructure_that_waits_for_its_apply_is_ahead_and_not_compared(
    dev, planned, monkeypatch
):
    dev.deploy(A)
    planned.append(LOGS)
    monkeypatch.setattr(find_drift, "inputs_hash", lambda _: "b" * 12)
    seen = found(dev)
    assert not seen.differs
    assert "not applied yet" in " ".join(seen.ahead)


@pytest.mark.usefixtures("planned")
def test_a_release_that_waits_and_a_hold_are_ahead(dev, monkeypatch):
    dev.deploy(A)
    monkeypatch.setattr("scripts.commands.hold.connect", lambda *_: dev.clients)
    dev.run(hold, "--reason", "until noon")
    monkeypatch.setattr("scripts.base.release_version.version", lambda: B)
    seen = found(dev)
    assert not seen.differs
    waits, held = seen.ahead
    assert waits == f"the tree names release {B}; {A} is recorded"
    assert "until noon" in held


@pytest.mark.usefixtures("planned")
def test_a_release_that_failed_is_told_so(dev):
    dev.deploy(A)
    dev.bad = {B}
    assert dev.deploy(B) == 1
    assert found(dev).ahead == (
        f"the tree names release {B}, which failed here before; {A} is recorded",
    )


@pytest.mark.usefixtures("planned")
def test_while_something_is_under_way_nothing_is_judged(dev):
    dev.deploy(A)
    dev.kill_after = len(dev.calls) + 3
    assert dev.deploy(B) == -9
    dev.kill_after = None
    seen = found(dev)
    assert not seen.differs
    assert seen.busy
    assert lines(seen)[0].startswith("under way")


@pytest.mark.usefixtures("planned")
def test_what_began_and_never_ended_differs_after_six_hours(dev):
    dev.deploy(A)
    dev.kill_after = len(dev.calls) + 1
    assert dev.deploy(B) == -9
    dev.kill_after = None
    assert "release since" in found(dev).busy
    dev.pass_time(6 * 3600 + 60)
    seen = found(dev)
    assert seen.busy == ""
    assert any("never ended" in line for line in seen.fleet)


@pytest.mark.usefixtures("planned")
def test_an_environment_that_does_not_exist_waits(dev):
    dev.clients.s3.delete_object(Bucket=BUCKET, Key="dev/facts.json")
    before = find_drift.find_drift(dev.clients, dev.project, "dev")
    assert before == Drift(ahead=("its infrastructure does not exist yet",))


@pytest.mark.usefixtures("planned")
@pytest.mark.parametrize("part", ["facts", "group", "target group", "template", "version"])
def test_what_is_gone_under_a_recorded_release_is_the_drift(dev, part):
    dev.deploy(A)
    stand, group = dev.stand, dev.observe().existing.group
    dev.clients.template_versions.clear()
    if part == "facts":
        dev.clients.s3.delete_object(Bucket=BUCKET, Key="dev/facts.json")
        dev.calls.pop()
    elif part == "group":
        stand.scaling.delete_auto_scaling_group(AutoScalingGroupName=GROUP, ForceDelete=True)
        dev.pass_time(60)
    elif part == "target group":
        [balancer] = stand.elb.describe_load_balancers()["LoadBalancers"]
        stand.elb.delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])
        stand.elb.delete_target_group(TargetGroupArn=stand.target_group)
    elif part == "template":
        stand.ec2.delete_launch_template(LaunchTemplateName=GROUP)
    else:
        stand.ec2.delete_launch_template_versions(
            LaunchTemplateName=GROUP, Versions=[str(group.version.number)]
        )
    seen = found(dev)
    assert seen.differs
    first = lines(seen)[0]
    assert first.startswith(f"differs  {A} is recorded as running, but ")
    word = {"version": "missing"}.get(part, "gone")
    assert word in first
    assert part in first


def test_the_command_ends_with_one_where_something_differs(dev, planned, monkeypatch, capsys):
    dev.deploy(A)
    monkeypatch.setattr(drift, "connect", lambda *_: dev.clients)
    assert dev.run(drift.main) == 0
    planned.append(LOGS)
    assert dev.run(drift.main) == 1
    assert "nothing differs" in capsys.readouterr().out
