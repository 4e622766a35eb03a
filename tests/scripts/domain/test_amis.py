"""Which machine image is the newest of a family."""

import pytest

from scripts.domain.amis import Ami, Pin, PinnedAmi, family, newest

NOW = "2026-11-27T10:00:00Z"
PINNED = "al2023-ami-2023.12.20260930.0-kernel-6.1-x86_64"


def ami(release: str, created: str, deprecated: str = "", kind: str = "") -> Ami:
    name = kind or "al2023-ami-{}-kernel-6.1-x86_64"
    return Ami(name.format(release), f"{created}T12:00:00.000Z", deprecated)


OLD = ami("2023.12.20260930.0", "2026-10-01")
NEW = ami("2023.12.20261118.0", "2026-11-19")


def test_a_family_leaves_the_release_open_and_nothing_else():
    assert family(PINNED) == "al2023-ami-2023.*-kernel-6.1-x86_64"


@pytest.mark.parametrize(
    "name",
    [
        "al2023-ami-minimal-2023.12.20260930.0-kernel-6.1-x86_64",
        "al2023-ami-2023.12.20260930.0-kernel-6.1-arm64",
        "al2023-ami-2023.*-kernel-6.1-x86_64",
        "ubuntu",
    ],
)
def test_another_name_has_no_family(name: str):
    with pytest.raises(ValueError, match="^" + name[:3]):
        family(name)


@pytest.mark.parametrize("order", [(OLD, NEW), (NEW, OLD)])
def test_the_newest_is_the_one_created_last(order: tuple[Ami, ...]):
    assert newest(order, PINNED, NOW) == NEW


def test_the_day_of_creation_counts_and_not_the_name():
    """A release that is built again later keeps its number, but for the last part."""
    again = ami("2023.12.20261101.9", "2026-11-20")
    assert newest([NEW, again], PINNED, NOW) == again


@pytest.mark.parametrize(
    "kind",
    [
        "al2023-ami-minimal-{}-kernel-6.1-x86_64",
        "al2023-ami-{}-kernel-6.1-arm64",
        "al2023-ami-{}-kernel-6.12-x86_64",
        "al2023-ami-{}-ecs-kernel-6.1-x86_64",
    ],
)
def test_an_image_of_another_family_is_passed_over(kind: str):
    other = ami("2023.12.20261125.0", "2026-11-26", kind=kind)
    assert newest([OLD, other], PINNED, NOW) == OLD


@pytest.mark.parametrize(
    ("deprecated", "expected"),
    [
        ("2026-11-27T09:59:00.000Z", OLD),
        ("2026-11-27T10:01:00.000Z", NEW),
    ],
)
def test_a_deprecated_image_is_none_to_move_to(deprecated: str, expected: Ami):
    new = ami("2023.12.20261118.0", "2026-11-19", deprecated)
    found = newest([OLD, new], PINNED, NOW)
    assert found
    assert found.name == expected.name


def test_where_all_are_deprecated_there_is_none():
    gone = ami("2023.12.20260930.0", "2026-10-01", "2026-11-01T00:00:00.000Z")
    assert newest([gone], PINNED, NOW) is None
    assert newest([], PINNED, NOW) is None


def test_an_age_is_in_whole_days():
    assert OLD.age_days(NOW) == 56
    assert OLD.age_days("2026-10-02T11:59:59Z") == 0


def test_what_is_named_is_current_only_as_the_newest():
    pin = Pin("main.tf", 6, PINNED)
    assert PinnedAmi(pin, OLD, OLD).current
    assert not PinnedAmi(pin, OLD, NEW).current
