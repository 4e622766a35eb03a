"""Rollouts that are interrupted, paused, aborted or scaled while requests keep coming."""

import pytest

from tests.emulator.live.scene import ACTIVE, Scene, kill


def test_a_deploy_whose_watcher_is_killed_loses_nothing(scene: Scene):
    """Killed with a new instance in service; run again, it goes on with what AWS went on with."""
    before = scene.refresh()["InstanceRefreshId"]
    with scene.load() as load, scene.titled() as words:
        deploy = scene.spawn("deploy")
        scene.until_half_way(before)
        kill(deploy)
        killed = scene.refresh()["InstanceRefreshId"]
        scene.make("deploy")
        assert scene.refresh()["InstanceRefreshId"] == killed
        assert words in scene.page()
        scene.assert_runs(scene.version())
    scene.assert_lost("watcher killed and run again", load)


@pytest.mark.soak
def test_an_abort_in_the_middle_loses_nothing(scene: Scene):
    version, before = scene.version(), scene.refresh()["InstanceRefreshId"]
    with scene.load() as load, scene.titled():
        deploy = scene.spawn("deploy")
        scene.until_half_way(before)
        scene.make("abort")
        _, err = deploy.communicate(timeout=600)
        assert "Error " in err
        assert scene.refresh()["Status"] == "RollbackSuccessful"
        scene.assert_runs(version)
    scene.assert_lost("abort in the middle", load)


@pytest.mark.soak
def test_a_pause_and_its_end_lose_nothing(scene: Scene):
    before = scene.refresh()["InstanceRefreshId"]
    with scene.load() as load, scene.titled() as words:
        deploy = scene.spawn("deploy")
        scene.until_half_way(before)
        scene.make("pause")
        assert "InstanceRefresh" in [p["ProcessName"] for p in scene.asg()["SuspendedProcesses"]]
        scene.make("resume")
        out, err = deploy.communicate(timeout=600)
        assert deploy.returncode == 0, f"{out}\n{err}"
        assert words in scene.page()
        scene.assert_runs(scene.version())
    scene.assert_lost("pause and resume", load)


@pytest.mark.soak
def test_scaling_out_and_in_during_a_rollout_loses_nothing(scene: Scene):
    """A scale-out uses the desired configuration, a scale-in takes no request with it."""
    count = scene.desired()
    with scene.policies_suspended():
        _scales_to(scene, count + 1, "scale-out during a rollout")
        _scales_to(scene, count, "scale-in during a rollout")


def _scales_to(scene: Scene, wanted: int, scenario: str) -> None:
    before = scene.refresh()["InstanceRefreshId"]
    with scene.load() as load, scene.titled():
        deploy = scene.spawn("deploy")
        scene.until_half_way(before)
        assert scene.refresh()["Status"] in ACTIVE
        scene.desire(wanted)
        out, err = deploy.communicate(timeout=900)
        assert deploy.returncode == 0, f"{out}\n{err}"
        scene.assert_runs(scene.version(), wanted)
    scene.assert_lost(scenario, load)
