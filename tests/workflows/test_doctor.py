"""What a weekly run of doctor.yml does, as it is: what it sees, and what it tells."""

import pytest

from tests.workflows.github_data import Json
from tests.workflows.team import Team

pytestmark = pytest.mark.soak

TOKEN = "a token of this repository's jobs has the claims that roles ask for"
UNREVIEWED = "main takes reviewed pull requests alone"
UNSEEN = "no workflow can approve a pull request"


def of(team: Team, environment: str) -> list[Json]:
    title = f"{environment}: guarantees are not in force"
    return [issue for issue in team.open_issues() if issue["title"] == title]


def test_what_is_not_in_force_is_told_in_an_issue_of_its_environment_until_it_is(team: Team):
    run = team.github.schedule("doctor.yml").succeeds()
    assert sorted(run.roles) == team.roles("dev-plan", "prod-plan")
    assert run.log.count(f"in force        {TOKEN}: repo:") == 2
    # The repository is told with the first environment; what the token cannot see opens nothing.
    [issue] = of(team, "dev")
    assert UNREVIEWED in issue["body"]
    assert UNSEEN in run.summary
    assert UNSEEN not in issue["body"]
    assert not any(UNREVIEWED in one["body"] for one in of(team, "prod"))
    before = [one["body"].splitlines()[1] for one in of(team, "prod")]

    # A repository of the same name: its tokens have another number, and AWS refuses them.
    number = team.github.data.repository_id
    team.github.data.repository_id = number + 1
    try:
        run = team.github.schedule("doctor.yml").succeeds()
        assert run.roles == []
        for environment in ("dev", "prod"):
            [issue] = of(team, environment)
            assert TOKEN in issue["body"]
            assert f"repository_id is {number + 1}, expected {number}" in issue["body"]
            assert f"a job of main gets the role that reads {environment}" in issue["body"]
    finally:
        team.github.data.repository_id = number
    run = team.github.schedule("doctor.yml").succeeds()
    assert not any(TOKEN in issue["body"] for issue in team.open_issues())
    assert [one["body"].splitlines()[1] for one in of(team, "prod")] == before
    for issue in team.open_issues():
        assert issue["user"]["type"] == "Bot"
