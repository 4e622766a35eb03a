"""Two commands write at the same moment: one goes first, the other looks again, nothing is lost.

What can go wrong lies between what a run has seen and what it writes. So the second command runs
whole right before each write of the first one.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.commands import hold, unhold
from tests.scripts.emulated import Environment

pytestmark = pytest.mark.slow

A, B, C, D = "a" * 12, "b" * 12, "c" * 12, "d" * 12
WRITES = ("PutObject", "DeleteObject")

COMMANDS: dict[str, Callable[[Environment], int]] = {
    "deploy": lambda dev: dev.deploy(C, "--wait"),
    "another deploy": lambda dev: dev.deploy(D, "--wait"),
    "rollback": lambda dev: dev.roll_back("--reason", "slow"),
    "hold": lambda dev: dev.run(hold.main, "--reason", "look first"),
    "unhold": lambda dev: dev.run(unhold.main),
}
WRITES_OF = {"deploy": 2, "rollback": 4, "hold": 1, "unhold": 1}
"""How many writes each makes from where the tests begin: B runs, and A ran before it."""

EVERY_DAY = {
    ("deploy", 1, "rollback"),
    ("deploy", 2, "rollback"),
    ("deploy", 1, "hold"),
    ("rollback", 1, "hold"),
    ("rollback", 4, "unhold"),
    ("hold", 1, "rollback"),
    ("unhold", 1, "hold"),
}
"""Those of `make test`; all others are of `make soak`."""


def _pairs() -> list[Any]:
    found = [
        (first, write, second)
        for first, writes in WRITES_OF.items()
        for write in range(1, writes + 1)
        for second in COMMANDS
        if (first, second) != ("unhold", "unhold")
    ]
    assert set(found) >= EVERY_DAY
    marks: Any = pytest.mark.soak
    return [
        pytest.param(*one, id="-".join(map(str, one)), marks=[] if one in EVERY_DAY else marks)
        for one in found
    ]


def before_write(dev: Environment, number: int, act: Callable[[], None]) -> list[str]:
    """Act right before the n-th write from now on; return the list that takes all writes down."""
    events, writes = dev.clients.s3.meta.events, list[str]()

    def note(model: Any, **_: Any) -> None:
        if model.name not in WRITES:
            return
        writes.append(model.name)
        if len(writes) == number:
            events.unregister("before-call.s3", note)
            act()

    events.register("before-call.s3", note)
    return writes


@pytest.fixture
def both(dev: Environment, monkeypatch: pytest.MonkeyPatch) -> Environment:
    """Dev, where B runs and A ran before it, and whoever wants may hold it."""
    dev.deploy(A)
    dev.deploy(B)
    for command in (hold, unhold):
        monkeypatch.setattr(command, "connect", lambda *_: dev.clients)
    return dev


@pytest.mark.parametrize(("first", "write", "second"), _pairs())
def test_nothing_is_lost(
    both: Environment,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    first: str,
    write: int,
    second: str,
) -> None:
    dev = both
    if first == "unhold":
        dev.run(hold.main, "--reason", "an earlier one")
    ended = []

    def elsewhere() -> None:
        """The second command, on another machine: no lock of this one's holds it up."""
        with monkeypatch.context() as machine:
            machine.setenv("SLIPWAY_WORK_DIR", str(tmp_path / "elsewhere"))
            ended.append(COMMANDS[second](dev))

    writes = before_write(dev, write, elsewhere)
    code = COMMANDS[first](dev)
    assert len(writes) == write, "the second command never ran"
    assert {code, *ended} <= {0, 1, 3}, (code, ended, getattr(dev, "error", ""))
    _holds_what_was_asked_for(dev, first, second, ended[0])
    if ended[0] == 0 and second in ("rollback", "another deploy"):
        _has_recorded_what_runs(dev)
    # Whatever was left half way is brought to its end by running something again.
    COMMANDS["unhold"](dev)
    assert dev.deploy(D, "--wait") == 0, dev.error
    dev.whole(D)


def _has_recorded_what_runs(dev: Environment) -> None:
    """The ledger is not that of a run which had not seen the other one's end."""
    observed, recorded = dev.observe(), dev.ledger().release
    assert recorded
    assert observed.group
    assert {one.configuration.digest for one in observed.group.fleet} == {recorded.digest}


def _holds_what_was_asked_for(dev: Environment, first: str, second: str, code: int) -> None:
    """A hold stays until somebody lifts it who has seen it."""
    found = dev.observe().hold
    if second == "unhold" and first == "rollback":
        # Lifted while it was going back: it stays so.
        assert found is None or found.reason == "slow"
    elif "hold" in (first, second) or "rollback" in (first, second):
        assert found or code
        assert found is None or found.reason in ("look first", "slow")
    elif first == "unhold":
        assert found is None or code == 3
    else:
        assert found is None
