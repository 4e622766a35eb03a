"""Within what was reviewed, or not; and a name for exactly one plan."""

import json
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.domain import receipt, risk
from scripts.domain.plan_changes import changes
from scripts.domain.receipt import Receipt, fingerprint, within
from tests.scripts.plan_maker import HOSTILE, hostile, plan, real, real_changes, resource, update

INPUTS = "0123456789ab"


def receipt_of(*resources) -> Receipt:
    return receipt.make("dev", INPUTS, changes(plan(*resources)))


def beyond(one: Receipt, *resources) -> list[str]:
    return within(changes(plan(*resources)), one)


A = update("aws_subnet.a", {"x": 1, "y": 1}, {"x": 2, "y": 2})
A_OTHER_VALUE = update("aws_subnet.a", {"x": 1, "y": 1}, {"x": 3, "y": 4})
A_LESS = update("aws_subnet.a", {"x": 1}, {"x": 2})
A_MORE = update("aws_subnet.a", {"x": 1, "y": 1, "z": 1}, {"x": 2, "y": 2, "z": 2})
A_NEW = resource("aws_subnet.a", ["create"], None, {"x": 1, "y": 2})
A_GONE = resource("aws_subnet.a", ["delete"], {"x": 1, "y": 2})
A_REPLACED = resource("aws_subnet.a", ["delete", "create"], {"x": 1}, {"x": 2})
A_TAINTED = {**A_REPLACED, "action_reason": "replace_because_tainted"}
A_LEFT_BEHIND = {**A_GONE, "deposed": "00000001"}
B = update("aws_subnet.b", {"x": 1}, {"x": 2})


@pytest.mark.parametrize("name", ["change", "replace", "release_and_shape", "zones"])
def test_a_plan_is_within_its_own_receipt(name):
    found = real_changes(name)
    assert found
    assert within(found, receipt.make("dev", INPUTS, found)) == []


@pytest.mark.parametrize(
    ("reviewed", "planned"),
    [
        ([A, B], [A]),
        ([A, B], []),
        ([A], [A_OTHER_VALUE]),
        ([A], [A_LESS]),
        ([A_NEW], [A]),
        ([A_NEW], [A_TAINTED]),
        ([A_REPLACED], [A_REPLACED]),
        ([A_REPLACED], [resource("aws_subnet.a", ["create"], None, {"x": 2})]),
        ([A_REPLACED], [A_LEFT_BEHIND]),
        ([A_GONE], [A_GONE]),
        ([A_LEFT_BEHIND], [A_LEFT_BEHIND]),
    ],
)
def test_a_part_of_what_was_reviewed_is_within_it(reviewed, planned):
    assert beyond(receipt_of(*reviewed), *planned) == []


@pytest.mark.parametrize(
    ("reviewed", "planned", "said"),
    [
        ([], [A], "update aws_subnet.a: was not in the reviewed plan"),
        ([A], [B], "update aws_subnet.b: was not in the reviewed plan"),
        ([A], [A_MORE], "update aws_subnet.a: also changes z"),
        ([A], [A_GONE], "delete aws_subnet.a: reviewed was update"),
        ([A], [A_REPLACED], "replace aws_subnet.a: reviewed was update"),
        ([A], [A_TAINTED], "replace aws_subnet.a: reviewed was update"),
        ([A], [A_LEFT_BEHIND], "delete aws_subnet.a (deposed 00000001): was not in"),
        ([A_NEW], [A_REPLACED], "replace aws_subnet.a: reviewed was create"),
        ([A_NEW], [A_GONE], "delete aws_subnet.a: reviewed was create"),
        ([A_REPLACED], [A_GONE], "delete aws_subnet.a: reviewed was replace"),
        ([A_GONE], [A_LEFT_BEHIND], "was not in the reviewed plan"),
        ([A_GONE], [A_NEW], "create aws_subnet.a: reviewed was delete"),
    ],
)
def test_what_goes_beyond_is_named(reviewed, planned, said):
    (line,) = beyond(receipt_of(*reviewed), *planned)
    assert line.startswith(said) or said in line


def test_a_receipt_holds_no_value():
    found = real_changes("change")
    text = receipt.dump(receipt.make("dev", INPUTS, found))
    assert '"retention_in_days"' in text
    for value in ("10.20", "30", "slipway-dev", "123456789012"):
        assert value not in text.replace("192.0.2.0/24", "").replace(INPUTS, "")


@pytest.mark.parametrize("name", ["change", "zones"])
def test_a_receipt_can_be_read_again(name):
    one = receipt.make("dev", INPUTS, real_changes(name))
    assert receipt.load(receipt.dump(one).encode()) == one


def test_hostile_addresses_survive_the_way():
    found = changes(hostile())
    assert len(found) == 2 * len(HOSTILE)
    one = receipt.load(receipt.dump(receipt.make("dev", INPUTS, found)).encode())
    assert within(found, one) == []


GOOD: dict[str, object] = {"schema": 1, "environment": "dev", "inputs": INPUTS, "changes": {}}


BAD_PARTS: list[dict[str, object]] = [
    {"schema": 2},
    {"schema": None},
    {"environment": "../prod"},
    {"environment": 1},
    {"inputs": "x"},
    {"inputs": INPUTS + "\n"},
    {"changes": []},
    {"changes": {"a": {}}},
    {"changes": {"a": {"action": "explode", "attributes": []}}},
    {"changes": {"a": {"action": ["create"], "attributes": []}}},
    {"changes": {"a": {"action": "create", "attributes": "abc"}}},
    {"changes": {"a": {"action": "create", "attributes": [1]}}},
    {"changes": {"": {"action": "create", "attributes": []}}},
    {"changes": {"a" * 5000: {"action": "create", "attributes": []}}},
    {"more": 1},
]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"null",
        b"[" * 100_000,
        b"\xff\xfe",
        *(json.dumps({**GOOD, **bad}).encode() for bad in BAD_PARTS),
        json.dumps(GOOD).encode() + b" " * receipt.LARGEST_BYTES,
    ],
    ids=lambda text: repr(text[:60]),
)
def test_a_receipt_that_is_none_is_not_read(text):
    with pytest.raises(ValueError):  # noqa: PT011 - any reason will do
        receipt.load(text)


def test_a_good_receipt_is_read():
    assert receipt.load(json.dumps(GOOD).encode()) == Receipt("dev", INPUTS, {})


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_nothing_else_than_a_refusal_comes_of_noise(text):
    with pytest.raises(ValueError):  # noqa: PT011
        receipt.load(text)


@pytest.mark.parametrize("name", ["change", "zones", "release_and_shape"])
def test_a_fingerprint_is_the_same_whatever_the_order(name):
    one, other = real(name), real(name)
    random.Random(7).shuffle(other["resource_changes"])
    other["resource_changes"] = [
        json.loads(json.dumps(dict(reversed(r.items())))) for r in other["resource_changes"]
    ]
    other["timestamp"] = "another"
    assert fingerprint("dev", INPUTS, changes(one)) == fingerprint("dev", INPUTS, changes(other))


def test_a_fingerprint_means_one_plan_only():
    found = changes(plan(A, B))
    seen = {
        fingerprint("dev", INPUTS, found),
        fingerprint("prod", INPUTS, found),
        fingerprint("dev", "ba9876543210", found),
        fingerprint("dev", INPUTS, found[:1]),
        fingerprint("dev", INPUTS, changes(plan(A_OTHER_VALUE, B))),
        fingerprint("dev", INPUTS, changes(plan(A_REPLACED, B))),
        fingerprint("dev", INPUTS, [replace(found[0], tainted=True), found[1]]),
        fingerprint("dev", INPUTS, changes(plan(A_LEFT_BEHIND, B))),
    }
    assert len(seen) == 8
    assert all(receipt.FINGERPRINT.fullmatch(one) for one in seen)


def test_a_fingerprint_tells_nothing_of_a_secret():
    def one(secret):
        marks = {"before_sensitive": {"p": True}, "after_sensitive": {"p": True}}
        return changes(plan(update("aws_x.x", {"p": "old"}, {"p": secret}, **marks)))

    assert fingerprint("dev", INPUTS, one("a")) == fingerprint("dev", INPUTS, one("b"))


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        ("aws_iam_role_policy", "roles"),
        ("aws_security_group", "security groups"),
        ("aws_default_security_group", "security groups"),
        ("aws_vpc_security_group_ingress_rule", "security groups"),
        ("aws_dynamodb_table", "data"),
        ("aws_s3_bucket", "data"),
        ("aws_cloudwatch_log_group", "data"),
        ("aws_vpc", "network"),
        ("aws_route", "network"),
        ("aws_lb_target_group", "network"),
        ("aws_launch_template", "fleet"),
        ("aws_cloudwatch_metric_alarm", "other"),
        ("aws_unheard_of", "other"),
    ],
)
def test_a_type_has_its_kind(kind, named):
    (one,) = changes(plan(resource(f"{kind}.x", ["create"], None, {"a": 1})))
    assert risk.kind(one) == named


PROTECTED = [
    *("aws_dynamodb_table", "aws_vpc", "aws_subnet", "aws_iam_role", "aws_iam_instance_profile"),
    *("aws_security_group", "aws_cloudwatch_log_group", "aws_lb_target_group", "aws_lb"),
    *("aws_launch_template", "aws_autoscaling_group", "aws_ssm_parameter", "aws_unheard_of"),
    *("aws_sns", "aws_cloudwatch_metric_alarm_of_another_kind"),
]


@pytest.mark.parametrize("kind", PROTECTED)
@pytest.mark.parametrize("actions", [["delete"], ["delete", "create"], ["forget"]])
def test_the_end_of_what_others_rest_on_is_protected(kind, actions):
    (one,) = changes(plan(resource(f"{kind}.x", actions, {"a": 1}, {"a": 2})))
    assert risk.is_protected(one)


@pytest.mark.parametrize(
    ("kind", "actions"),
    [
        ("aws_cloudwatch_metric_alarm", ["delete"]),
        ("aws_sns_topic_subscription", ["delete", "create"]),
        ("aws_dynamodb_table", ["update"]),
        ("aws_iam_role", ["create"]),
    ],
)
def test_the_rest_is_for_review_alone(kind, actions):
    (one,) = changes(plan(resource(f"{kind}.x", actions, {"a": 1}, {"a": 2})))
    assert not risk.is_protected(one)
