"""Destroying and disconnecting, beside what tests/emulator/live/test_take_down.py does for real."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from scripts.adapters.aws import table_export
from scripts.base.errors import RefusedError, SlipwayError, UsageError
from scripts.base.project import Environment as ProjectEnvironment
from scripts.commands import destroy as destroy_command
from scripts.domain.connected_project import without_account
from scripts.operations import bootstrap_account, destroy_environment, disconnect_account
from tests.scripts.emulated import BUCKET, Environment
from tests.scripts.meanwhile import hold_now
from tests.scripts.plan_maker import plan

STATE = "dev/terraform.tfstate"


class FakeTerraform:
    """Terraform with something to destroy; takes down what it was told."""

    def __init__(self) -> None:
        self.did: list[str] = []

    def plan(self, *words: str) -> bool:
        self.did.append(" ".join(("plan", *words)))
        return True

    def show_json(self) -> str:
        return json.dumps(plan())

    def apply(self) -> None:
        self.did.append("apply")


@pytest.fixture
def terraform(dev: Environment, monkeypatch: pytest.MonkeyPatch) -> FakeTerraform:
    """An environment with a state and a protected table."""
    made = FakeTerraform()

    @contextmanager
    def ready(*_: Any) -> Iterator[FakeTerraform]:
        yield made

    monkeypatch.setattr(destroy_environment, "ready_to_destroy", ready)
    dev.clients.s3.put_object(Bucket=BUCKET, Key=STATE, Body=b"{}")
    dynamodb: Any = dev.clients.dynamodb
    dynamodb.create_table(
        TableName="slipway-dev",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        DeletionProtectionEnabled=True,
    )
    dynamodb.update_continuous_backups(
        TableName="slipway-dev",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
    )
    return made


def destroy(dev: Environment, *, export: bool = True, agree: Any = lambda *_: None) -> Any:
    return destroy_environment.destroy(dev.clients, dev.project, "dev", export=export, agree=agree)


def protected(dev: Environment) -> bool:
    found = dev.clients.dynamodb.describe_table(TableName="slipway-dev")["Table"]
    return bool(found["DeletionProtectionEnabled"])


def test_what_nobody_agrees_to_changes_nothing(dev: Environment, terraform: FakeTerraform) -> None:
    def refuse(*_: Any) -> None:
        raise RefusedError("no")

    with pytest.raises(RefusedError, match="no"):
        destroy(dev, agree=refuse)
    assert terraform.did == ["plan -destroy"]
    assert dev.observe().hold is None
    assert protected(dev)


def test_an_export_that_fails_removes_nothing_and_keeps_the_hold(
    dev: Environment, terraform: FakeTerraform, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> Any:
        raise SlipwayError("the table slipway-dev could not be exported")

    monkeypatch.setattr(table_export, "export", fail)
    with pytest.raises(SlipwayError, match="could not be exported"):
        destroy(dev)
    assert "apply" not in terraform.did
    assert protected(dev)
    hold = dev.observe().hold
    assert hold
    assert hold.reason == destroy_environment.REASON


def test_data_goes_first_then_protection_then_the_rest(
    dev: Environment, terraform: FakeTerraform
) -> None:
    dev.clients.dynamodb.put_item(TableName="slipway-dev", Item={"id": {"S": "1"}})
    gone = destroy(dev)
    assert gone.exported.startswith(f"s3://{BUCKET}/dev/exports/")
    assert terraform.did == ["plan -destroy", "plan -destroy", "apply"]
    assert not protected(dev)
    keys = [one["Key"] for one in dev.clients.s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
    assert not {STATE, "dev/ledger.json", "dev/hold.json"} & set(keys)
    with pytest.raises(RefusedError, match="there is nothing of dev"):
        destroy(dev)


def test_an_export_of_a_run_that_was_killed_is_still_told(
    dev: Environment, terraform: FakeTerraform
) -> None:
    before = "dev/exports/2026-01-01T00:00:00Z"
    dev.clients.s3.put_object(Bucket=BUCKET, Key=f"{before}/AWSDynamoDB/1/data.gz", Body=b"")
    dev.clients.dynamodb.update_table(TableName="slipway-dev", DeletionProtectionEnabled=False)
    dev.clients.dynamodb.delete_table(TableName="slipway-dev")
    assert destroy(dev).exported == f"s3://{BUCKET}/{before}"


def test_who_holds_it_is_told_before_anybody_agrees(
    dev: Environment, terraform: FakeTerraform
) -> None:
    hold_now(dev)
    told: list[Any] = []
    destroy(dev, agree=lambda _, hold: told.append(hold))
    assert told[0].reason == "look first"


@pytest.mark.parametrize("name", ["bootstrap", "", "Bad Name", "../dev", "dev/", "all"])
def test_what_is_no_name_of_an_environment_is_never_destroyed(name: str) -> None:
    with pytest.raises(UsageError, match="is no name of an environment"):
        destroy_command.main([name, "--yes"])


def test_the_account_of_the_images_is_disconnected_last(dev: Environment) -> None:
    entries = (
        ProjectEnvironment("dev", dev.clients.account_id),
        ProjectEnvironment("prod", "444455556666", after="dev"),
    )
    project = replace(dev.project, registry_account_id=dev.clients.account_id, environments=entries)
    with pytest.raises(RefusedError, match="holds the images") as caught:
        disconnect_account.disconnect(dev.clients, project, agree=lambda _: None)
    assert caught.value.which == ["444455556666"]


def test_data_can_be_left_behind(dev: Environment, terraform: FakeTerraform) -> None:
    assert destroy(dev, export=False).exported == ""
    assert terraform.did[-1] == "apply"


def test_an_account_in_which_something_stands_is_not_disconnected(dev: Environment) -> None:
    for name in ("bootstrap", "dev", "prod"):
        dev.clients.s3.put_object(Bucket=BUCKET, Key=f"{name}/terraform.tfstate", Body=b"{}")
    with pytest.raises(RefusedError, match="environments still stand") as caught:
        disconnect_account.disconnect(dev.clients, dev.project, agree=lambda _: None)
    assert caught.value.which == ["dev", "prod"]
    assert "make destroy ENV=dev" in caught.value.next_step


def test_an_account_that_was_never_bootstrapped_is_refused(dev: Environment) -> None:
    with pytest.raises(RefusedError, match="was not bootstrapped"):
        disconnect_account.disconnect(dev.clients, dev.project, agree=lambda _: None)


def test_an_account_is_taken_out_of_the_project() -> None:
    entries = [{"name": "dev", "account_id": "1"}, {"name": "prod", "account_id": "2"}]
    text = json.dumps({"registry_account_id": "1", "environments": entries})
    left = json.loads(without_account(text, "1"))
    assert left["registry_account_id"] is None
    assert [one["account_id"] for one in left["environments"]] == [None, "2"]


@pytest.mark.parametrize(
    ("tags", "told"), [({"Project": "slipway"}, False), ({"Project": "other"}, True), ({}, True)]
)
def test_a_provider_of_another_project_is_used_and_left_to_it(
    dev: Environment, tags: dict[str, str], told: bool
) -> None:
    iam: Any = dev.clients.iam
    assert bootstrap_account.arguments_of(dev.clients, dev.project) == []
    made = iam.create_open_id_connect_provider(
        Url=f"https://{bootstrap_account.ISSUER}",
        ClientIDList=["sts.amazonaws.com"],
        Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
    )["OpenIDConnectProviderArn"]
    wanted = [f"-var=github_provider_arn={made}"] if told else []
    assert bootstrap_account.arguments_of(dev.clients, dev.project) == wanted


def test_an_export_that_ends_badly_says_why(dev: Environment, terraform: FakeTerraform) -> None:
    class Failing:
        exceptions = dev.clients.dynamodb.exceptions

        def describe_table(self, **_: str) -> Any:
            return {"Table": {"TableArn": "arn"}}

        def export_table_to_point_in_time(self, **_: str) -> Any:
            return {"ExportDescription": {"ExportArn": "x"}}

        def describe_export(self, **_: str) -> Any:
            failed = {"ExportStatus": "FAILED", "FailureMessage": "AccessDenied to the bucket"}
            return {"ExportDescription": failed}

    clients: Any = SimpleNamespace(dynamodb=Failing())
    with pytest.raises(SlipwayError, match="could not be exported") as caught:
        table_export.export(clients, "t", "b", "p")
    assert "AccessDenied to the bucket" in caught.value.which[0]
    assert "--no-export" in caught.value.next_step
