"""What a dispatch of operate.yml does, as it is, against the emulator."""

from scripts.base.project import Project
from tests.workflows.team import Team


def test_from_github_an_environment_is_looked_at_held_and_let_go(team: Team):
    github, release = team.github, team.released()
    name = Project.load(team.emulator.folder).name
    held = github.dispatch("operate.yml", verb="hold", environment="dev", reason="--it's late")
    held.succeeds()
    assert held.roles == [f"{name}-dev-release"]
    assert team.hold()["kind"] == "manual"
    assert team.hold()["reason"] == "--it's late"
    assert held.summary.startswith("✅ **dev**: `hold`")
    # What it says next is of the place where it is read.
    assert "gh workflow run operate.yml -f verb=unhold -f environment=dev" in held.summary

    looked = github.dispatch("operate.yml", verb="status", environment="dev").succeeds()
    assert looked.roles == [f"{name}-dev-plan"]
    assert list(looked.jobs) == ["look"]
    assert f"release  {release}" in looked.summary
    assert "(manual): --it's late" in looked.summary
    assert f"release  {release}" in looked.jobs["look"].log

    refused = github.dispatch("operate.yml", verb="abort", environment="dev").fails()
    assert refused.summary.startswith("✋ **dev**: `abort` ended with exit code 3")
    assert "**Next:** gh workflow run operate.yml -f verb=status" in refused.summary
