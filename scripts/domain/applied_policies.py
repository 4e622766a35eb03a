"""The roles of a Terraform state: who may take each, and what it may do then.

Format: https://developer.hashicorp.com/terraform/internals/json-format ("State Representation").
"""

import json
from collections.abc import Iterator
from typing import Any

Resource = dict[str, Any]


def roles(state: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return each role by its name: its trust policy, its policies by name, and its boundary.

    Args:
        state: what `terraform show -json` prints of it.
    """
    resources = list(_resources((state.get("values") or {}).get("root_module") or {}))

    def of(kind: str) -> list[dict[str, Any]]:
        return [one["values"] for one in resources if one["type"] == kind]

    managed = {one["arn"]: one for one in of("aws_iam_policy")}
    found = {
        role["name"]: {
            "trust": json.loads(role["assume_role_policy"]),
            "session_seconds": role["max_session_duration"],
            "boundary": _document(managed, role.get("permissions_boundary")),
            "policies": {},
        }
        for role in of("aws_iam_role")
    }
    for own in of("aws_iam_role_policy"):
        if own["role"] in found:
            found[own["role"]]["policies"][own["name"]] = json.loads(own["policy"])
    for attached in of("aws_iam_role_policy_attachment"):
        if attached["role"] in found:
            arn = attached["policy_arn"]
            found[attached["role"]]["policies"][arn.rpartition("/")[2]] = _document(managed, arn)
    return dict(sorted(found.items()))


def _document(managed: dict[str, dict[str, Any]], arn: str | None) -> Any:
    """Return a policy of this state; the ARN alone of one that is made elsewhere."""
    return json.loads(managed[arn]["policy"]) if arn in managed else arn or None


def _resources(module: dict[str, Any]) -> Iterator[Resource]:
    for resource in module.get("resources", []):
        if resource.get("mode") == "managed":
            yield resource
    for child in module.get("child_modules", []):
        yield from _resources(child)
