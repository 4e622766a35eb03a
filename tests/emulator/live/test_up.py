import ipaddress
import json

import pytest
from botocore.exceptions import ClientError

from tests.checkout import Checkout
from tests.emulator.live.scene import Scene, until


def test_the_url_reverses_the_address_of_its_caller(emulator: Checkout):
    answer = emulator.get("/").json()
    assert (answer["address"], answer["reversed"]) == ("127.0.0.1", "1.0.0.127")


def test_a_forged_forwarded_header_changes_nothing(emulator: Checkout):
    answer = emulator.get("/", X_Forwarded_For="203.0.113.9, 2001:db8::1").json()
    assert answer["address"] == "127.0.0.1"


def test_a_caller_sees_the_record_that_he_just_wrote(emulator: Checkout):
    written = emulator.get("/").json()
    newest = emulator.get("/history?limit=1").json()
    assert written["id"] in json.dumps(newest)


@pytest.mark.parametrize("root", ["dev", "bootstrap"])
def test_the_next_plan_is_empty(emulator: Checkout, root: str):
    assert "No changes" in emulator.make("plan", f"ENV={root}").stdout


def test_status_names_the_release_of_every_instance(emulator: Checkout):
    status = emulator.status("dev")
    assert (status["schema"], status["environment"]) == (1, "dev")
    assert status["url"] == emulator.url("dev")
    assert status["hold"] is None
    for instance in status["instances"]:
        assert (instance["state"], instance["health"]) == ("InService", "Healthy")
        assert instance["version"] == status["release"]["version"]
        assert instance["digest"] == status["release"]["digest"]


def test_instances_are_spread_over_the_zones(emulator: Checkout):
    zones = [instance["zone"] for instance in emulator.status("dev")["instances"]]
    assert len(zones) == len(set(zones)) == 2


def test_an_instance_whose_role_may_not_write_answers_503(emulator: Checkout):
    scene = Scene(emulator, "dev")
    iam, role = scene.client("iam"), f"{scene.group}-instance"
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    policies = {name: iam.get_role_policy(RoleName=role, PolicyName=name) for name in names}
    [table] = [name for name in names if "dynamodb" in json.dumps(policies[name])]
    iam.delete_role_policy(RoleName=role, PolicyName=table)
    try:
        until(lambda: emulator.get("/").status == 503, 30, "it answers 503")
    finally:
        document = json.dumps(policies[table]["PolicyDocument"])
        iam.put_role_policy(RoleName=role, PolicyName=table, PolicyDocument=document)
    until(lambda: emulator.get("/").status == 200, 60, "it answers again")


def test_the_roles_can_be_read_as_terraform_applied_them(emulator: Checkout):
    scene = Scene(emulator, "dev")
    said = emulator.run(".venv/bin/python -m emulator.run scripts policies").stdout
    shown = json.loads(said)["roles"]
    of_jobs = {f"{scene.group}-{kind}" for kind in ("plan", "infrastructure", "release")}
    assert of_jobs | {f"{scene.group}-instance", f"{scene.project.name}-image"} <= set(shown)
    for name in of_jobs:
        assert "token.actions.githubusercontent.com" in json.dumps(shown[name]["trust"])
    instance = shown[f"{scene.group}-instance"]
    assert "dynamodb:PutItem" in json.dumps(instance["policies"]["table"])
    assert instance["boundary"].endswith(f"policy/{scene.group}-boundary")


def test_a_role_makes_nothing_that_it_may_not(emulator: Checkout):
    scene = Scene(emulator, "dev")
    sqs = scene.client_of(f"{scene.group}-infrastructure", "sqs")
    with pytest.raises(ClientError, match="is not authorized to perform: sqs:CreateQueue"):
        sqs.create_queue(QueueName="q")


def test_it_listens_on_loopback_only(emulator: Checkout):
    host = emulator.url("dev").removeprefix("http://").rsplit(":", 1)[0]
    assert ipaddress.ip_address(host).is_loopback


def test_up_again_changes_nothing(emulator: Checkout):
    # Other tests deploy other releases here: the first one goes to the tree's own.
    emulator.make("up", "ENV=dev")
    before = emulator.status("dev")
    emulator.make("up", "ENV=dev")
    assert emulator.status("dev") == before


def test_git_status_is_clean(emulator: Checkout):
    assert emulator.git("status", "--porcelain") == ""
