"""A run that is lost at some step and run again, and runs that meet: it always converges."""

import pytest

from tests.emulator.live.scene import until
from tests.workflows.team import Team

pytestmark = pytest.mark.soak


def _reviewed_merge(team: Team) -> tuple[int, str]:
    days, words = team.retention(), team.words()
    pull = team.propose()
    pull.run().succeeds()
    pull.merge()
    return days, words


@pytest.mark.parametrize(
    "moment",
    ["applying infra/envs/dev", "applying infra/envs/dev: done", "recorded: "],
    ids=["during apply", "after apply", "after the ledger"],
)
def test_killed_while_it_applies_and_run_again(team: Team, moment: str):
    days, words = _reviewed_merge(team)
    run = team.github.push()
    run.wait_for_log(moment, seconds=300)
    run.kill()
    again = team.github.rerun(run).succeeds(500)
    assert team.log_days() == days
    assert words in team.scenes["dev"].page()
    team.scenes["dev"].assert_runs(team.version())
    assert team.ledger()["pending"] is None
    assert again.attempt == 2


@pytest.mark.parametrize("moment", ["during the roll", "before the ledger"])
def test_killed_while_it_rolls_and_run_again(team: Team, moment: str):
    words = team.words()
    team.commit()
    scene = team.scenes["dev"]
    before = scene.refresh()["InstanceRefreshId"]
    run = team.github.push()
    if moment == "during the roll":
        scene.until_half_way(before)
    else:
        run.wait_for_log("while baking: every instance", seconds=300)
    run.kill()
    team.github.rerun(run).succeeds(500)
    assert words in scene.page()
    scene.assert_runs(team.version())
    assert scene.refresh()["InstanceRefreshId"] != before


def test_the_lock_of_a_lost_run_is_released_by_its_re_run(team: Team):
    days, words = _reviewed_merge(team)
    run = team.github.push()
    until(team.is_state_locked, 300, "Terraform holds the state's lock")
    run.kill()
    assert team.is_state_locked(), "nobody was left to release it"
    again = team.github.rerun(run).succeeds(500)
    said = again.jobs["dev/act"].log
    assert "removed the state lock of a run that is over" in said
    assert f"run {run.id}, attempt 1" in said
    assert not team.is_state_locked()
    assert team.log_days() == days
    assert words in team.scenes["dev"].page()


def test_a_newer_merge_goes_on_from_where_a_lost_run_stands(team: Team):
    days, _ = _reviewed_merge(team)
    lost = team.github.push()
    lost.wait_for_log("applying infra/envs/dev", seconds=300)
    lost.kill()
    words = team.words()
    team.commit("newer")
    team.github.push().succeeds(500)
    assert team.log_days() == days
    assert words in team.scenes["dev"].page()
    # The lost one, run again behind it, finds that main has moved on.
    overtaken = team.github.rerun(lost).succeeds(300)
    assert "main has moved on" in overtaken.jobs["dev/act"].summary
    assert words in team.scenes["dev"].page()


def test_two_merges_at_once_end_at_the_newer_one(team: Team):
    team.words()
    first = team.github.push(team.commit("one"))
    words = team.words()
    second = team.github.push(team.commit("two"))
    first.succeeds(500)
    second.succeeds(500)
    assert words in team.scenes["dev"].page()
    team.scenes["dev"].assert_runs(team.version())
