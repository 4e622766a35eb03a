"""A plan read as plain changes: nothing left out but the release, nothing secret let through."""

import base64
import json
from copy import deepcopy

import pytest

from scripts.base.errors import RefusedError
from scripts.domain.plan_changes import SENSITIVE, UNKNOWN, Hidden, changes
from tests.scripts.plan_maker import big, plan, real, real_changes, resource, update


def by_address(plan_json):
    return {change.address.rpartition("module.")[2]: change for change in changes(plan_json)}


def test_a_real_change_is_read_with_its_attributes():
    found = {one.address.rpartition("module.")[2]: one for one in real_changes("change")}
    assert {(address, one.verb) for address, one in found.items()} == {
        ("platform.aws_ssm_parameter.facts", "update"),
        ("load_balancer.aws_lb_target_group.this", "update"),
        ("monitoring.aws_cloudwatch_log_group.this", "update"),
        ('security.aws_vpc_security_group_ingress_rule.ssh["192.0.2.0/24"]', "create"),
    }
    assert found["monitoring.aws_cloudwatch_log_group.this"].names == ("retention_in_days",)


def test_a_replacement_says_what_forces_it():
    table = by_address(real("replace"))["database.aws_dynamodb_table.this"]
    assert table.verb == "replace"
    assert [one.name for one in table.attributes if one.forces] == ["hash_key"]


def test_a_release_alone_is_no_change():
    assert real_changes("release") == []


def test_a_release_hides_nothing_of_the_shape():
    template = by_address(real("release_and_shape"))["service.aws_launch_template.this"]
    assert set(template.names) == {"tag_specifications", "tags", "tags_all", "user_data"}
    assert "bbbbbbbbbbbb" not in repr(template)


@pytest.mark.parametrize("line", ["RELEASE_VERSION='x'", "EXTRA='1'", "IMAGE_DIGEST='$(evil)'"])
def test_a_line_beside_the_releases_own_counts(line):
    one = real("release")
    change = next(
        r["change"] for r in one["resource_changes"] if r["type"] == "aws_launch_template"
    )
    text = base64.b64decode(change["after"]["user_data"]).decode()
    head, _, rest = text.partition("\n")
    change["after"]["user_data"] = base64.b64encode(f"{head}\n{line}\n{rest}".encode()).decode()
    assert [found.names for found in changes(one)] == [("user_data",)]


@pytest.mark.parametrize("tag", ["Name", "Template", "Extra"])
def test_another_tag_than_the_releases_own_counts(tag):
    one = real("release")
    change = next(
        r["change"] for r in one["resource_changes"] if r["type"] == "aws_launch_template"
    )
    change["after"]["tag_specifications"][0]["tags"][tag] = "other"
    assert [found.names for found in changes(one)] == [("tag_specifications",)]


def test_a_template_of_somebody_else_counts_whole():
    texts = [base64.b64encode(f"RELEASE_VERSION='{n}'\n".encode()).decode() for n in "ab"]
    one = plan(update("aws_launch_template.x", {"user_data": texts[0]}, {"user_data": texts[1]}))
    assert [found.names for found in changes(one)] == [("user_data",)]


@pytest.mark.parametrize(
    ("actions", "verb"),
    [
        (["create"], "create"),
        (["update"], "update"),
        (["delete"], "delete"),
        (["delete", "create"], "replace"),
        (["create", "delete"], "replace"),
        (["forget"], "forget"),
    ],
)
def test_each_action_has_its_verb(actions, verb):
    one = plan(resource("aws_subnet.x", actions, {"a": 1}, {"a": 2}))
    assert [found.verb for found in changes(one)] == [verb]


@pytest.mark.parametrize("actions", [["no-op"], ["read"]])
def test_looking_is_no_change(actions):
    assert changes(plan(resource("aws_subnet.x", actions, {"a": 1}, {"a": 1}))) == []


def test_what_changes_the_state_alone_is_shown():
    moved = resource("aws_subnet.x", ["no-op"], previous_address="aws_subnet.y")
    brought = resource("aws_subnet.z", ["no-op"], importing={"id": "subnet-1"})
    assert [found.verb for found in changes(plan(moved, brought))] == ["move", "import"]


def test_an_output_counts():
    after = {"actions": ["update"], "before": "a", "after": "b"}
    assert [found.address for found in changes(plan(output_changes={"url": after}))] == [
        "output.url"
    ]


def test_what_is_sensitive_is_never_taken_along():
    one = plan(
        update(
            "aws_db_instance.x",
            {"password": "old-secret", "tags": {"a": "deep-secret", "b": "seen"}},
            {"password": "new-secret", "tags": {"a": "deep-secret", "b": "seen too"}},
            before_sensitive={"password": True, "tags": {"a": True}},
            after_sensitive={"password": True, "tags": {"a": True}},
        )
    )
    (found,) = changes(one)
    assert found.names == ("password", "tags")
    assert found.attributes[0].after is SENSITIVE
    assert "secret" not in repr(found)
    assert "seen too" in repr(found)


def test_a_whole_resource_can_be_sensitive():
    one = plan(
        update(
            "aws_x.x",
            {"a": "secret"},
            {"a": "secret2"},
            after_sensitive=True,
            before_sensitive=True,
        )
    )
    assert "secret2" not in repr(changes(one))


def test_what_is_known_after_apply_is_said_to_be():
    one = plan(
        update(
            "aws_x.x",
            {"id": "1", "n": [{"a": 1}]},
            {"n": [{"a": 1}]},
            after_unknown={"id": True, "n": [{"b": True}]},
        )
    )
    (found,) = changes(one)
    assert [(a.name, a.after) for a in found.attributes] == [
        ("id", UNKNOWN),
        ("n", [{"a": 1, "b": UNKNOWN}]),
    ]


@pytest.mark.parametrize(
    "broken",
    [
        {"format_version": "2.0"},
        {"format_version": None},
        {"errored": True},
        {"complete": False},
        {"deferred_changes": [{}]},
        {"action_invocations": [{}]},
        {"resource_changes": [{"address": "x"}]},
        {"resource_changes": [resource("aws_x.x", ["explode"])]},
    ],
)
def test_what_is_not_understood_is_refused(broken):
    with pytest.raises(RefusedError, match="cannot be judged"):
        changes({**plan(), **broken})


def test_reading_leaves_the_plan_as_it_is():
    one = real("release_and_shape")
    before = deepcopy(one)
    changes(one)
    assert one == before


def test_a_plan_of_5_megabytes_is_read():
    one = big()
    assert len(json.dumps(one)) > 5_000_000 * 0.6
    assert len(changes(one)) == 9000


def test_hidden_values_are_equal_to_nothing_else():
    assert Hidden("sensitive") != SENSITIVE
