"""Instances that are lost, and slow requests, while others keep coming."""

import os
import signal
import time

import pytest

from tests.emulator.live import edits
from tests.emulator.live.scene import Scene, rows_of, until
from tests.load.answers import Answer, Failure

CHECK_SECONDS = 2 * 5 + 3
"""Interval times threshold of infra/modules/load_balancer, and the last check's own timeout."""
IN_FLIGHT_SECONDS = 1.0
SLOW_SECONDS = 5.0


def test_a_lost_machine_costs_what_was_on_its_way_to_it(scene: Scene):
    before = scene.serving()
    with scene.load() as load:
        killed = time.monotonic()
        rows = rows_of(before[0])
        assert len(rows) >= 2
        for pid, *_ in rows:
            os.kill(pid, signal.SIGKILL)

        def replaced() -> bool:
            now = scene.serving()
            return before[0] not in now and len(now) == len(before)

        until(replaced, 120, "a whole fleet without the lost machine")
        time.sleep(2)
    noticed = [answer for answer in load.answers.all if answer.due > killed + CHECK_SECONDS]
    assert before[0] not in {answer.instance for answer in noticed}

    def allowed(answer: Answer) -> bool:
        gone = answer.failure in (Failure.SERVER_ERROR, Failure.RESET)
        return gone and killed - IN_FLIGHT_SECONDS <= answer.due <= killed + CHECK_SECONDS

    bound = f"in flight, and within {CHECK_SECONDS} s (interval times threshold, timeout)"
    scene.assert_lost("machine of one instance lost", load, bound, allowed)


@pytest.mark.soak
def test_a_killed_process_is_restarted_in_place(scene: Scene):
    before = scene.serving()
    with scene.load() as load:
        rows = rows_of(before[0])
        servers = {pid for pid, _, words in rows if "gunicorn" in words and "init" not in words}
        masters = [pid for pid, parent, _ in rows if pid in servers and parent not in servers]
        assert len(masters) == 1, rows
        killed = time.monotonic()
        os.kill(masters[0], signal.SIGKILL)
        until(lambda: bool(_first_since(load.answers.all, before[0], killed)), 60, "an answer")
        back = _first_since(load.answers.all, before[0], killed)[0]
        time.sleep(15)
        assert scene.serving() == before
    gap = back.due - killed
    lost = [answer for answer in load.answers.failed if answer.due >= killed]
    assert lost, "nothing was killed"

    def allowed(answer: Answer) -> bool:
        gone = answer.failure in (Failure.SERVER_ERROR, Failure.RESET)
        return gone and killed - IN_FLIGHT_SECONDS <= answer.due <= back.due

    bound = f"those within the restart gap ({gap:.1f} s)"
    scene.assert_lost("process of one instance killed", load, bound, allowed)


def _first_since(answers: list[Answer], instance: str, moment: float) -> list[Answer]:
    """The instance's good answers to requests of later than a moment and a margin."""
    later = moment + 0.5
    return sorted(
        (a for a in answers if a.instance == instance and not a.failure and a.due > later),
        key=lambda answer: answer.due,
    )


@pytest.mark.soak
def test_slow_requests_end_while_their_instance_drains(scene: Scene):
    """A request of 5 s is shorter than the deregistration delay of 10 s, so it is finished."""
    with scene.edited(*edits.waits_when_asked(SLOW_SECONDS)):
        scene.make("deploy")
        slow = scene.load(per_second=4, paths=("/?slow",), timeout_seconds=40)
        with slow as load, scene.titled():
            scene.make("deploy")
            scene.assert_runs(scene.version())
    assert all(answer.seconds >= SLOW_SECONDS for answer in load.answers.all)
    assert len(load.answers.releases) == 2
    scene.assert_lost("requests of 5 s while draining", load)
