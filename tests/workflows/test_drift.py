"""What a nightly run of drift.yml does, as it is, against the emulator."""

import pytest

from tests.workflows.team import Team

pytestmark = pytest.mark.soak


def drift_issues(team: Team):
    return [issue for issue in team.open_issues() if issue["title"].startswith("dev differs")]


def test_what_was_changed_by_hand_is_told_in_one_issue_until_it_is_put_back(team: Team):
    # What earlier merges left waiting would be ahead, and a plan not compared.
    team.github.push().succeeds()
    run = team.github.schedule("drift.yml").succeeds()
    assert "✅ **dev**" in run.summary
    assert sorted(run.roles) == team.roles("dev-plan", "prod-plan")
    assert drift_issues(team) == []

    days = team.log_days()
    team.keep_logs(3)
    try:
        run = team.github.schedule("drift.yml").succeeds()
        [issue] = drift_issues(team)
        assert "aws_cloudwatch_log_group" in issue["body"]
        assert "retention_in_days" in issue["body"]
        assert "⚠ **dev**" in run.summary
        assert "✅ **prod**" in run.summary
    finally:
        team.keep_logs(days)
    team.github.schedule("drift.yml").succeeds()
    assert drift_issues(team) == []
