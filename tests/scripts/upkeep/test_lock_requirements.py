"""What is said where packages cannot be locked."""

import pytest

from scripts.upkeep.lock_requirements import advice


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("error: Failed to fetch: `https://x/simple/flask/`", "registry can be reached"),
        ("Caused by: error sending request for url (https://x)", "registry can be reached"),
        ("Because a depends on b<2 and you require b>2 …", "exclude each other"),
    ],
)
def test_a_registry_that_does_not_answer_is_not_a_conflict(said: str, expected: str):
    assert expected in advice(said)
