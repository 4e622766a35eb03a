"""Every call that the scripts make is one that the role of their step may make, and no more."""

import json
import re
from typing import Any

import pytest
from botocore.client import BaseClient

from emulator.aws.iam.conditions import values_of
from emulator.aws.iam.permissions import Call, judge_call
from scripts.adapters.aws.clients import Clients
from scripts.base.project import ROOT, environments
from scripts.commands import (
    abort,
    history,
    hold,
    logs,
    pause,
    resume,
    status,
    unhold,
    unlock_state,
)
from scripts.operations import account_findings, find_drift
from scripts.operations.find_newest_ami import find_newest_amis, pin_of
from scripts.workflow_steps import operate
from tests.scripts.conftest import dev as dev
from tests.scripts.conftest import no_shell as no_shell
from tests.scripts.emulated import BUCKET, Environment
from tests.trust.calls import arn, calls, launch, tagged
from tests.trust.rendered import Rendered

pytestmark = pytest.mark.slow

A, B = "a" * 12, "b" * 12
Made = list[tuple[str, str, dict[str, Any]]]


@pytest.fixture
def made(dev: Environment, monkeypatch: pytest.MonkeyPatch) -> Made:
    """The calls of AWS that the scripts make, as they are made."""
    found: Made = []

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        found.append((model.service_model.signing_name, model.name, json.loads(_plain(params))))

    # By name: a client that no test has used yet is made here, and noted too.
    for service in Clients.__annotations__:
        client: BaseClient = getattr(dev.clients, service)
        client.meta.events.register("before-parameter-build.*.*", note)
    for command in (hold, unhold, status):
        monkeypatch.setattr(command, "connect", lambda *_: dev.clients)
    return found


def _plain(params: dict[str, Any]) -> str:
    return json.dumps(params, default=str)


def refused(plan: Rendered, role: str, made: Made) -> list[str]:
    """What a role may not do of what was done, in an account of its own."""
    policies = plan.roles[role].policies
    return [
        f"{service}:{operation} needs {call.action} on {call.resource}: {verdict.reason}"
        for service, operation, given in made
        for call in calls(service, operation, given, "dev")
        for bucket in [plan.bucket_policy if call.action.startswith("s3:") else None]
        for verdict in [judge_call(policies, call, resource_policy=bucket)]
        if not verdict.allowed
    ]


def _begin_another_command(dev: Environment, made: Made) -> None:
    """Forget the calls, and what a process of its own would not know yet."""
    made.clear()
    dev.clients.template_versions.clear()


def test_a_release_role_may_do_all_of_a_release(
    dev: Environment, made: Made, committed: Rendered
) -> None:
    assert dev.deploy(A) == 0
    assert dev.deploy(B) == 0
    dev.bad = {"c" * 12}
    assert dev.deploy("c" * 12) == 1
    assert dev.roll_back("--reason", "B is slow") == 0
    assert dev.run(hold.main, "--reason", "wait") == 0
    assert dev.run(unhold.main) == 0
    assert dev.run(status.main, "--json") == 0
    done = {operation for _, operation, _ in made}
    assert {
        "CreateLaunchTemplateVersion",
        "UpdateAutoScalingGroup",
        "StartInstanceRefresh",
        "RollbackInstanceRefresh",
        "PutObject",
        "DeleteObject",
    } <= done
    assert refused(committed, "dev-release", made) == []
    assert refused(committed, "prod-release", made) != []
    assert refused(committed, "dev-plan", made) != []


def test_a_plan_role_may_look_and_change_nothing(
    dev: Environment, made: Made, committed: Rendered
) -> None:
    dev.deploy(A)
    _begin_another_command(dev, made)
    assert dev.run(status.main, "--json") == 0
    assert made
    assert refused(committed, "dev-plan", made) == []


def test_a_plan_role_may_look_for_drift(
    dev: Environment, made: Made, committed: Rendered, monkeypatch: pytest.MonkeyPatch
) -> None:
    dev.deploy(A)
    _begin_another_command(dev, made)
    # What Terraform reads for a plan is what it reads for a pull request's.
    monkeypatch.setattr(find_drift, "planned_changes", lambda *_: [])
    assert not find_drift.find_drift(dev.clients, dev.project, "dev").differs
    done = {operation for _, operation, _ in made}
    assert {"DescribeLaunchTemplateVersions", "DescribeTargetHealth", "GetObject"} <= done
    assert refused(committed, "dev-plan", made) == []


@pytest.fixture
def state_lock(dev: Environment) -> str:
    """The lock of a Terraform that nobody knows any more; its id."""
    lock = {"ID": "x-1", "Who": "a@b", "Created": "2026-01-01T00:00:00Z"}
    key = "dev/terraform.tfstate.tflock"
    dev.clients.s3.put_object(Bucket=BUCKET, Key=key, Body=json.dumps(lock).encode())
    return "x-1"


def test_each_operated_verb_may_do_what_it_does(
    dev: Environment, made: Made, committed: Rendered, state_lock: str, monkeypatch: Any
) -> None:
    """Every verb of operate.yml, but for plan and drift, whose Terraform reads as a preview's."""
    plan_and_drift = ("plan", "drift")
    roles = {
        "dev-plan": operate.LOOKING,
        "dev-release": operate.RELEASING,
        "dev-infrastructure": operate.UNLOCKING,
    }
    verbs = {
        "status": (status, []),
        "history": (history, []),
        "logs": (logs, []),
        "hold": (hold, ["--reason", "wait"]),
        "unhold": (unhold, []),
        "pause": (pause, []),
        "resume": (resume, []),
        "abort": (abort, []),
        "unlock-state": (unlock_state, ["--lock-id", state_lock]),
    }
    assert set(operate.VERBS) == {*verbs, *plan_and_drift}
    dev.deploy(A)
    for role, operated in roles.items():
        for verb in [verb for verb in operated if verb not in plan_and_drift]:
            command, words = verbs[verb]
            monkeypatch.setattr(command, "connect", lambda *_: dev.clients)
            _begin_another_command(dev, made)
            # There is nothing to abort, which takes the looking alone; a release aborts its own.
            assert dev.run(command.main, *words) == (3 if verb == "abort" else 0), verb
            assert made, verb
            assert refused(committed, role, made) == [], f"{verb} with the role {role}"
            if verb not in operate.LOOKING and verb != "abort":
                assert refused(committed, "dev-plan", made) != [], f"{verb} with the plan role"


def test_a_plan_role_may_look_for_a_newer_machine_image(
    dev: Environment, made: Made, committed: Rendered
) -> None:
    _begin_another_command(dev, made)
    dev.stand.ec2.describe_images(Filters=[{"Name": "name", "Values": [pin_of("dev").name]}])
    assert find_newest_amis(dev.clients, ["dev"])["dev"].current
    assert {operation for _, operation, _ in made} == {"DescribeImages"}
    assert refused(committed, "dev-plan", made) == []


@pytest.fixture
def looked_at(dev: Environment, made: Made, monkeypatch: pytest.MonkeyPatch) -> Made:
    """What a doctor's look at dev calls, but for Terraform's plan of bootstrap."""
    dev.deploy(A)
    dev.stand.ec2.describe_images(Filters=[{"Name": "name", "Values": [pin_of("dev").name]}])
    topic = dev.clients.sns.create_topic(Name="slipway-dev-alerts")["TopicArn"]
    dev.clients.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="a@example.com")
    monkeypatch.setattr(account_findings, "_bootstrap", lambda *_: iter(()))
    _begin_another_command(dev, made)
    account_findings.look(dev.clients, dev.project, "dev")
    return made


def test_a_plan_role_may_see_all_of_what_a_doctor_looks_at(
    looked_at: Made, connected: Rendered
) -> None:
    done = {operation for _, operation, _ in looked_at}
    assert {
        "DescribeInstanceTypes",
        "DescribeListeners",
        "DescribeLogGroups",
        "GetServiceQuota",
        "ListSubscriptionsByTopic",
    } <= done
    assert refused(connected, "dev-plan", looked_at) == []
    assert refused(connected, "dev-viewer", looked_at) == []
    assert refused(connected, "prod-plan", looked_at) != []


def test_with_a_domain_it_may_see_the_certificate(connected: Rendered) -> None:
    call = Call("acm:DescribeCertificate", arn("acm", "certificate/x"))
    assert judge_call(connected.roles["prod-plan"].policies, call).allowed


STATE = "arn:aws:s3:::slipway-state-123456789012"
OWN, OTHER = tagged("dev"), tagged("prod")
GROUP = "autoScalingGroup:*:autoScalingGroupName/slipway-dev"
BOUNDARY = "arn:aws:iam::123456789012:policy/slipway-dev-boundary"
IAM = "arn:aws:iam::123456789012"
INSTANCE_ROLE = f"{IAM}:role/slipway-dev-instance"

NOT_OF_A_RELEASE = {
    "infrastructure": Call("ec2:CreateVpc", arn("ec2", "vpc/*"), OWN),
    "another network": Call(
        "autoscaling:UpdateAutoScalingGroup",
        arn("autoscaling", GROUP),
        {"autoscaling:VPCZoneIdentifiers": "subnet-1"},
    ),
    "prod's group": Call(
        "autoscaling:StartInstanceRefresh",
        arn("autoscaling", GROUP.replace("dev", "prod")),
    ),
    "prod's template": Call(
        "ec2:CreateLaunchTemplateVersion", arn("ec2", "launch-template/x"), OTHER
    ),
    "an image of a stranger": Call(
        "ec2:RunInstances", "arn:aws:ec2:eu-central-1::image/ami-1", {"ec2:Owner": "999999999999"}
    ),
    "prod's subnet": Call("ec2:RunInstances", arn("ec2", "subnet/x"), OTHER),
    "another profile": Call(
        "ec2:RunInstances",
        arn("ec2", "instance/*"),
        {"ec2:InstanceProfile": f"{IAM}:instance-profile/admin"},
    ),
    "no profile": Call("ec2:RunInstances", arn("ec2", "instance/*")),
    "another role": Call(
        "iam:PassRole", f"{IAM}:role/admin", {"iam:PassedToService": "ec2.amazonaws.com"}
    ),
    "prod's ledger": Call("s3:PutObject", f"{STATE}/prod/ledger.json"),
    "the ledger's end": Call("s3:DeleteObject", f"{STATE}/dev/ledger.json"),
    "the facts": Call("s3:PutObject", f"{STATE}/dev/facts.json"),
    "a state": Call("s3:GetObject", f"{STATE}/dev/terraform.tfstate"),
    "a push": Call("ecr:PutImage", arn("ecr", "repository/slipway")),
}


@pytest.mark.parametrize("what", NOT_OF_A_RELEASE)
def test_a_release_may_not_have(committed: Rendered, what: str) -> None:
    role = committed.roles["dev-release"]
    assert not judge_call(role.policies, NOT_OF_A_RELEASE[what]).allowed


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (Call("iam:CreateRole", INSTANCE_ROLE, {"iam:PermissionsBoundary": BOUNDARY}), True),
        (Call("iam:CreateRole", INSTANCE_ROLE), False),
        (Call("iam:PutRolePolicy", INSTANCE_ROLE, {"iam:PermissionsBoundary": f"{IAM}:x"}), False),
        (Call("iam:DeleteRolePermissionsBoundary", INSTANCE_ROLE), False),
        (Call("iam:UpdateAssumeRolePolicy", f"{IAM}:role/slipway-dev-release"), False),
        (Call("iam:CreatePolicyVersion", BOUNDARY), False),
        (Call("s3:PutObject", f"{STATE}/dev/facts.json"), True),
        (Call("s3:PutObject", f"{STATE}/prod/facts.json"), False),
        (Call("s3:PutObject", f"{STATE}/dev/ledger.json"), False),
        (Call("s3:DeleteObject", f"{STATE}/dev/ledger.json"), False),
        (Call("ec2:DeleteSubnet", arn("ec2", "subnet/x"), OWN), True),
        (Call("ec2:DeleteSubnet", arn("ec2", "subnet/x"), OTHER), False),
        (Call("ec2:CreateVpc", arn("ec2", "vpc/*")), False),
    ],
)
def test_an_infrastructure_role_stays_in_its_environment_and_boundary(
    committed: Rendered, call: Call, expected: bool
) -> None:
    policies = committed.roles["dev-infrastructure"].policies
    assert judge_call(policies, call).allowed is expected


ASKED = {"aws:RequestTag/Project": "slipway", "aws:RequestTag/Environment": "prod"}


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ({**ASKED, "acm:ValidationMethod": "DNS"}, True),
        ({**ASKED, "acm:ValidationMethod": "EMAIL"}, False),
        ({**ASKED, "aws:RequestTag/Environment": "dev", "acm:ValidationMethod": "DNS"}, False),
        ({"acm:ValidationMethod": "DNS"}, False),
    ],
)
def test_a_certificate_is_asked_for_with_the_tags_of_its_environment(
    connected: Rendered, context: dict[str, str], expected: bool
) -> None:
    """Whoever asks names no resource: the certificate's id is in the answer."""
    call = Call("acm:RequestCertificate", "*", context)
    assert judge_call(connected.roles["prod-infrastructure"].policies, call).allowed is expected
    assert not judge_call(connected.roles["dev-infrastructure"].policies, call).allowed


def test_an_infrastructure_role_may_launch_what_a_release_may(committed: Rendered) -> None:
    policies = committed.roles["prod-infrastructure"].policies
    assert all(judge_call(policies, call).allowed for call in launch("prod"))


def test_prod_reads_the_ledger_of_dev_and_never_the_other_way(committed: Rendered) -> None:
    def reads(role: str, environment: str) -> bool:
        call = Call("s3:GetObject", f"{STATE}/{environment}/ledger.json")
        return judge_call(committed.roles[role].policies, call).allowed

    for step in ("plan", "release"):
        assert reads(f"prod-{step}", "dev")
        assert not reads(f"dev-{step}", "prod")


TLS = {"aws:SecureTransport": "true"}
SEEN, FIRST_TIME = {**TLS, "s3:if-match": "e"}, {**TLS, "s3:if-none-match": "*"}


@pytest.mark.parametrize(
    ("action", "kind", "context", "expected"),
    [
        ("PutObject", "ledger", SEEN, True),
        ("PutObject", "ledger", FIRST_TIME, True),
        ("PutObject", "ledger", TLS, False),
        ("PutObject", "hold", TLS, False),
        ("DeleteObject", "hold", SEEN, True),
        ("DeleteObject", "hold", TLS, False),
        ("DeleteObject", "hold", FIRST_TIME, False),
        ("GetObject", "ledger", TLS, True),
        ("GetObject", "ledger", {"aws:SecureTransport": "false"}, False),
    ],
)
def test_the_bucket_refuses_whoever_has_not_looked(
    committed: Rendered, action: str, kind: str, context: dict[str, str], expected: bool
) -> None:
    """Even an administrator."""
    everything = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    call = Call(f"s3:{action}", f"{STATE}/dev/{kind}.json", context)
    verdict = judge_call([everything], call, resource_policy=committed.bucket_policy)
    assert verdict.allowed is expected


def stopped(plans: dict[str, Rendered], environment: str, context: dict[str, str]) -> set[str]:
    """What an environment's boundary stops of all that dev's instances are granted.

    Instances call AWS with the credentials of their role: the boot script, Docker's driver of logs,
    the agent of Session Manager and the service alike, the last through an endpoint of its network.
    """
    policies = plans["instances"].roles["dev-instance"].policies
    boundary = plans["committed"].boundaries[environment]
    granted = [
        Call(action, resource, context)
        for policy in policies
        for one in policy["Statement"]
        for action in one["Action"]
        for resource in one["Resource"]
    ]
    assert len(granted) > 10
    return {
        call.action for call in granted if not judge_call(policies, call, boundary=boundary).allowed
    }


FROM_AN_INSTANCE = {"ec2:SourceInstanceArn": arn("ec2", "instance/i-1")}


def test_instances_are_granted_nothing_that_their_boundary_stops(
    plans: dict[str, Rendered],
) -> None:
    assert stopped(plans, "dev", FROM_AN_INSTANCE) == set()
    assert stopped(plans, "prod", FROM_AN_INSTANCE) != set()


@pytest.mark.parametrize(
    "context",
    [
        {},
        {"ec2:SourceInstanceArn": "arn:aws:ec2:eu-central-1:999999999999:instance/i-1"},
    ],
)
def test_whoever_else_takes_the_instance_role_gets_nothing_but_layers(
    plans: dict[str, Rendered], context: dict[str, str]
) -> None:
    """An apply can write the role's trust policy: for people, for another account's instances."""
    kept = {"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}
    policies = plans["instances"].roles["dev-instance"].policies
    granted = {
        action for policy in policies for one in policy["Statement"] for action in one["Action"]
    }
    assert stopped(plans, "dev", context) == granted - kept


def statements(plan: Rendered, role: str) -> list[dict[str, Any]]:
    return [one for policy in plan.roles[role].policies for one in policy["Statement"]]


def test_an_operator_may_do_what_a_release_may_and_open_sessions(connected: Rendered) -> None:
    for environment in ("dev", "prod"):
        released = statements(connected, f"{environment}-release")
        operated = statements(connected, f"{environment}-operator")
        assert all(one in operated for one in released)
        beyond = [one for one in operated if one not in released]
        assert {action.split(":")[0] for one in beyond for action in values_of(one["Action"])} == {
            "ssm",
            "ssmmessages",
        }


def test_a_viewer_reads_what_a_plan_does_and_logs(connected: Rendered) -> None:
    for environment in ("dev", "prod"):
        planned = statements(connected, f"{environment}-plan")
        viewed = statements(connected, f"{environment}-viewer")
        assert all(one in viewed for one in planned)
        [beyond] = [one for one in viewed if one not in planned]
        assert beyond["Sid"] == "ReadLogs"
        own = Call("logs:FilterLogEvents", arn("logs", f"log-group:/slipway/{environment}:x"))
        policies = connected.roles[f"{environment}-viewer"].policies
        assert judge_call(policies, own).allowed
        for action in ("PutObject", "DeleteObject"):
            state = Call(f"s3:{action}", f"{STATE}/{environment}/terraform.tfstate")
            assert not judge_call(policies, state).allowed


def test_a_viewer_may_look_at_everything_and_change_nothing(
    dev: Environment, made: Made, connected: Rendered, monkeypatch: pytest.MonkeyPatch
) -> None:
    dev.deploy(A)
    for command in (status, history, logs):
        monkeypatch.setattr(command, "connect", lambda *_: dev.clients)
        _begin_another_command(dev, made)
        assert dev.run(command.main) == 0
        assert made
        assert refused(connected, "dev-viewer", made) == []
    assert refused(connected, "prod-viewer", made) != [], "the logs of dev"
    _begin_another_command(dev, made)
    monkeypatch.setattr(hold, "connect", lambda *_: dev.clients)
    assert dev.run(hold.main, "--reason", "wait") == 0
    assert refused(connected, "dev-viewer", made) != []


ANNA, BEN = "AROAEXAMPLE:anna", "AROAEXAMPLE:ben"
INSTANCE, GROUP_TAG = arn("ec2", "instance/i-1"), "ssm:resourceTag/aws:autoscaling:groupName"
DOCUMENT = arn("ssm", "document/SSM-SessionManagerRunShell")
OPENED_BY = "ssm:resourceTag/aws:ssmmessages:session-id"


@pytest.mark.parametrize(
    ("action", "resource", "context", "expected"),
    [
        ("StartSession", INSTANCE, {GROUP_TAG: "slipway-dev"}, True),
        ("StartSession", INSTANCE, {GROUP_TAG: "slipway-prod"}, False),
        ("StartSession", INSTANCE, {}, False),
        ("StartSession", DOCUMENT, {}, True),
        ("StartSession", "arn:aws:ssm:eu-central-1::document/AWS-StartSSHSession", {}, False),
        ("SendCommand", INSTANCE, {GROUP_TAG: "slipway-dev"}, False),
        ("TerminateSession", arn("ssm", "session/anna-1"), {OPENED_BY: ANNA}, True),
        ("ResumeSession", arn("ssm", "session/anna-1"), {OPENED_BY: ANNA}, True),
        ("TerminateSession", arn("ssm", "session/ben-1"), {OPENED_BY: BEN}, False),
        ("ResumeSession", arn("ssm", "session/ben-1"), {OPENED_BY: BEN}, False),
        ("TerminateSession", arn("ssm", "session/anna-1"), {}, False),
    ],
)
def test_an_operator_opens_sessions_on_their_own_group_and_ends_their_own(
    connected: Rendered, action: str, resource: str, context: dict[str, str], expected: bool
) -> None:
    policies = connected.roles["dev-operator"].policies
    call = Call(f"ssm:{action}", resource, {"aws:userid": ANNA, **context})
    assert judge_call(policies, call).allowed is expected
    assert not judge_call(connected.roles["dev-viewer"].policies, call).allowed
    assert not judge_call(connected.roles["dev-release"].policies, call).allowed


@pytest.mark.parametrize("role", ["dev-viewer", "dev-operator", "prod-operator"])
def test_an_apply_cannot_change_who_the_people_are(connected: Rendered, role: str) -> None:
    policies = connected.roles["dev-infrastructure"].policies
    for action in ("UpdateAssumeRolePolicy", "PutRolePolicy", "CreateRole", "DeleteRole"):
        call = Call(f"iam:{action}", f"{IAM}:role/slipway-{role}")
        assert "NeverThePipeline denies it" in judge_call(policies, call).reason


def test_what_tags_are_judged_by_is_put_on_everything() -> None:
    for environment in environments():
        text = (ROOT / "infra" / "envs" / environment / "providers.tf").read_text()
        assert re.search(r"Project\s+= local\.project\.name", text)
        assert re.search(r"Environment\s+= local\.environment", text)
