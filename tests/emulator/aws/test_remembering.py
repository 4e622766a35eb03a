"""Answers for which moto works out less are the answers that it gave before."""

from typing import Any

import pytest
from moto.core.serialize import AttributePicker, AttributePickerContext, XFormedAttributePicker
from moto.core.utils import get_service_model

from emulator.aws import remembering
from tests.emulator.aws.stand import Stand

MEMBERS: Any = get_service_model("ec2").operation_model("RunInstances").output_shape.members


class Reservation:
    id = "r-1"


class Other:
    reservation_id = "r-2"


def picked(obj: Any, **transformers: Any) -> Any:
    picker = XFormedAttributePicker(
        response_transformers={f"RunInstances.{end}": one for end, one in transformers.items()}
    )
    shape = MEMBERS["ReservationId"]
    return picker(AttributePickerContext(obj, "ReservationId", shape, key_path="RunInstances"))


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.usefixtures("stand")
def test_a_member_is_found_under_the_names_that_its_own_class_gives_it(times: int):
    for _ in range(times):
        assert picked({"ReservationId": "r-0"}) == "r-0"
        assert picked(Other()) == "r-2"
        assert picked({}) is None


@pytest.mark.usefixtures("stand")
def test_it_is_transformed_where_moto_says_so_every_time():
    class Told(Other): ...

    for number in range(2):
        assert (
            picked(Told(), ReservationId=lambda value, n=number: f"{value}-{n}") == f"r-2-{number}"
        )


def test_what_is_remembered_is_what_moto_answers(stand: Stand):
    stand.group(desired=2)
    remembered = [stand.described(), stand.ec2.describe_instances()["Reservations"]]
    with pytest.MonkeyPatch.context() as plain:
        plain.setattr(AttributePicker, "__call__", remembering._moto_pick)
        assert [stand.described(), stand.ec2.describe_instances()["Reservations"]] == remembered
