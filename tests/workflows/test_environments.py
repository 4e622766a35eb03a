"""Two environments side by side, before anything is done to them, and a third on its way."""

import json
import shutil

import pytest

from tests.checkout import Checkout
from tests.workflows.team import Team

ENVIRONMENTS = ("dev", "prod")


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_each_serves_at_a_url_of_its_own(emulator: Checkout, environment: str):
    answer = emulator.get("/", environment).json()
    assert (answer["address"], answer["reversed"]) == ("127.0.0.1", "1.0.0.127")
    status = emulator.status(environment)
    assert (status["environment"], status["hold"]) == (environment, None)
    assert status["url"] == emulator.url(environment)
    assert {i["version"] for i in status["instances"]} == {status["release"]["version"]}


def test_prods_next_plan_is_empty(emulator: Checkout):
    assert "No changes" in emulator.make("plan", "ENV=prod").stdout


def test_an_environment_is_added_before_it_is_connected(team: Team):
    """Nobody can plan it yet, and that holds nobody up."""
    envs = team.emulator.folder / "infra" / "envs"
    shutil.copytree(envs / "dev", envs / "staging", ignore=shutil.ignore_patterns(".terraform"))
    path = team.emulator.folder / "project.json"
    project = json.loads(path.read_text())
    entry = {"name": "staging", "account_id": None, "after": "dev"}
    project["environments"].insert(1, {**project["environments"][1], **entry})
    path.write_text(json.dumps(project, indent=2) + "\n")
    pull = team.propose()
    run = pull.run().succeeds()
    assert set(run.roles) == set(team.roles("dev-plan", "prod-plan"))
    assert "- **staging**: not connected yet" in pull.comment()

    pull.merge()
    try:
        operated = team.github.dispatch("operate.yml", verb="status", environment="staging")
        assert "scripts connect" in operated.succeeds().summary
        assert operated.roles == []
    finally:
        team.revert()
        team.commit()
