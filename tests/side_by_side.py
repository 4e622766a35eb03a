"""Which tests share a worker of pytest-xdist."""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

CHAINS = ("tests/workflows", "tests/emulator/live", "tests/trust")
"""Folders whose tests share what takes long to make: an emulator, or plans of Terraform."""
ALONE = ("tests/workflows/test_harness.py", "tests/workflows/test_unconnected.py")
"""Files in them that need nothing of it."""


class SideBySide(LoadScopeScheduling):
    """Gives a worker all tests of such a folder, or of a file, in the order of their collection.

    Not by xdist's own groups: its 3.8 writes them where pytest 9.2 no longer reads a test's name.
    """

    def __init__(self, config: pytest.Config, log: Any = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        if file in ALONE:
            return file
        return next((chain for chain in CHAINS if file.startswith(f"{chain}/")), file)
