"""A plan read as plain changes: nothing left out but the release, nothing secret let through."""

import base64
import json
from copy import deepcopy

import pytest

from scripts.base.errors import RefusedError
from scripts.domain.plan_changes import changes, drift, parse
from scripts.domain.plan_values import UNKNOWN, Hidden
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
    assert isinstance(found.attributes[0].after, Hidden)
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


def test_where_a_resource_comes_from_is_a_change_like_any_other():
    moved = update("aws_subnet.b", {"a": 1}, {"a": 2}, previous_address="aws_subnet.a")
    brought = update("aws_subnet.c", {"a": 1}, {"a": 2}, importing={"id": "subnet-1"})
    by_identity = update("aws_subnet.d", {"a": 1}, {"a": 2}, importing={"identity": {"x": "y"}})
    found = {one.address: one for one in changes(plan(moved, brought, by_identity))}
    [origin, _] = found["aws_subnet.b"].attributes
    assert (origin.before, origin.after) == ("aws_subnet.a", "aws_subnet.b")
    assert [one.after for one in found["aws_subnet.c"].attributes] == ["subnet-1", 2]
    assert found["aws_subnet.d"].attributes[0].after == {"x": "y"}


SECRET = "correct-horse-battery"


@pytest.mark.parametrize(
    ("before", "after", "marks"),
    [
        # Marked on the other side alone.
        ({"p": SECRET}, {"p": "other"}, {"after_sensitive": {"p": True}}),
        ({"p": "other"}, {"p": SECRET}, {"before_sensitive": {"p": True}}),
        ({"t": {"p": SECRET}}, {"t": {"p": "x"}}, {"after_sensitive": {"t": {"p": True}}}),
        # Marks of another form than the value.
        ({"p": [SECRET]}, {"p": {"a": 1}}, {"after_sensitive": {"p": {"a": True}}}),
        ({"p": SECRET}, {"p": [1]}, {"after_sensitive": {"p": [True]}}),
        ({"p": [SECRET, "a"]}, {"p": ["a"]}, {"after_sensitive": {"p": [True]}}),
        ({"p": {"a": SECRET}}, {"p": ["x"]}, {"after_sensitive": {"p": [True]}}),
        # A copy where nobody marked it.
        (
            {"p": SECRET, "copy": f"postgres://u:{SECRET}@db"},
            {"p": "x", "copy": "y"},
            {"before_sensitive": {"p": True}},
        ),
    ],
)
def test_a_secret_of_either_side_is_hidden_on_both(before, after, marks):
    one = plan(update("aws_x.x", before, after, **marks))
    assert SECRET not in repr(changes(one))
    assert changes(one)[0].attributes, "a change between hidden values is still one"


def test_a_sensitive_variable_is_hidden_wherever_it_arrives():
    one = plan(
        update("aws_x.x", {"a": "old"}, {"a": SECRET}),
        variables={"pw": {"value": SECRET}},
        configuration={"root_module": {"variables": {"pw": {"sensitive": True}}}},
        output_changes={"url": {"actions": ["update"], "before": "x", "after": SECRET}},
    )
    assert SECRET not in repr(changes(one))


def test_drift_is_read_like_changes():
    one = plan(resource_drift=[update("aws_x.x", {"a": 1}, {"a": 2})])
    assert [(found.address, found.names) for found in drift(one)] == [("aws_x.x", ("a",))]
    assert changes(one) == []


@pytest.mark.parametrize(
    "one",
    [
        {**plan(), "something_new": [1]},
        plan({**update("aws_x.x", {"a": 1}, {"a": 2}), "something_new": 1}),
        plan(resource("aws_x.x", ["no-op"], {"a": 1}, {"a": 1}) | {"something_new": 1}),
        plan(resource_drift=[{**update("aws_x.x", {"a": 1}, {"a": 2}), "something_new": 1}]),
    ],
)
def test_a_part_that_a_future_format_adds_is_refused_by_name(one):
    with pytest.raises(RefusedError) as refused:
        [*changes(one), *drift(one)]
    assert "something_new" in str(refused.value)


def nested(levels: int, inside: str) -> str:
    return '{"a":' * levels + inside + "}" * levels


def test_a_plan_that_is_nested_deeply_is_read_and_one_beyond_all_sense_refused():
    text = json.dumps(plan(resource("aws_x.x", ["update"], "B", "A")))
    for side in "AB":
        text = text.replace(f'"{side}"', nested(2000, f'"{side.lower()}"'))
    [found] = changes(parse(text))
    assert "nested too deeply" in repr(found.attributes[0])
    with pytest.raises(RefusedError, match="cannot be judged"):
        parse(nested(100_000, "1"))


@pytest.mark.parametrize("text", ["", "[]", "{", "null"])
def test_what_is_no_plan_is_refused(text):
    with pytest.raises(RefusedError, match="cannot be judged"):
        parse(text)


def test_hidden_values_are_equal_where_what_they_hide_is():
    assert Hidden("sensitive", "a") == Hidden("sensitive", "a")
    assert Hidden("sensitive", "a") != Hidden("sensitive", "b")
    assert Hidden("sensitive", "a") != "a"
    assert "secret" not in repr(Hidden("sensitive", "secret"))
