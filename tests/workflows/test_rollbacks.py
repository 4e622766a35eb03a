"""What a dispatch of rollback.yml does, as it is, against the emulator."""

import json

import pytest

from scripts.domain import ledger
from tests.emulator.live.scene import LONG_BAKE_SECONDS, until
from tests.workflows.team import Team


def _deployed(team: Team) -> tuple[str, str]:
    """Deploy something new; return what ran before, and what runs now."""
    before = team.released()
    team.words()
    team.commit()
    team.github.push().succeeds()
    return before, team.released()


def _earlier(team: Team) -> tuple[str, str] | None:
    """What a rollback would go back to, and what runs now; None where there is nothing before."""
    before = ledger.load(json.dumps(team.ledger())).before()
    return (before.version, team.released()) if before else None


def test_back_to_the_one_before_holds_until_somebody_lifts_it(team: Team):
    before, after = _earlier(team) or _deployed(team)
    with team.scenes["dev"].load() as load:
        run = team.github.dispatch("rollback.yml", environment="dev", reason="it's slow").succeeds()
    team.scenes["dev"].assert_runs(before)
    assert run.roles == [team.role("dev-release")], "a rollback takes the release role alone"
    assert load.answers.failed_unless(lambda _: False) == []
    hold = team.hold()
    assert hold["kind"] == "rollback"
    assert "it's slow" in hold["reason"]
    assert team.github.data.deployments[-1]["payload"]["kind"] == "rollback"

    team.write_docs()
    team.commit()
    held = team.github.push().succeeds()
    said = held.jobs["dev/act"].summary
    assert "left alone" in said
    assert "it&#39;s slow" in said or "it's slow" in said
    assert "ada" in said
    assert team.released() == before

    # Not the release that was rejected by going back: that one is tried on purpose.
    lifted = team.github.dispatch("deploy.yml", environment="dev", unhold=True).succeeds()
    assert team.released() == after
    assert team.hold() is None
    assert team.role("dev-infrastructure") not in lifted.roles


@pytest.mark.parametrize(
    ("release", "said"),
    [("000000000000", "000000000000"), ("", "is the one that runs")],
    ids=["unknown", "the current one"],
)
def test_what_cannot_be_gone_back_to_is_refused_before_anything_is_touched(
    team: Team, release: str, said: str
):
    current = team.released()
    assert team.hold() is None
    run = team.github.dispatch(
        "rollback.yml", environment="dev", release=release or current, reason="a try"
    ).fails()
    summary = run.jobs["environment/act"].summary
    assert summary.startswith("✋")
    assert said in summary
    assert team.hold() is None
    assert team.released() == current


@pytest.mark.soak
@pytest.mark.parametrize("moment", ["rolls", "bakes"])
def test_a_deploy_that_is_under_way_is_overtaken_and_stops_cleanly(team: Team, moment: str):
    good, scene = team.released(), team.scenes["dev"]
    before = scene.refresh()["InstanceRefreshId"]
    team.words()
    team.commit()
    with scene.bake_seconds(LONG_BAKE_SECONDS):
        deploy = team.github.push()
        scene.until_half_way(before)
        if moment == "bakes":
            until(lambda: scene.refresh()["Status"] == "Baking", 120, "baking")
        back = {"environment": "dev", "release": good, "reason": "stop it"}
        team.github.dispatch("rollback.yml", **back).succeeds()
        deploy.succeeds()
    assert "left alone" in deploy.jobs["dev/act"].summary
    scene.assert_runs(good)
    assert team.hold()["kind"] == "rollback"


@pytest.mark.soak
def test_twice_in_a_row_goes_two_releases_back_and_a_named_one_forth(team: Team):
    first, second = _deployed(team)
    _, third = _deployed(team)
    team.github.dispatch("rollback.yml", environment="dev", reason="third is bad").succeeds()
    assert team.released() == second
    team.github.dispatch("rollback.yml", environment="dev", reason="second too").succeeds()
    assert team.released() == first
    refused = team.github.dispatch(
        "rollback.yml", environment="dev", release=third, reason="forth"
    ).fails()
    assert "rejected" in refused.summary
    named = {"release": third, "rejected-too": True, "hold": False}
    team.github.dispatch("rollback.yml", environment="dev", reason="forth", **named).succeeds()
    team.scenes["dev"].assert_runs(third)


@pytest.mark.soak
def test_neither_a_state_lock_nor_drift_nor_an_apply_that_hangs_stops_it(team: Team):
    before, _ = _deployed(team)
    team.keep_logs(3)
    with team.state_locked():
        team.retention()
        team.commit()
        hangs = team.github.push()
        hangs.wait_for_log("planning infra/envs/dev", seconds=60)
        team.github.dispatch("rollback.yml", environment="dev", reason="now").succeeds()
        assert team.released() == before
        assert not hangs.conclusion
    hangs.wait(400)
    assert team.released() == before
    assert team.hold()["kind"] == "rollback"
