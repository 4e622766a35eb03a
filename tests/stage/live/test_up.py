import ipaddress
import json

import pytest

from tests.checkout import Checkout

ENVIRONMENTS = ("dev", "prod")


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_url_reverses_the_address_of_its_caller(stage: Checkout, environment: str):
    answer = stage.get("/", environment).json()
    assert (answer["address"], answer["reversed"]) == ("127.0.0.1", "1.0.0.127")


def test_a_forged_forwarded_header_changes_nothing(stage: Checkout):
    answer = stage.get("/", X_Forwarded_For="203.0.113.9, 2001:db8::1").json()
    assert answer["address"] == "127.0.0.1"


def test_a_caller_sees_the_record_that_he_just_wrote(stage: Checkout):
    written = stage.get("/").json()
    newest = stage.get("/history?limit=1").json()
    assert written["id"] in json.dumps(newest)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_next_plan_of_an_environment_is_empty(stage: Checkout, environment: str):
    assert "No changes" in stage.make("plan", f"ENV={environment}").stdout


def test_the_next_plan_of_bootstrap_is_empty(stage: Checkout):
    assert "No changes" in stage.make("plan", "ENV=bootstrap").stdout


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_status_names_the_release_of_every_instance(stage: Checkout, environment: str):
    status = stage.status(environment)
    assert (status["schema"], status["environment"]) == (1, environment)
    assert status["url"] == stage.url(environment)
    assert status["hold"] is None
    for instance in status["instances"]:
        assert (instance["state"], instance["health"]) == ("InService", "Healthy")
        assert instance["version"] == status["release"]["version"]
        assert instance["digest"] == status["release"]["digest"]


def test_instances_are_spread_over_the_zones(stage: Checkout):
    zones = [instance["zone"] for instance in stage.status("dev")["instances"]]
    assert len(zones) == len(set(zones)) == 2


def test_it_listens_on_loopback_only(stage: Checkout):
    host = stage.url("dev").removeprefix("http://").rsplit(":", 1)[0]
    assert ipaddress.ip_address(host).is_loopback


def test_up_again_changes_nothing(stage: Checkout):
    # Other tests deploy other releases here: the first one goes to the tree's own.
    stage.make("up", "ENV=dev")
    before = stage.status("dev")
    stage.make("up", "ENV=dev")
    assert stage.status("dev") == before


def test_git_status_is_clean(stage: Checkout):
    assert stage.git("status", "--porcelain") == ""
