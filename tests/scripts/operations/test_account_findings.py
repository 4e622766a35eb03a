"""What `doctor` says of an account: each guarantee seen in force, and seen red with its fix."""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.aws import quotas
from scripts.adapters.aws import account
from scripts.adapters.aws.account import Certificate
from scripts.adapters.terraform.fleet_values import demand_of
from scripts.base.errors import SlipwayError, UsageError
from scripts.base.project import ROOT, Environment
from scripts.domain.findings import Finding
from scripts.operations import account_findings
from scripts.operations.find_newest_ami import pin_of
from tests.scripts.emulated import BUCKET
from tests.scripts.emulated import Environment as Dev

Break = Callable[[Dev, pytest.MonkeyPatch], object]
A = "ada@example.com"


@pytest.fixture
def whole(dev: Dev, monkeypatch: pytest.MonkeyPatch) -> Dev:
    """An account in which everything is in force, Terraform's part said to be."""
    differs(False)(dev, monkeypatch)
    dev.project = replace(dev.project, environments=(Environment("dev"),))
    dev.stand.ec2.describe_images(Filters=[{"Name": "name", "Values": [pin_of("dev").name]}])
    topic = dev.clients.sns.create_topic(Name="slipway-dev-alerts")["TopicArn"]
    dev.clients.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=A)
    dev.clients.logs.put_retention_policy(logGroupName="/slipway/dev", retentionInDays=14)
    monkeypatch.setattr(account, "certificate", lambda *_: Certificate("x.test", "ISSUED", FAR))
    return dev


FAR, SOON = "2099-01-01T00:00:00+00:00", "2027-01-20T00:00:00+00:00"


def differs(answer: bool | SlipwayError) -> Break:
    """Let a plan of bootstrap be empty, or not, or fail."""

    def plan(*_: str) -> bool:
        if isinstance(answer, SlipwayError):
            raise answer
        return answer

    @contextmanager
    def ready(*_: Any) -> Any:
        yield SimpleNamespace(plan=plan)

    return lambda _, patch: patch.setattr(account_findings, "ready", ready)


def subscribed(*confirmed: bool) -> Break:
    found = {f"{number}@example.com": one for number, one in enumerate(confirmed)}
    return lambda _, patch: patch.setattr(account, "subscriptions", lambda *_: found)


def certificate(found: Certificate | None) -> Break:
    return lambda _, patch: patch.setattr(account, "certificate", lambda *_: found)


def an_older_image(dev: Dev, patch: pytest.MonkeyPatch) -> None:
    """Let Amazon offer a newer one than dev names."""
    newer = pin_of("dev").name.replace("20260930", "20261118")
    assert newer != pin_of("dev").name
    dev.stand.ec2.describe_images(Filters=[{"Name": "name", "Values": [newer]}])
    patch.setattr(account_findings, "AMI_DAYS", -1)


BROKEN: dict[str, tuple[Break, str, str]] = {
    "roles": (differs(True), "roles, boundaries and bucket", "scripts bootstrap"),
    "vCPUs": (
        lambda _, patch: patch.setitem(quotas.DEFAULTS, ("ec2", "L-1216C47A"), 5.0),
        "the quota Running On-Demand Standard",
        "--quota-code L-1216C47A --desired-value 12",
    ),
    "addresses": (
        lambda _, patch: patch.setitem(quotas.DEFAULTS, ("ec2", "L-0263D0A3"), 0.0),
        "the quota EC2-VPC Elastic IPs",
        "--desired-value 1",
    ),
    "an old image": (
        an_older_image,
        "dev boots a machine image",
        "scripts newest-ami",
    ),
    "no facts": (
        lambda dev, _: dev.clients.s3.delete_object(Bucket=BUCKET, Key="dev/facts.json"),
        "dev exists",
        "make deploy ENV=dev",
    ),
    "nobody is told": (subscribed(), "dev's alarms reach somebody", "alert_emails"),
    "not confirmed": (subscribed(True, False), "dev's alarms reach somebody", "to confirm"),
    "a certificate that ends": (
        certificate(Certificate("x.test", "ISSUED", SOON)),
        "dev answers with HTTPS",
        "make plan ENV=dev",
    ),
    "a certificate that is none": (
        certificate(Certificate("x.test", "PENDING_VALIDATION", "")),
        "dev answers with HTTPS",
        "make plan ENV=dev",
    ),
    "logs for ever": (
        lambda dev, _: dev.clients.logs.delete_retention_policy(logGroupName="/slipway/dev"),
        "dev's logs are kept",
        "make deploy ENV=dev",
    ),
    "no log group": (
        lambda dev, _: dev.clients.logs.delete_log_group(logGroupName="/slipway/dev"),
        "dev's logs are kept",
        "make deploy ENV=dev",
    ),
}


def look(dev: Dev) -> list[Finding]:
    return account_findings.look(dev.clients, dev.project)


def test_a_whole_account_is_green(whole: Dev) -> None:
    found = look(whole)
    assert [one for one in found if one.state != "in force"] == []
    assert len(found) == 8


@pytest.mark.parametrize("what", BROKEN)
def test_one_broken_thing_is_one_red_line_with_its_fix(
    whole: Dev, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    act, guarantee, fix = BROKEN[what]
    act(whole, monkeypatch)
    [red] = [one for one in look(whole) if one.fails]
    assert red.state == "not in force"
    assert red.guarantee.startswith(guarantee)
    assert fix in red.fix
    assert red.detail


def test_plain_http_is_told_and_fails_nothing(whole: Dev, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate(None)(whole, monkeypatch)
    [told] = [one for one in look(whole) if one.state != "in force"]
    assert not told.fails
    assert "`dns`" in told.fix


def test_what_may_not_be_seen_is_said_and_the_rest_goes_on(
    whole: Dev, monkeypatch: pytest.MonkeyPatch
) -> None:
    differs(SlipwayError("terraform plan failed", which="AccessDenied"))(whole, monkeypatch)

    def denied(*_: Any) -> Any:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetServiceQuota")

    monkeypatch.setattr(account, "quotas", denied)
    found = look(whole)
    unseen = [one for one in found if one.state == "cannot be seen"]
    assert [one.guarantee.split()[1] for one in unseen] == ["boundaries", "quotas"]
    assert all("administrator" in one.fix for one in unseen)
    assert len(found) == 6


def test_what_would_stop_a_first_deployment_is_known_before(
    whole: Dev, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = list(whole.project.environments)
    assert account_findings.outlook(whole.clients, here) == []
    monkeypatch.setitem(quotas.DEFAULTS, ("ec2", "L-1216C47A"), 5.0)
    monkeypatch.setattr(account_findings, "offered_amis", lambda *_: [])
    vcpus, image = account_findings.outlook(whole.clients, here)
    assert "5, 12 are needed" in vcpus.detail
    assert image.guarantee == "the machine image of dev exists in eu-central-1"
    assert "infra/envs/dev/main.tf:" in image.detail


def test_an_environment_elsewhere_is_not_looked_at(whole: Dev) -> None:
    prod = Environment("prod", account_id="444455556666", after="dev")
    whole.project = replace(whole.project, environments=(Environment("dev"), prod))
    last = look(whole)[-1]
    assert (last.state, last.fails) == ("cannot be seen", False)
    assert "444455556666" in last.detail


def test_for_one_environment_what_it_shares_is_told_with_the_first(whole: Dev) -> None:
    own = whole.clients.account_id
    dev, prod = Environment("dev", own), Environment("prod", own, after="dev")
    whole.project = replace(whole.project, environments=(dev, prod))
    found = {
        name: [one.guarantee for one in account_findings.look(whole.clients, whole.project, name)]
        for name in ("dev", "prod")
    }
    assert [one for one in found["dev"] if "quota" in one or "bootstrap" in one] != []
    assert all("dev" in one or "quota" in one or "bootstrap" in one for one in found["dev"])
    assert all("prod" in one for one in found["prod"])
    elsewhere = Environment("prod", account_id="444455556666", after="dev")
    whole.project = replace(whole.project, environments=(dev, elsewhere))
    told = account_findings.look(whole.clients, whole.project, "dev")
    assert [one.guarantee for one in told] == found["dev"]


def test_the_size_of_each_environment_is_read_from_its_file(tmp_path: Any) -> None:
    dev, prod = demand_of("dev"), demand_of("prod")
    assert (dev.rolling, dev.nat_gateways) == (6, 1)
    assert prod.nat_gateways == 3
    folder = tmp_path / "infra/envs/dev"
    folder.mkdir(parents=True)
    text = (ROOT / "infra/envs/dev/main.tf").read_text()
    (folder / "main.tf").write_text(text.replace("max = 4", "max = local.most"))
    with pytest.raises(UsageError, match="size of dev cannot be read"):
        demand_of("dev", tmp_path)
