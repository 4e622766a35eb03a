"""What `make destroy` and `disconnect` leave of an environment and an account: nothing.

Each is killed while Terraform destroys, and run again. These are the last tests of the folder:
afterwards there is nothing to test on.
"""

import json
import os
import shutil
import subprocess

import pytest

from tests.checkout import Checkout
from tests.emulator.live.scene import Scene, kill


def test_an_environment_whose_folder_is_gone_is_destroyed_with_its_data_kept(
    emulator: Checkout,
) -> None:
    scene = Scene(emulator, "dev")
    emulator.get("/")
    protect(scene)
    refused = emulator.make("destroy", code=3)
    assert "there is no terminal to ask at" in refused.stderr
    assert "aws_dynamodb_table" in refused.stderr
    assert scene.status()["hold"] is None

    remove(emulator, "dev")
    said = killed_at("destroying dev", emulator.spawn("destroy", "ENV=dev", "YES=1"))
    assert "lifted the deletion protection of the table" in said
    assert "lifted the deletion protection of the load balancer" in said
    gone = emulator.make("destroy", "ENV=dev", "YES=1", seconds=600)
    bucket, _, prefix = gone.stdout.strip().removeprefix("s3://").partition("/")
    listed = scene.client("s3").list_objects_v2(Bucket=bucket)["Contents"]
    keys = [one["Key"] for one in listed]
    assert any(key.startswith(prefix) and key.endswith(".gz") for key in keys)
    assert not {"dev/ledger.json", "dev/hold.json", "dev/facts.json"} & set(keys)
    assert "dev/terraform.tfstate" not in keys
    client = scene.client
    assert scene.group not in client("dynamodb").list_tables()["TableNames"]
    assert client("elbv2").describe_load_balancers()["LoadBalancers"] == []
    assert client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"] == []
    again = emulator.make("destroy", "ENV=dev", "YES=1", code=3)
    assert "there is nothing of dev in the account" in again.stderr


@pytest.mark.usefixtures("emulator")
def test_an_account_without_environments_is_disconnected(emulator: Checkout) -> None:
    scene = Scene(emulator, "prod")
    command = ".venv/bin/python -m emulator.run scripts disconnect --yes"
    started = subprocess.Popen(
        command.split(),
        cwd=emulator.folder,
        env={**os.environ, **emulator.shell},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    killed_at("destroying infra/bootstrap", started)
    done = emulator.run(command, seconds=300)
    assert f"nothing of {scene.project.name} is left" in done.stderr
    assert scene.client("s3").list_buckets()["Buckets"] == []
    assert scene.client("ecr").describe_repositories()["repositories"] == []
    roles = [role["RoleName"] for role in scene.client("iam").list_roles()["Roles"]]
    assert [name for name in roles if name.startswith(scene.project.name)] == []
    project = json.loads((emulator.folder / "project.json").read_text())
    assert project["registry_account_id"] is None
    assert [one["account_id"] for one in project["environments"]] == [None]


def killed_at(words: str, process: "subprocess.Popen[str]") -> str:
    """Kill a command with its process group once it says something; return what it said."""
    said = ""
    assert process.stderr
    for line in process.stderr:
        said += line
        if words in line and "plan" not in line:
            kill(process)
            return said
    pytest.fail(f"it ended before it said {words!r}\n{said}")


def protect(scene: Scene) -> None:
    """Protect what dev does not protect by itself, as prod does."""
    scene.client("dynamodb").update_table(TableName=scene.group, DeletionProtectionEnabled=True)
    elb = scene.client("elbv2")
    [balancer] = elb.describe_load_balancers()["LoadBalancers"]
    elb.modify_load_balancer_attributes(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Attributes=[{"Key": "deletion_protection.enabled", "Value": "true"}],
    )


def remove(emulator: Checkout, environment: str) -> None:
    """Remove an environment's folder and its entry, as somebody does who is done with it."""
    shutil.rmtree(emulator.folder / "infra/envs" / environment)
    path = emulator.folder / "project.json"
    project = json.loads(path.read_text())
    left = [one for one in project["environments"] if one["name"] != environment]
    project["environments"] = [{**one, "after": None} for one in left]
    path.write_text(json.dumps(project))
