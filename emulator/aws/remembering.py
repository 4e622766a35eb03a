"""What moto works out anew for every answer, worked out once.

That took a third of a call's time: under which names an answer's members are looked for, which
actions and errors a service has, and whether the names of XML elements are names.
"""

from functools import cache
from typing import Any

import xmltodict  # type: ignore[import-untyped]
from moto.core import errors, responses
from moto.core.serialize import AttributePicker
from moto.core.utils import get_value

from emulator.aws.patches import Patches

_moto_pick = AttributePicker.__call__
_MISSING = object()


def install(patches: Patches) -> None:
    """Let moto remember."""
    patches.replace(AttributePicker, "__call__", _pick)
    for module, name in (
        (responses, "method_names_from_class"),
        (errors, "ErrorLookupFactory"),
        (xmltodict, "_validate_name"),
    ):
        patches.replace(module, name, cache(getattr(module, name)))


def _pick(picker: AttributePicker, context: Any) -> Any:
    """Return what `_moto_pick` does: a member's value, transformed where moto says so."""
    # Kept with the member's shape: nothing else names it for sure.
    known = vars(context.shape).setdefault("remembered", {})
    asked = type(context.obj), context.key_path, context.key
    if asked not in known:
        known[asked] = _names(picker, context), _transformed(picker, context)
    names, transformed = known[asked]
    value = None
    for name in names:
        found = get_value(context.obj, name, _MISSING)
        if found is not _MISSING:
            value = found
            break
    return picker.response_transformers[transformed](value) if transformed else value


def _names(picker: AttributePicker, context: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(picker.get_possible_keys(context)))


def _transformed(picker: AttributePicker, context: Any) -> str | None:
    path = f"{context.key_path}.{context.key}"
    return next((end for end in picker.response_transformers if path.endswith(end)), None)
