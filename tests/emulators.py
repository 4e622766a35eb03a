"""Emulators that tests share: a connected copy of the repository whose environments come up."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.checkout import Checkout, finished

UP_SECONDS = 600
"""For a `make up` beside everything else that a machine of two cores may have to do."""


Values = dict[str, Any]


def connected(project: Values) -> Values:
    """Return what project.json holds once its clone is connected, all in one account."""
    account = "123456789012"
    return {
        **project,
        "owner_id": 700000001,
        "repository_id": 900000001,
        "registry_account_id": account,
        "environments": [{**one, "account_id": account} for one in project["environments"]],
    }


def adopted(project: Values) -> Values:
    """Return project.json of another team: other names, another region, an account for each."""
    accounts = ("111122223333", "444455556666")
    return {
        **connected(project),
        "name": "harbor",
        "region": "us-east-1",
        "repository": "pier-nine/Harbor.web",
        "registry_account_id": accounts[0],
        "environments": [
            {**one, "account_id": account}
            for one, account in zip(project["environments"], accounts, strict=True)
        ],
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
def emulator(
    folder: Path, *, keep: bool = False, become: Callable[[Values], Values] = connected
) -> Iterator[Emulator]:
    """Yield an emulator whose checkout is a copy of the working tree; it ends with the block.

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
    checkout = Checkout.copy(folder)
    project = checkout.folder / "project.json"
    project.write_text(json.dumps(become(json.loads(project.read_text())), indent=2) + "\n")
    checkout.commit("connect")
    try:
        yield Emulator(checkout)
    finally:
        if not keep:
            checkout.make("down", code=None)
