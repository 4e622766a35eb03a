"""A machine that is lost is replaced, and the balancer stops asking it."""

import os
import signal
import subprocess
import time
from collections.abc import Callable

from tests.checkout import Checkout


def until(holds: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.5)


def processes_of(instance_id: str) -> list[int]:
    listed = subprocess.run(
        ["ps", "-ewwo", "pid=,sess=,args="], check=True, capture_output=True, text=True
    ).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()]
    sessions = {row[1] for row in rows if len(row) == 3 and instance_id in row[2]}
    return [int(row[0]) for row in rows if row[1] in sessions]


def test_a_killed_machine_is_replaced(stage: Checkout):
    before = stage.status("dev")["instances"]
    victim = before[0]["id"]
    pids = processes_of(victim)
    assert len(pids) >= 2
    for pid in pids:
        os.kill(pid, signal.SIGKILL)

    def replaced() -> bool:
        now = stage.status("dev")["instances"]
        ids = {instance["id"] for instance in now}
        return (
            victim not in ids
            and len(now) == len(before)
            and all((i["state"], i["health"]) == ("InService", "Healthy") for i in now)
        )

    until(replaced, 90, "a whole fleet without the killed machine")
    answering = {stage.get("/version").headers["x-instance"] for _ in range(10)}
    assert victim not in answering
