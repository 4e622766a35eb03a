"""Progress on stderr, results on stdout.

In a terminal a running step shows a spinner and its elapsed seconds; elsewhere each step is one
plain line when it starts and one when it ends, so that a log reads from top to bottom.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.spinner import Spinner

progress = Console(stderr=True, highlight=False, soft_wrap=True)
result = Console(highlight=False, soft_wrap=True)

_started = time.monotonic()


def elapsed() -> str:
    """Seconds since the command began, as a fixed-width stamp."""
    return f"[{time.monotonic() - _started:6.1f}s]"


def say(text: str, style: str = "") -> None:
    """Print one line of progress with the time since the command began."""
    progress.print(escape(elapsed()), escape(text), style=style)


@contextmanager
def step(title: str, picture: RenderableType | None = None) -> Iterator[None]:
    """Show that a step runs, then how long it took or that it failed.

    Args:
        title: what is being done, in the present tense: "applying infra/envs/dev".
        picture: shown below it in a terminal, again and again as it is then.
    """
    begun = time.monotonic()
    if progress.is_terminal:
        spinner = Spinner("dots", escape(title))
        shown = Group(spinner, picture) if picture else spinner
        with Live(shown, console=progress, transient=True):
            yield from _timed(title, begun)
    else:
        say(title)
        yield from _timed(title, begun)


def _timed(title: str, begun: float) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        say(f"{title}: interrupted after {time.monotonic() - begun:.1f} s", style="red")
        raise
    except BaseException:
        say(f"{title}: failed after {time.monotonic() - begun:.1f} s", style="red")
        raise
    say(f"{title}: done in {time.monotonic() - begun:.1f} s", style="green")


def output(text: str) -> None:
    """Print a result on stdout, unstyled and unwrapped."""
    sys.stdout.write(text.rstrip("\n") + "\n")


def typed(question: str) -> str | None:
    """Ask a person at a terminal; None where there is no person.

    Whoever interrupts the question answers nothing: what is not agreed to has not begun.
    """
    if not (sys.stdin and sys.stdin.isatty() and progress.is_terminal):
        return None
    progress.print(f"{question} ", style="bold", end="", markup=False)
    try:
        return sys.stdin.readline().strip()
    except KeyboardInterrupt:
        progress.print()
        return ""


def confirm(question: str) -> bool | None:
    """Ask a person at a terminal; only the typed word yes is one. None where there is no person."""
    answer = typed(f"{question} Type yes to go on:")
    return None if answer is None else answer == "yes"
