"""A plan as Terraform shows it (`show -json`), as plain changes: the one place that reads it.

Format: https://developer.hashicorp.com/terraform/internals/json-format. What is not understood is
refused, never left out: a judge of a plan has to see all of it.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from scripts.base.errors import RefusedError
from scripts.domain import release_part
from scripts.domain.plan_programs import programs
from scripts.domain.plan_values import Secrets, anything, hidden_texts, shown

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

CHANGES, DRIFT = "resource_changes", "resource_drift"
PLAN_KEYS = frozenset(
    {
        *("format_version", "terraform_version", "timestamp", "applyable", "complete", "errored"),
        *("variables", "configuration", "prior_state", "planned_values", "relevant_attributes"),
        *(CHANGES, DRIFT, "output_changes", "checks"),
    }
)
RESOURCE_KEYS = frozenset(
    {
        *("address", "previous_address", "module_address", "mode", "type", "name", "index"),
        *("provider_name", "deposed", "change", "action_reason"),
    }
)
CHANGE_KEYS = frozenset(
    {
        *("actions", "before", "after", "after_unknown", "before_sensitive", "after_sensitive"),
        *("replace_paths", "importing", "generated_config", "before_identity", "after_identity"),
    }
)
"""Parts of a plan that are read, or that repeat what is. Another one may do something."""

DEEPEST_JSON = 6000
"""Levels of a plan that are read; more could end the interpreter itself."""

ORIGIN, IMPORTED = "(moved from)", "(imported id)"
"""Names of attributes that no resource has."""


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


def parse(text: str) -> dict[str, Any]:
    """Read what `terraform show -json PLANFILE` prints.

    Raises:
        RefusedError: it is no JSON object, or nested too deeply to be read.
    """
    sys.setrecursionlimit(max(sys.getrecursionlimit(), DEEPEST_JSON))
    try:
        plan = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refusal(f"it cannot be read: {error}") from error
    if not isinstance(plan, dict):
        raise _refusal("it is no JSON object")
    return plan


def changes(plan: dict[str, Any]) -> list[Change]:
    """Return what a plan changes, sorted by address; a release alone is no change.

    Args:
        plan: what `terraform show -json PLANFILE` prints.

    Raises:
        RefusedError: the plan failed, is not complete, or holds what is not understood here.
    """
    return _read(
        plan, lambda secrets: [*_resources(plan, CHANGES, secrets), *_outputs(plan, secrets)]
    )


def drift(plan: dict[str, Any]) -> list[Change]:
    """Return what Terraform found changed since its last apply, by whoever did.

    Raises:
        RefusedError: as `changes`.
    """
    return _read(plan, lambda secrets: _resources(plan, DRIFT, secrets))


def _read(plan: dict[str, Any], find: Callable[[Secrets], Iterable[Change]]) -> list[Change]:
    _check(plan)
    try:
        return sorted(find(_secrets(plan)), key=lambda change: (change.address, change.deposed))
    except (KeyError, TypeError, AttributeError) as error:
        raise _refusal(f"{type(error).__name__}: {error}") from error


def _check(plan: dict[str, Any]) -> None:
    version = str(plan.get("format_version", ""))
    if version.split(".")[0] != "1":
        raise _refusal(f"format {version or 'unknown'}, 1.x is expected")
    if plan.get("errored") or not plan.get("complete", True):
        raise _refusal("it is not complete")
    if running := programs(plan):
        raise _refusal(f"it would run {', '.join(running)}")
    if strange := sorted(name for name in plan.keys() - PLAN_KEYS if plan[name]):
        raise _refusal(f"it holds {', '.join(strange)}")


def _refusal(why: str) -> RefusedError:
    return RefusedError(
        "this plan cannot be judged",
        which=why,
        next_step="scripts/domain/plan_changes.py reads plans; teach it this one first.",
    )


def _secrets(plan: dict[str, Any]) -> Secrets:
    """Return the texts that are marked anywhere: a copy elsewhere is as secret."""
    found: set[str] = set()
    resources = [*(plan.get(CHANGES) or []), *(plan.get(DRIFT) or [])]
    listed = [one["change"] for one in resources] + list(
        (plan.get("output_changes") or {}).values()
    )
    for change in listed:
        marks = _marks(change)
        for side in ("before", "after"):
            found |= set(hidden_texts(change.get(side), marks))
    module = (plan.get("configuration") or {}).get("root_module") or {}
    for name, variable in (module.get("variables") or {}).items():
        if variable.get("sensitive"):
            value = ((plan.get("variables") or {}).get(name) or {}).get("value")
            found |= set(hidden_texts(value, [True]))
    return Secrets(frozenset(found))


def _marks(change: dict[str, Any]) -> list[Any]:
    return [change.get("before_sensitive", False), change.get("after_sensitive", False)]


def _resources(plan: dict[str, Any], part: str, secrets: Secrets) -> Iterator[Change]:
    for resource in plan.get(part) or []:
        change = resource["change"]
        actions = tuple(change["actions"])
        if strange := sorted({*resource.keys() - RESOURCE_KEYS, *change.keys() - CHANGE_KEYS}):
            raise _refusal(f"{resource['address']}: it holds {', '.join(strange)}")
        if actions not in VERBS:
            raise _refusal(f"{resource['address']}: {', '.join(actions)}")
        verb = VERBS[actions] or _bookkeeping(resource)
        if verb is None or resource.get("mode") == "data":
            continue
        found = Change(
            address=resource["address"],
            type=resource["type"],
            verb=verb,
            attributes=(*_origins(resource), *_attributes(resource, secrets)),
            deposed=resource.get("deposed", ""),
            tainted=resource.get("action_reason") == "replace_because_tainted",
        )
        if verb != "update" or found.attributes:
            yield found


def _origins(resource: dict[str, Any]) -> Iterator[Attribute]:
    """Where a resource comes from, as attributes: reviewed, accepted and shown like any other."""
    imported = resource["change"].get("importing")
    if imported:
        known = imported.get("id") or imported.get("identity") or "unknown"
        yield Attribute(IMPORTED, None, known)
    if before := resource.get("previous_address"):
        yield Attribute(ORIGIN, before, resource["address"])


def _bookkeeping(resource: dict[str, Any]) -> Verb | None:
    """What a change of the state alone is: Terraform calls it `no-op`."""
    if resource["change"].get("importing"):
        return "import"
    return "move" if resource.get("previous_address") else None


def _attributes(resource: dict[str, Any], secrets: Secrets) -> Iterator[Attribute]:
    change = resource["change"]
    before, after = (change.get(side) or {} for side in ("before", "after"))
    unknown = change.get("after_unknown") or {}
    if resource["type"] == release_part.TEMPLATE and before and after:
        before, after = map(release_part.without, (before, after))
        unknown = release_part.without_computed(unknown)
    forced = {path[0] for path in change.get("replace_paths", []) if path}
    for name in sorted({*before, *after, *unknown}):
        old, new, missing = before.get(name), after.get(name), unknown.get(name, False)
        if old == new and not anything(missing):
            continue
        marks = [_mark(mark, name) for mark in _marks(change)]
        yield Attribute(
            name,
            shown(old, marks, False, secrets),
            shown(new, marks, missing, secrets),
            forces=name in forced,
        )


def _outputs(plan: dict[str, Any], secrets: Secrets) -> Iterator[Change]:
    for name, change in (plan.get("output_changes") or {}).items():
        verb = VERBS[tuple(change["actions"])]
        if verb is None:
            continue
        value = Attribute(
            "value",
            shown(change.get("before"), _marks(change), False, secrets),
            shown(change.get("after"), _marks(change), change.get("after_unknown", False), secrets),
        )
        yield Change(f"{OUTPUT}.{name}", OUTPUT, verb, (value,))


def _mark(marks: Any, name: str) -> Any:
    return marks.get(name, False) if isinstance(marks, dict) else bool(marks)
