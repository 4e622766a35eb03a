"""The group engine's side of the load balancers."""

import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from emulator.interfaces import Counters, TargetGroup, TargetHealth
from scripts.base.project import ROOT

ANSWER_SECONDS = 10.0
RESTART_SECONDS = 1.0
"""Between two starts of the process, so that one that cannot live is not started without end."""


class BalancerError(Exception):
    """The load balancers' process refused, failed, or is gone."""


class ProcessBalancers:
    """Implements `emulator.interfaces.Balancers` by a child process.

    The child dies with this process, because its input closes. One that dies by itself is started
    again at the next question: every load balancer on its port, every target group as it was last
    served, with targets that are yet to be checked and counts that begin anew.

    Args:
        preferred_port: tells which loopback port a load balancer, by ARN, is asked to take; None
            for a free one.
    """

    def __init__(self, preferred_port: Callable[[str], int | None] = lambda _: None) -> None:
        self._preferred_port = preferred_port
        self._lock = threading.Lock()
        self._closed = False
        self._ports: dict[str, int] = {}
        self._served: dict[str, tuple[TargetGroup, float]] = {}
        self._start()

    @property
    def pid(self) -> int:
        """Process id of the child; another one after a restart."""
        return self._process.pid

    def listen(self, load_balancer_arn: str) -> int:
        """Take a loopback port for a load balancer and return it; the same on every call.

        Raises:
            BalancerError: the preferred port is taken.
        """
        port = self._preferred_port(load_balancer_arn) or 0
        answer: int = self._ask("listen", load_balancer=load_balancer_arn, port=port)
        self._ports[load_balancer_arn] = answer
        return answer

    def serve(
        self, load_balancer_arn: str, group: TargetGroup, idle_timeout_seconds: float
    ) -> None:
        """Forward the load balancer's requests to a target group, as given now.

        Raises:
            BalancerError: the load balancer does not listen.
        """
        self._ask("serve", **_service(load_balancer_arn, group, idle_timeout_seconds))
        self._served[load_balancer_arn] = group, idle_timeout_seconds

    def remove(self, load_balancer_arn: str) -> None:
        """Stop listening; one that does not listen is no error."""
        self._ports.pop(load_balancer_arn, None)
        self._served.pop(load_balancer_arn, None)
        self._ask("remove", load_balancer=load_balancer_arn)

    def health(self, target_group_arn: str) -> dict[str, TargetHealth]:
        """Health by target id; drained targets and unknown groups are left out."""
        answer = self._ask("health", target_group=target_group_arn)
        return {target_id: TargetHealth(**health) for target_id, health in answer.items()}

    def counters(self, load_balancer_arn: str) -> Counters:
        """Counters of a load balancer.

        Raises:
            BalancerError: the load balancer does not listen.
        """
        return Counters(**self._ask("counters", load_balancer=load_balancer_arn))

    def close(self) -> None:
        """End the process; a second call changes nothing."""
        with self._lock:
            self._closed = True
            self._end()

    def _start(self) -> None:
        self._started = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-s", "-m", "emulator.balancer"],
            cwd=ROOT,
            env={"PATH": os.environ.get("PATH", os.defpath)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _restart(self) -> None:
        """Start a process in place of one that has ended, and tell it what that one knew."""
        self._end()
        self._start()
        for arn, port in self._ports.items():
            self._tell("listen", load_balancer=arn, port=port)
        for arn, served in self._served.items():
            self._tell("serve", **_service(arn, *served))

    def _ask(self, operation: str, **arguments: Any) -> Any:
        with self._lock:
            ended = not self._closed and self._process.poll() is not None
            if ended and time.monotonic() >= self._started + RESTART_SECONDS:
                self._restart()
            return self._tell(operation, **arguments)

    def _tell(self, operation: str, **arguments: Any) -> Any:
        message = json.dumps({"operation": operation, "arguments": arguments}).encode() + b"\n"
        answer = json.loads(self._exchange(message) or "{}")
        if "error" in answer:
            raise BalancerError(f"load balancer: {operation}: {answer['error']}")
        if "result" not in answer:
            raise BalancerError(f"load balancer: {operation}: its process has ended")
        return answer["result"]

    def _exchange(self, message: bytes) -> bytes:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        received = b""
        try:
            while message:
                message = message[stdin.write(message) or 0 :]
            while not received.endswith(b"\n"):
                if not select.select([stdout], [], [], ANSWER_SECONDS)[0]:
                    self._process.kill()  # its answer would be taken for the next one's
                    raise BalancerError(f"load balancer: no answer in {ANSWER_SECONDS} s")
                part = stdout.read(65_536)
                if not part:
                    return b""
                received += part
        except (OSError, ValueError):  # a broken pipe, or one that `close` has closed
            return b""
        return received


def _service(arn: str, group: TargetGroup, idle_timeout_seconds: float) -> dict[str, Any]:
    """The arguments of `serve`."""
    return {
        "load_balancer": arn,
        "group": asdict(group),
        "idle_timeout": idle_timeout_seconds,
    }
