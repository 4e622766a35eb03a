"""Parameter Store."""

from tests.emulator.aws.stand import Stand

NAME = "/slipway/dev/ledger"


def test_a_value_with_a_reference_in_it_is_refused(stand: Stand) -> None:
    """Systems Manager User Guide, "Creating Parameter Store parameters"."""
    with stand.refused("ValidationException", "{{}}"):
        stand.client("ssm").put_parameter(Name=NAME, Value='{"a": "{{b}}"}', Type="String")


def test_a_standard_value_has_at_most_4096_characters(stand: Stand) -> None:
    """Systems Manager User Guide, "Managing parameter tiers"."""
    ssm = stand.client("ssm")
    ssm.put_parameter(Name=NAME, Value="x" * 4096, Type="String")
    with stand.refused("ValidationException", "4096"):
        ssm.put_parameter(Name=NAME, Value="x" * 4097, Type="String", Overwrite=True)
    ssm.put_parameter(Name="/long", Value="x" * 4097, Type="String", Tier="Advanced")


def test_each_write_answers_the_next_version(stand: Stand) -> None:
    """API reference, PutParameter."""
    ssm = stand.client("ssm")
    assert ssm.put_parameter(Name=NAME, Value="{}", Type="String")["Version"] == 1
    assert ssm.put_parameter(Name=NAME, Value="{ }", Overwrite=True)["Version"] == 2


def test_a_hundred_versions_are_kept(stand: Stand) -> None:
    """API reference, GetParameterHistory: at most 100 versions."""
    ssm = stand.client("ssm")
    for number in range(103):
        ssm.put_parameter(Name=NAME, Value=f"v{number}", Type="String", Overwrite=number > 0)
    pages = ssm.get_paginator("get_parameter_history").paginate(Name=NAME)
    versions = [entry["Version"] for page in pages for entry in page["Parameters"]]
    assert len(versions) == 100
    assert max(versions) == 103
