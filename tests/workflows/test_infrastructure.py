"""Merges that change infrastructure: reviewed or not, broken and mended."""

import re

import pytest

from tests.emulator.live.edits import answers_5xx
from tests.workflows.runs import Run
from tests.workflows.team import Team

FINGERPRINT = re.compile(r"accept=([0-9a-f]{16})")


def _fingerprint(run: Run) -> str:
    found = FINGERPRINT.search(run.jobs["dev/act"].summary)
    assert found, run.summary
    return found[1]


def test_a_plan_that_nobody_reviewed_stops_until_a_dispatch_accepts_that_one(team: Team):
    before, released = team.log_days(), team.released()
    days = team.retention()
    team.commit()
    stopped = team.github.push().fails()
    summary = stopped.jobs["dev/act"].summary
    assert summary.startswith("✋")
    assert "no merged pull request brought this change" in summary
    assert team.log_days() == before
    assert team.ledger()["pending"] is None
    assert team.released() == released

    accept = _fingerprint(stopped)
    run = team.github.dispatch("deploy.yml", environment="dev", accept=accept).succeeds()
    assert team.log_days() == days
    assert f"plan {accept} was accepted" in run.jobs["dev/act"].log


@pytest.mark.soak
def test_drift_puts_a_plan_outside_its_receipt(team: Team):
    team.retention()
    pull = team.propose()
    pull.run().succeeds()
    pull.merge()
    client = team.scenes["dev"].client("dynamodb")
    table = team.scenes["dev"].group
    arn = client.describe_table(TableName=table)["Table"]["TableArn"]
    client.tag_resource(ResourceArn=arn, Tags=[{"Key": "Project", "Value": "drifted"}])
    stopped = team.github.push().fails()
    summary = stopped.jobs["dev/act"].summary
    assert f"compared with what was reviewed in pull request #{pull.number}" in summary
    assert "aws_dynamodb_table" in summary
    accept = _fingerprint(stopped)
    team.github.dispatch("deploy.yml", environment="dev", accept=accept).succeeds()


@pytest.mark.soak
def test_application_and_infrastructure_in_one_merge(team: Team):
    days, words = team.retention(), team.words()
    pull = team.propose()
    pull.run().succeeds()
    pull.merge()
    run = team.github.push().succeeds()
    assert team.log_days() == days
    assert words in team.scenes["dev"].page()
    assert team.released() == team.version()
    assert team.role("dev-infrastructure") in run.roles


@pytest.mark.soak
def test_an_apply_that_fails_half_way_and_then_its_revert(team: Team):
    before = team.log_days()
    team.retention()
    team.edit("infra/envs/dev/main.tf", 'module "platform"', CLASH + 'module "platform"')
    broken = team.propose()
    broken.run().succeeds()
    broken.merge()
    failed = team.github.push().fails()
    summary = failed.jobs["dev/act"].summary
    assert "terraform apply failed" in summary
    assert "infrastructure: not applied to its end" in summary
    assert len(team.open_issues()) == 1

    team.revert()
    mended = team.propose()
    mended.run().succeeds()
    mended.merge()
    team.github.push().succeeds()
    assert team.log_days() == before
    assert team.open_issues() == []
    team.scenes["dev"].assert_runs(team.version())


@pytest.mark.soak
@pytest.mark.usefixtures("reviewed")
def test_a_bad_application_with_infrastructure_mended_by_a_second_merge(team: Team):
    days = team.retention("dev"), team.retention("prod")
    # It answers /health, so that the pull request's own try of the image lets it pass.
    file, well, broken = answers_5xx()
    team.edit(file, well, broken)
    first = team.propose()
    first.run().succeeds()
    first.merge()
    failed = team.github.push().fails()
    assert team.log_days("dev") == days[0], "the infrastructure was good"
    assert "❌" in failed.jobs["dev/act"].summary

    team.edit(file, broken, well)
    words = team.words()
    second = team.propose()
    second.run().succeeds()
    second.merge()
    run = team.github.push()
    run.wait_for_log("prod-approval: harness: workspace", seconds=300)
    team.github.approve(run)
    run.succeeds(500)
    assert team.log_days("prod") == days[1]
    for environment in ("dev", "prod"):
        assert words in team.scenes[environment].page()


CLASH = """\
resource "aws_cloudwatch_log_group" "clash" {
  name = "/${local.project.name}/dev"

  depends_on = [module.platform]
}

"""
