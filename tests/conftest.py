"""What every test shares: which ones `make check` leaves out."""

from pathlib import Path

import pytest

STAGE = Path(__file__).parent / "stage"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the stage's tests as slow: they start servers and machines, some seconds each."""
    for item in items:
        if item.path.is_relative_to(STAGE):
            item.add_marker(pytest.mark.slow)
