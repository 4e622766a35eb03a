"""Good and bad releases while requests keep coming: which of them fail."""

import pytest

from tests.emulator.live import edits
from tests.emulator.live.edits import Edit
from tests.emulator.live.scene import LONG_BAKE_SECONDS, Scene, until
from tests.load.answers import Answer, Failure

FIRST_INSTANCE_ONLY = "answers of the first new instance, until it is rolled back"
NEW_RELEASE_ONLY = "answers of the new release, until the alarm has rolled it back"


def test_a_good_release_and_the_way_back_lose_nothing(scene: Scene):
    before = scene.version()
    with scene.titled() as words:
        with scene.load() as load:
            scene.make("deploy")
        after = scene.version()
        assert after != before
        assert words in scene.page()
        scene.assert_runs(after)
        assert after in scene.make("history").stdout
        assert after in scene.make("logs").stdout
        assert set(load.answers.releases) == {before, after}
        scene.assert_lost("good deploy", load)

        with scene.load() as load:
            rolled = scene.make("roll-back")
        assert words not in scene.page()
        scene.assert_runs(before)
        assert "building" not in rolled.stderr
        assert "terraform" not in rolled.stderr.lower()
        scene.assert_lost("rollback", load)

        assert "held" in scene.make("deploy", code=3).stderr
        scene.assert_runs(before)
        assert scene.status()["hold"]["kind"] == "rollback"


def _fails(scene: Scene, edit: Edit, scenario: str, *said: str) -> None:
    before = scene.version()
    with scene.load() as load, scene.edited(*edit):
        failed = scene.make("deploy", code=1)
        for words in said:
            assert words in failed.stderr
        scene.assert_runs(before)
    assert set(load.answers.releases) == {before}
    scene.assert_lost(scenario, load)


def test_a_release_that_crashes_at_import_loses_nothing(scene: Scene):
    _fails(scene, edits.crashes_at_import(), "crashes at import", "app/uuid7.py", "line 1")
    with scene.titled(), scene.load() as load:
        scene.make("deploy")
    scene.assert_lost("the mended release after it", load)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_a_release_that_never_becomes_ready_loses_nothing(scene: Scene):
    said = ("gave up while it booted", "app/views/health.py", "ZeroDivisionError")
    _fails(scene, edits.never_ready(), "never becomes ready", *said)


@pytest.mark.soak
def test_a_release_that_exits_while_it_settles_loses_nothing(scene: Scene):
    _fails(
        scene,
        edits.exits_while_it_settles(),
        "exits inside the settle time",
        "the container ended before it had been ready",
    )


@pytest.mark.soak
def test_an_image_that_leaves_the_registry_loses_nothing(scene: Scene):
    before, refresh = scene.version(), scene.refresh()["InstanceRefreshId"]
    with scene.load() as load, scene.titled():
        deploy = scene.spawn("deploy")
        until(lambda: scene.refresh()["InstanceRefreshId"] != refresh, 60, "a refresh")
        # Before the first new instance has asked for it: its machine has yet to boot.
        version = scene.refresh()["DesiredConfiguration"]["LaunchTemplate"]
        data = scene.client("ec2").describe_launch_template_versions(
            LaunchTemplateName=scene.group, Versions=[version["Version"]]
        )["LaunchTemplateVersions"][0]["LaunchTemplateData"]
        tags = {t["Key"]: t["Value"] for s in data["TagSpecifications"] for t in s["Tags"]}
        scene.client("ecr").batch_delete_image(
            repositoryName=scene.project.name, imageIds=[{"imageDigest": tags["Digest"]}]
        )
        _, err = deploy.communicate(timeout=600)
        assert "Error 1" in err
        assert "not found" in err
        scene.assert_runs(before)
    assert set(load.answers.releases) == {before}
    scene.assert_lost("digest not in the registry", load)


def test_a_release_that_is_ready_and_answers_5xx_loses_nothing(scene: Scene):
    said = ("GET / (Accept: */*): no answer below 500:", "reversal.py", "ZeroDivisionError")
    _fails(scene, edits.answers_5xx(), "ready but answers 5xx on /", *said)


@pytest.mark.soak
def test_a_release_that_answers_5xx_behind_the_balancer_alone_is_rolled_back(scene: Scene):
    before = scene.version()
    with scene.load() as load:
        with scene.edited(*edits.answers_5xx_behind_a_balancer()):
            scene.make("deploy", code=1)
        scene.assert_runs(before)
        rolled_back = len(load.answers)
    bad = [answer.instance for answer in load.answers.failed if answer.instance]
    after = [answer for answer in load.answers.all[rolled_back:] if answer.failure]
    assert after == []
    scene.assert_lost(
        "answers 5xx behind the balancer alone",
        load,
        FIRST_INSTANCE_ONLY,
        lambda answer: (
            answer.failure is Failure.SERVER_ERROR
            and answer.release not in ("", before)
            and answer.instance == bad[0]
        ),
    )


@pytest.mark.soak
def test_a_release_that_turns_bad_during_the_bake_is_rolled_back(scene: Scene):
    """Nothing but the alarm can notice: the page that breaks is one that no check asks for."""
    before, refresh = scene.version(), scene.refresh()["InstanceRefreshId"]
    trigger = scene.emulator.folder / ".emulator" / f"broken-{refresh or 'first'}"
    with scene.load(paths=("/history?limit=1", "/")) as load:
        with (
            scene.bake_seconds(LONG_BAKE_SECONDS),
            scene.edited(*edits.breaks_history_when(trigger)),
        ):
            deploy = scene.spawn("deploy")
            until(lambda: scene.refresh()["Status"] == "Baking", 600, "baking")
            trigger.touch()
            _, err = deploy.communicate(timeout=900)
        assert "Error 1" in err
        assert scene.refresh()["Status"] == "RollbackSuccessful"
        assert "target-errors" in scene.refresh()["RollbackDetails"]["RollbackReason"]
        scene.assert_runs(before)
        rolled_back = len(load.answers)
    assert [answer for answer in load.answers.all[rolled_back:] if answer.failure] == []

    def by_the_new_one(answer: Answer) -> bool:
        return answer.failure is Failure.SERVER_ERROR and answer.release not in ("", before)

    scene.assert_lost("turns bad during the bake (alarm)", load, NEW_RELEASE_ONLY, by_the_new_one)


@pytest.mark.soak
def test_a_roll_back_while_the_alarms_are_red_loses_nothing(scene: Scene):
    """Others keep asking for the page that is broken; the load asks for what works."""
    before = scene.version()
    trigger = scene.emulator.folder / ".emulator" / f"broken-{before}"
    with scene.edited(*edits.breaks_history_when(trigger)):
        scene.make("deploy")
        trigger.touch()
        with scene.load(paths=("/history?limit=1",)) as others:
            until(lambda: "target-errors" in _red_alarms(scene), 60, "a red alarm")
            with scene.load() as load:
                scene.make("roll-back")
        assert others.answers.kinds["5xx"] > 0
        scene.assert_runs(before)
    scene.assert_lost("rollback while alarms are red", load)


def _red_alarms(scene: Scene) -> str:
    found = scene.client("cloudwatch").describe_alarms(
        AlarmNamePrefix=scene.group, StateValue="ALARM"
    )["MetricAlarms"]
    return " ".join(alarm["AlarmName"] for alarm in found)


@pytest.mark.soak
def test_a_change_of_the_template_alone_loses_nothing(scene: Scene):
    # The release of the tree as it stands, so that nothing but the template will differ.
    scene.make("deploy")
    version, instances = scene.version(), set(scene.serving())
    main = f"infra/envs/{scene.environment}/main.tf"
    text = (scene.emulator.folder / main).read_text()
    line = next(line for line in text.splitlines() if "settle_seconds" in line)
    try:
        with scene.load() as load, scene.edited(main, line, "    settle_seconds = 4"):
            scene.make("deploy")
            scene.assert_runs(version)
            assert instances.isdisjoint(scene.serving())
    finally:
        scene.make("deploy")
    scene.assert_lost("template change without a release", load)
