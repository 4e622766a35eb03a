"""The process of the load balancers, and its end."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from emulator.balancer import client
from emulator.balancer.client import RESTART_SECONDS, BalancerError, ProcessBalancers
from emulator.interfaces import TargetGroup
from scripts.base.project import ROOT
from tests.emulator.balancer.stand import CHECK, Stand

PARENT = """
import time
from emulator.balancer.client import ProcessBalancers
print(ProcessBalancers().listen("lb"), flush=True)
time.sleep(60)
"""


def refuses(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_it_ends_when_its_parent_is_killed(stand: Stand):
    parent = subprocess.Popen([sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    port = int(parent.stdout.readline())
    assert not refuses(port)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    stand.wait(lambda: refuses(port))


def test_it_listens_on_loopback_only(stand: Stand):
    with socket.socket(socket.AF_INET6) as other:
        assert other.connect_ex(("::1", stand.port)) != 0
    # Whoever else could be reached would have the port; a bind elsewhere shows that nobody has.
    with socket.socket() as other:
        other.bind(("127.0.0.2", stand.port))


def test_a_preferred_port_is_taken_and_a_taken_one_is_an_error():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        balancers = ProcessBalancers(lambda _: number)
        try:
            with pytest.raises(BalancerError, match=r"listen: OSError.*in use"):
                balancers.listen("lb")
        finally:
            balancers.close()


def test_an_unknown_load_balancer_is_an_error_and_the_others_go_on(stand: Stand):
    with pytest.raises(BalancerError, match="serve: KeyError: 'nobody'"):
        stand.balancers.serve("nobody", TargetGroup("group", CHECK, 1, {}), 60)
    assert stand.get()[0] == 503


def kill_process(stand: Stand) -> None:
    process = stand.balancers._process
    process.kill()
    process.wait()


def test_a_process_that_was_killed_is_started_again_on_its_ports(stand: Stand):
    """An ALB's nodes are replaced behind their name: clients see a gap, then the service."""
    stand.serving()
    time.sleep(RESTART_SECONDS)
    kill_process(stand)
    assert refuses(stand.port)
    stand.wait(lambda: stand.state("t0") == "healthy")
    assert stand.get()[0] == 200
    assert stand.balancers.counters("lb").requests == 1


def test_a_process_that_cannot_live_is_not_started_without_a_pause(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
):
    for pause, is_back in ((0, True), (1000, False), (0, True)):
        monkeypatch.setattr(client, "RESTART_SECONDS", pause)
        kill_process(stand)
        if is_back:
            assert stand.balancers.health("group") == {}
        else:
            with pytest.raises(BalancerError, match="its process has ended"):
                stand.balancers.health("group")


def test_a_process_that_was_closed_stays_closed(stand: Stand):
    stand.balancers.close()
    stand.balancers.close()
    with pytest.raises(BalancerError, match="its process has ended"):
        stand.balancers.health("group")
