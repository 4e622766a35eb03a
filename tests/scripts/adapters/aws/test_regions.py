"""Regions that are AWS's, another partition's, and nobody's."""

import pytest

from scripts.adapters.aws.regions import check_region
from scripts.base.errors import UsageError


def test_commercial_regions_are_taken() -> None:
    assert check_region("eu-central-1") == "eu-central-1"


@pytest.mark.parametrize("region", ["cn-north-1", "us-gov-west-1"])
def test_one_of_another_partition_is_refused(region: str) -> None:
    with pytest.raises(UsageError, match="commercial partition"):
        check_region(region)


def test_one_that_does_not_exist_is_refused_and_its_neighbours_are_named() -> None:
    with pytest.raises(UsageError, match="no region eu-centrl-1") as refused:
        check_region("eu-centrl-1")
    assert "eu-central-1" in refused.value.which[0]
