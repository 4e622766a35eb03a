"""A plan as Terraform shows it (`show -json`), as plain changes: the one place that reads it.

Format: https://developer.hashicorp.com/terraform/internals/json-format. What is not understood is
refused, never left out: a judge of a plan has to see all of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from scripts.base.errors import RefusedError
from scripts.domain import release_part
from scripts.domain.plan_programs import programs

Verb = Literal["create", "update", "replace", "delete", "forget", "import", "move"]

VERBS: dict[tuple[str, ...], Verb | None] = {
    ("no-op",): None,
    ("read",): None,
    ("create",): "create",
    ("update",): "update",
    ("delete",): "delete",
    ("delete", "create"): "replace",
    ("create", "delete"): "replace",
    ("forget",): "forget",
    ("create", "forget"): "replace",
}
"""Terraform's actions in our words; None is no change."""

OUTPUT = "output"
"""Type of a change of one of the root's outputs."""

NOT_UNDERSTOOD = ("deferred_changes", "deferred_action_invocations", "action_invocations")
"""Parts of newer plans that do something and are no changes of resources."""


class Hidden:
    """Stands for a value that is not shown; equal to nothing but itself."""

    def __init__(self, why: str) -> None:
        self.why = why

    def __repr__(self) -> str:
        return f"({self.why})"


SENSITIVE = Hidden("sensitive")
UNKNOWN = Hidden("known after apply")


@dataclass(frozen=True)
class Attribute:
    """An attribute that changes.

    Attributes:
        name: of the attribute at the resource's top.
        before: value as JSON has it, `Hidden` wherever it is not to be shown.
        after: likewise.
        forces: whether it is why the resource is replaced.
    """

    name: str
    before: Any
    after: Any
    forces: bool = False


@dataclass(frozen=True)
class Change:
    """What a plan does at one address.

    Attributes:
        address: Terraform's, with module and key.
        type: of the resource, such as `aws_subnet`; `output` for an output of the root.
        verb: what is done.
        attributes: those that change, sorted by name.
        deposed: key of an object that an interrupted replacement left; empty for the current one.
        tainted: whether it is replaced because its creation failed half-way.
    """

    address: str
    type: str
    verb: Verb
    attributes: tuple[Attribute, ...] = field(default=())
    deposed: str = ""
    tainted: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the attributes that change."""
        return tuple(attribute.name for attribute in self.attributes)


def changes(plan: dict[str, Any]) -> list[Change]:
    """Return what a plan changes, sorted by address; a release alone is no change.

    Args:
        plan: what `terraform show -json PLANFILE` prints.

    Raises:
        RefusedError: the plan failed, is not complete, or holds what is not understood here.
    """
    _check(plan)
    try:
        found = [*_resources(plan), *_outputs(plan)]
    except (KeyError, TypeError, AttributeError) as error:
        raise _refusal(f"{type(error).__name__}: {error}") from error
    return sorted(found, key=lambda change: (change.address, change.deposed))


def _check(plan: dict[str, Any]) -> None:
    version = str(plan.get("format_version", ""))
    if version.split(".")[0] != "1":
        raise _refusal(f"format {version or 'unknown'}, 1.x is expected")
    if plan.get("errored") or not plan.get("complete", True):
        raise _refusal("it is not complete")
    if running := programs(plan):
        raise _refusal(f"it would run {', '.join(running)}")
    if strange := [name for name in NOT_UNDERSTOOD if plan.get(name)]:
        raise _refusal(f"it holds {', '.join(strange)}")


def _refusal(why: str) -> RefusedError:
    return RefusedError(
        "this plan cannot be judged",
        which=why,
        next_step="scripts/domain/plan_changes.py reads plans; teach it this one first.",
    )


def _resources(plan: dict[str, Any]) -> Iterator[Change]:
    for resource in plan.get("resource_changes", []):
        change = resource["change"]
        actions = tuple(change["actions"])
        if actions not in VERBS:
            raise _refusal(f"{resource['address']}: {', '.join(actions)}")
        verb = VERBS[actions] or _bookkeeping(resource)
        if verb is None or resource.get("mode") == "data":
            continue
        found = Change(
            address=resource["address"],
            type=resource["type"],
            verb=verb,
            attributes=tuple(_attributes(resource)),
            deposed=resource.get("deposed", ""),
            tainted=resource.get("action_reason") == "replace_because_tainted",
        )
        if verb != "update" or found.attributes:
            yield found


def _bookkeeping(resource: dict[str, Any]) -> Verb | None:
    """What a change of the state alone is: Terraform calls it `no-op`."""
    if resource["change"].get("importing"):
        return "import"
    return "move" if resource.get("previous_address") else None


def _attributes(resource: dict[str, Any]) -> Iterator[Attribute]:
    change = resource["change"]
    before, after = (change.get(side) or {} for side in ("before", "after"))
    unknown = change.get("after_unknown") or {}
    if resource["type"] == release_part.TEMPLATE and before and after:
        before, after = map(release_part.without, (before, after))
        unknown = release_part.without_computed(unknown)
    forced = {path[0] for path in change.get("replace_paths", []) if path}
    for name in sorted({*before, *after, *unknown}):
        old, new, missing = before.get(name), after.get(name), unknown.get(name, False)
        if old == new and not _any(missing):
            continue
        yield Attribute(
            name,
            shown(old, _mark(change.get("before_sensitive"), name), False),
            shown(new, _mark(change.get("after_sensitive"), name), missing),
            forces=name in forced,
        )


def _outputs(plan: dict[str, Any]) -> Iterator[Change]:
    for name, change in (plan.get("output_changes") or {}).items():
        verb = VERBS[tuple(change["actions"])]
        if verb is None:
            continue
        value = Attribute(
            "value",
            shown(change.get("before"), change.get("before_sensitive", False), False),
            shown(
                change.get("after"),
                change.get("after_sensitive", False),
                change.get("after_unknown", False),
            ),
        )
        yield Change(f"{OUTPUT}.{name}", OUTPUT, verb, (value,))


def _mark(marks: Any, name: str) -> Any:
    return marks.get(name, False) if isinstance(marks, dict) else bool(marks)


def _any(marks: Any) -> bool:
    if isinstance(marks, dict):
        return any(_any(mark) for mark in marks.values())
    if isinstance(marks, list):
        return any(_any(mark) for mark in marks)
    return bool(marks)


def shown(value: Any, sensitive: Any, unknown: Any) -> Any:
    """Return a value with `Hidden` wherever Terraform marks it sensitive or unknown.

    Args:
        value: as JSON has it; what is unknown is missing from it.
        sensitive: Terraform's marks: true for all of it, or a tree of the value's form.
        unknown: likewise.
    """
    if sensitive is True:
        return SENSITIVE
    if unknown is True:
        return UNKNOWN
    if isinstance(value, dict) or (value is None and isinstance(unknown, dict) and _any(unknown)):
        parts = value or {}
        return {
            key: shown(parts.get(key), _part(sensitive, key), _part(unknown, key))
            for key in sorted({*parts, *_unknown_keys(unknown)})
        }
    if isinstance(value, list):
        return [
            shown(item, _item(sensitive, index), _item(unknown, index))
            for index, item in enumerate(value)
        ]
    return value


def _unknown_keys(unknown: Any) -> set[str]:
    return (
        {key for key, mark in unknown.items() if _any(mark)} if isinstance(unknown, dict) else set()
    )


def _part(marks: Any, key: str) -> Any:
    return marks.get(key, False) if isinstance(marks, dict) else False


def _item(marks: Any, index: int) -> Any:
    return marks[index] if isinstance(marks, list) and index < len(marks) else False
