"""What a person sees in a terminal while a rollout is watched."""

from io import StringIO

import pytest
from rich.console import Console
from rich.live import Live

from scripts.domain.observed_state import Configuration, Group, Instance
from scripts.domain.timeline import Timeline
from scripts.reporting.rollout_display import Display
from tests.scripts.observed_states import OLD, version

ID = "i-0123456789abcdef0"
HEADLINE = (
    f"InProgress 50 % Waiting for instances to warm up before continuing. For example: {ID} is "
    "warming up.; paused since 2026-01-31T12:00:00Z; to go on: make resume ENV=dev"
)


def shown(width: int) -> str:
    """What a live terminal of that width shows, with a console as the commands have it."""
    new = Configuration("s", "sha256:new")
    instance = Instance(
        ID, "eu-central-1a", "Pending:Wait", "Unhealthy", "unhealthy", "b" * 12, new
    )
    display = Display(Timeline(), new)
    display.show(Group(version(1, "a", OLD), 1, 4, 2, (instance,)), HEADLINE)
    screen = StringIO()
    terminal = Console(file=screen, force_terminal=True, width=width, soft_wrap=True)
    with Live(display, console=terminal, auto_refresh=False) as live:
        live.refresh()
    return screen.getvalue()


@pytest.mark.parametrize("width", [80, 140])
def test_the_live_table_cuts_neither_an_id_nor_what_ends_a_pause(width):
    first, *_, last = shown(width).split("instance  ")  # the heading of the table's first column
    assert "to go on: make resume ENV=dev" in " ".join(first.split())
    assert ID in last
    assert "…" not in last
