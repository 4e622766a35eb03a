"""Roles of a state: their own policies, attached ones, and those of elsewhere."""

import json
from typing import Any

from scripts.domain.applied_policies import roles


def resource(kind: str, **values: Any) -> dict[str, Any]:
    return {"mode": "managed", "type": kind, "values": values}


def text(action: str) -> str:
    return json.dumps({"Statement": [{"Action": action}]})


def action_of(policy: Any) -> str:
    return str(policy["Statement"][0]["Action"])


WORKER = resource(
    "aws_iam_role",
    name="worker",
    assume_role_policy=text("trusted"),
    max_session_duration=3600,
    permissions_boundary="arn:p/bound",
)
INSIDE = [
    WORKER,
    resource("aws_iam_role_policy", role="worker", name="own", policy=text("x")),
    *(
        resource("aws_iam_role_policy_attachment", role="worker", policy_arn=arn)
        for arn in ("arn:p/bound", "arn:aws/them")
    ),
]
TOP = [
    resource("aws_iam_policy", arn="arn:p/bound", policy=text("bounded")),
    {"mode": "data", "type": "aws_iam_role", "values": {"name": "data"}},
]
STATE = {"values": {"root_module": {"resources": TOP, "child_modules": [{"resources": INSIDE}]}}}


def test_a_role_is_shown_with_all_that_is_about_it() -> None:
    [(name, worker)] = roles(STATE).items()
    assert name == "worker"
    assert action_of(worker["trust"]) == "trusted"
    assert worker["session_seconds"] == 3600
    assert action_of(worker["boundary"]) == "bounded"
    assert action_of(worker["policies"]["own"]) == "x"
    assert action_of(worker["policies"]["bound"]) == "bounded"
    assert worker["policies"]["them"] == "arn:aws/them"


def test_a_state_that_holds_nothing_has_no_roles() -> None:
    assert roles({}) == {}
