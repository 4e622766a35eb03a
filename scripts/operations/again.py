"""Looking again where another run was faster."""

from collections.abc import Callable
from typing import TypeVar

from scripts.base.console import say
from scripts.base.errors import ConflictError

Answer = TypeVar("Answer")
ATTEMPTS = 5
"""Each attempt that is refused was overtaken by a run that got on."""


def again(look_and_write: Callable[[], Answer]) -> Answer:
    """Do what looks and then writes; once more from its first look after each conflict.

    Raises:
        ConflictError: others were faster every time.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return look_and_write()
        except ConflictError as error:
            say(f"{error.what}: looking again", style="dim")
    return look_and_write()
