"""Emulators that tests share: a connected copy of the repository whose environments come up."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.checkout import Checkout, finished

ACCOUNT = "123456789012"
"""The emulator's account."""
UP_SECONDS = 600
"""For a `make up` beside everything else that a machine of two cores may have to do."""


def connected(project: dict[str, Any]) -> dict[str, Any]:
    """Return what project.json holds once its clone is connected to the emulator's account.

    The repository is the one that the harness of tests/workflows plays.
    """
    return {
        **project,
        "repository": "example/slipway",
        "owner_id": 700000001,
        "repository_id": 900000001,
        "registry_account_id": ACCOUNT,
        "environments": [{**one, "account_id": ACCOUNT} for one in project["environments"]],
    }


class Emulator:
    """An emulator in a checkout of its own.

    Args:
        checkout: a connected copy.
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
def emulator(folder: Path, *, keep: bool = False) -> Iterator[Emulator]:
    """Yield an emulator whose checkout is a copy of the working tree; it ends with the block.

    Args:
        folder: of the copy.
        keep: leave it up afterwards. Where the folder has one, it is used, with the working tree's
            files as they are now.

    Raises:
        FileExistsError: the folder has something else in it, which a copy would overwrite.
    """
    if keep and folder.is_dir() and any(folder.iterdir()) and not (folder / ".emulator").is_dir():
        raise FileExistsError(f"KEEP={folder}: not an emulator's folder. Name a new one.")
    checkout = Checkout.copy(folder)
    project = checkout.folder / "project.json"
    project.write_text(json.dumps(connected(json.loads(project.read_text())), indent=2) + "\n")
    checkout.commit("connect")
    try:
        yield Emulator(checkout)
    finally:
        if not keep:
            checkout.make("down", code=None)
