"""Ports that a person asked for, by load balancer; all others are free ones."""

import json
import socket

from emulator import paths
from scripts.base.errors import RefusedError


def reserve(load_balancer: str, port: int) -> None:
    """Remember which loopback port a load balancer shall take when it is made.

    Raises:
        RefusedError: another program has the port, or the load balancer has another port.
    """
    wanted = _asked()
    if wanted.get(load_balancer) == port:
        return
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise RefusedError(
                f"port {port} cannot be taken for {load_balancer}",
                which=str(error),
                next_step="Name another one with PORT=, or none for a free one.",
            ) from error
    paths.PORTS.write_text(json.dumps({**wanted, load_balancer: port}))


def asked_for(load_balancer_arn: str) -> int | None:
    """The port that a load balancer shall take; None for a free one.

    Args:
        load_balancer_arn: `…:loadbalancer/app/NAME/ID`.
    """
    return _asked().get(load_balancer_arn.split("/")[-2])


def _asked() -> dict[str, int]:
    if not paths.PORTS.exists():
        return {}
    ports: dict[str, int] = json.loads(paths.PORTS.read_text())
    return ports
