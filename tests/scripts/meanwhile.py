"""What a test lets happen while a command works."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from scripts.adapters.aws.observe import open_state_store
from scripts.adapters.aws.state_store import StateStore
from scripts.base import clock
from scripts.domain.facts import Facts
from scripts.domain.holds import Hold
from tests.scripts.emulated import Environment

NO_CAPACITY = (
    "We currently do not have sufficient t3.small capacity in the Availability Zone you requested "
    "(eu-central-1a). Our system will be working on provisioning additional capacity."
)


def with_alarm(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let the environment's facts name an alarm that gates."""
    change_facts(monkeypatch, lambda found: replace(found, alarms=(name,)))


def change_facts(monkeypatch: pytest.MonkeyPatch, change: Callable[[Facts], Facts]) -> None:
    """Let the environment's facts be others than Terraform has published."""
    read = StateStore.facts

    def changed(store: StateStore) -> Facts | None:
        found = read(store)
        return change(found) if found else None

    monkeypatch.setattr(StateStore, "facts", changed)


def before(dev: Environment, operation: str, act: Any) -> None:
    """Act once, right before the next call of an operation of Auto Scaling."""
    events = dev.clients.autoscaling.meta.events
    name = f"before-call.auto-scaling.{operation}"

    def once(**_: Any) -> None:
        events.unregister(name, once)
        act()

    events.register(name, once)


def after(dev: Environment, operation: str, change: Any) -> None:
    """Change the next answer of an operation of Auto Scaling."""
    events = dev.clients.autoscaling.meta.events
    name = f"after-call.auto-scaling.{operation}"

    def once(parsed: Any, **_: Any) -> None:
        events.unregister(name, once)
        change(parsed)

    events.register(name, once)


def hold_now(dev: Environment, kind: str = "manual") -> None:
    """Set a hold as another command does."""
    store = open_state_store(dev.clients, dev.project, "dev")
    hold = Hold(kind, "", "look first", "somebody", clock.now())  # type: ignore[arg-type]
    store.set_hold(hold, over=store.hold())


def no_capacity(dev: Environment, *, times: int) -> None:
    """Let AWS have no machine for the next launches."""
    machines, left = dev.stand.machines, [times]
    launch = machines.launch

    def refuse(spec: Any) -> None:
        if not left[0]:
            launch(spec)
            return
        left[0] -= 1
        raise OSError(NO_CAPACITY)

    machines.launch = refuse  # type: ignore[method-assign]
