"""Emulators that tests share: another team's clone of the repository whose environments come up."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import clones
from tests.checkout import Checkout, finished
from tests.clones import Values

UP_SECONDS = 600
"""For a `make up` beside everything else that a machine of two cores may have to do."""


class Emulator:
    """An emulator in a checkout of its own.

    Args:
        checkout: an adopted clone.
    """

    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout
        self._up: set[str] = set()

    def bring_up(self, *environments: str) -> Checkout:
        """Bring up those that are not up yet, side by side; return the checkout."""
        missing = [name for name in environments if name not in self._up]
        running = {name: self.checkout.spawn("up", f"ENV={name}") for name in missing}
        for name, process in running.items():
            out, err = finished(process, UP_SECONDS)
            assert process.returncode == 0, f"make up ENV={name}\n{out}\n{err}"
            self._up.add(name)
        return self.checkout


@contextmanager
def emulator(
    folder: Path,
    *,
    keep: bool = False,
    become: Callable[[Values], Values] = clones.adopted_in_one_account,
) -> Iterator[Emulator]:
    """Yield an emulator whose checkout is an adopted clone; it ends with the block.

    Args:
        folder: of the copy.
        keep: leave it up afterwards. Where the folder has one, it is used, with the working tree's
            files as they are now.
        become: changes what project.json holds.

    Raises:
        FileExistsError: the folder has something else in it, which a copy would overwrite.
    """
    if keep and folder.is_dir() and any(folder.iterdir()) and not (folder / ".emulator").is_dir():
        raise FileExistsError(f"KEEP={folder}: not an emulator's folder. Name a new one.")
    checkout = clones.copy(folder, become)
    try:
        yield Emulator(checkout)
    finally:
        if not keep:
            checkout.make("down", code=None)
