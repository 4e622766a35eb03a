"""A failure inside the emulator reaches whoever caused it, at once."""

import json
import urllib.error

import boto3
import pytest
from botocore.exceptions import ClientError
from werkzeug.exceptions import NotFound

from tests.emulator.aws.stand import GROUP, REGION, Stand


def _break(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Make a method raise: `package.module:Class.method`."""

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a wheel came off")

    monkeypatch.setattr(name, broken)


@pytest.mark.parametrize(
    ("service", "method", "path"),
    [
        ("ssm", "describe_parameters", "moto.ssm.responses.SimpleSystemManagerResponse"),
        ("ec2", "describe_vpcs", "moto.ec2.responses.EC2Response"),
        (
            "autoscaling",
            "describe_auto_scaling_groups",
            "moto.autoscaling.responses.AutoScalingResponse",
        ),
    ],
)
def test_an_exception_inside_moto_is_answered_with_its_last_line_and_not_retried(
    stand: Stand, monkeypatch: pytest.MonkeyPatch, service: str, method: str, path: str
) -> None:
    _break(monkeypatch, f"{path}.{method}")
    with stand.server() as address:
        client = boto3.client(service, region_name=REGION, endpoint_url=address)  # type: ignore[call-overload]
        with pytest.raises(ClientError) as caught:
            getattr(client, method)()
    answer = caught.value.response
    assert answer["Error"]["Code"] == "EmulatorInternalFailure"
    assert "RuntimeError: a wheel came off" in answer["Error"]["Message"]
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert answer["ResponseMetadata"]["RetryAttempts"] == 0
    assert "a wheel came off" in stand.errors.read_text()
    assert "Traceback" in stand.errors.read_text()


def test_a_call_that_moto_does_not_know_fails_at_once(stand: Stand) -> None:
    with stand.server() as address:
        client = boto3.client("autoscaling", region_name=REGION, endpoint_url=address)
        with pytest.raises(ClientError) as caught:
            client.get_predictive_scaling_forecast(
                AutoScalingGroupName=GROUP,
                PolicyName="p",
                StartTime="2030-01-01",
                EndTime="2030-01-02",
            )
    assert caught.value.response["Error"]["Code"] == "EmulatorInternalFailure"
    assert "get_predictive_scaling_forecast" in caught.value.response["Error"]["Message"]


def test_a_refusal_stays_what_it_is(stand: Stand) -> None:
    with stand.server() as address:
        client = boto3.client("ssm", region_name=REGION, endpoint_url=address)
        with pytest.raises(client.exceptions.ParameterNotFound):
            client.get_parameter(Name="/none")
    assert not stand.errors.exists()


def test_an_http_error_stays_what_it_is(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> None:
        raise NotFound

    monkeypatch.setattr("moto.ssm.responses.SimpleSystemManagerResponse._dispatch", missing)
    with stand.server() as address, pytest.raises(urllib.error.HTTPError) as caught:
        stand.post(address, "ssm", "", {}, target="AmazonSSM.DescribeParameters")
    assert caught.value.code == 404


def test_a_json_service_gets_its_failure_as_json(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    _break(monkeypatch, "moto.ssm.responses.SimpleSystemManagerResponse.describe_parameters")
    with stand.server() as address, pytest.raises(urllib.error.HTTPError) as caught:
        stand.post(address, "ssm", "", {}, target="AmazonSSM.DescribeParameters")
    assert json.loads(caught.value.read())["__type"] == "EmulatorInternalFailure"


def test_a_tick_that_fails_is_told_to_whoever_asks_about_groups(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand.group(desired=1)
    with monkeypatch.context() as broken:
        _break(broken, "emulator.aws.groups.scaling.scale")
        stand.engine.tick()
    with stand.refused(
        "EmulatorInternalFailure", "group slipway-dev: RuntimeError: a wheel came off"
    ):
        stand.ids()
    assert "a wheel came off" in stand.errors.read_text()
    stand.engine.tick()
    assert len(stand.ids()) == 1


def test_plain_moto_is_put_back(stand: Stand) -> None:
    stand.engine.patches.undo()
    stand.group()
    stand.desire(1)
    assert stand.states() == ["InService"]
    assert not hasattr(type(stand.scaling), "emulator")
