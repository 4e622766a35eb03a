"""How often a command looks at AWS while it waits."""

from scripts.base import clock, place

SECONDS = 5.0
"""A look is six requests, and an account's bucket is shared: with ten others who roll at the same
time that makes some twelve requests a second, where one look a second would make sixty."""

EMULATOR_SECONDS = 1.0
"""The emulator serves one clone, and shortens what AWS waits for."""


def seconds() -> float:
    """Return the pause between two looks."""
    return EMULATOR_SECONDS if place.on_this_machine() else SECONDS


def wait() -> None:
    """Wait until the next look."""
    clock.pause(seconds())
