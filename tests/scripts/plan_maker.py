"""Plans for the tests: real ones of this repository, and ones that are made up."""

import json
from pathlib import Path
from typing import Any

from scripts.domain.plan_changes import Change, changes

PLANS = Path(__file__).parent / "plans"
"""Made by the real provider against the emulator, without the resources that do not change."""

HOSTILE = [
    "`code`",
    "``` fence",
    "@team and @owner/team",
    "<script>alert(1)</script>",
    "line\nbreak\r\nand\ttab",
    "--> <!-- pipeline:plan -->",
    "| a | table |",
    "</details><h1>big</h1>",
    "[link](https://example.com) ![image](https://example.com/x.png)",
    "$math$ #1 GH-2 **bold** ~~gone~~",
    "\u202eright to left\u202c \u200bzero width \x00 \x1b[31mred",
    "Ünïcödé 漢字 🚢",
    "https://example.com/autolink ada@example.com",
    "# heading",
    "&lt;entity&amp;",
    "\\`escaped\\`",
]


def real(name: str) -> dict[str, Any]:
    """Return one of the kept plans."""
    plan: dict[str, Any] = json.loads((PLANS / f"{name}.json").read_text())
    return plan


def real_changes(name: str) -> list[Change]:
    return changes(real(name))


def plan(*resources: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"format_version": "1.2", "resource_changes": list(resources), **more}


def resource(
    address: str,
    actions: list[str],
    before: Any = None,
    after: Any = None,
    **more: Any,
) -> dict[str, Any]:
    """Return one of a plan's resource changes; keys of `change` and of the resource in `more`."""
    inside = ("after_unknown", "before_sensitive", "after_sensitive", "replace_paths", "importing")
    change = {"actions": actions, "before": before, "after": after}
    change |= {key: more.pop(key) for key in inside if key in more}
    kind = address.rpartition("module.")[2].split(".")[-2] if "." in address else address
    return {"address": address, "mode": "managed", "type": kind, "change": change, **more}


def update(address: str, before: dict[str, Any], after: dict[str, Any], **more: Any) -> Any:
    return resource(address, ["update"], before, after, **more)


def hostile() -> dict[str, Any]:
    """A plan in which every name and value wants to be something else than text."""
    rows = []
    for text in HOSTILE:
        address = f"aws_subnet.public[{json.dumps(text, ensure_ascii=False)}]"
        values = {"tags": {text: f"{text} before"}}, {"tags": {text: f"{text} after"}}
        rows.append(update(address, *values, type="aws_subnet"))
        rows.append(resource(f"aws_iam_role.{text}", ["delete"], {"name": text}, type=text))
    return plan(*rows)


def big(resources: int = 9000) -> dict[str, Any]:
    """A plan of 5 MB."""
    return plan(
        *(
            update(
                f'module.platform.aws_subnet.many["{number:05}"]',
                {"cidr_block": "10.0.0.0/24", "filler": "x" * 100},
                {"cidr_block": f"10.{number // 250}.{number % 250}.0/24", "filler": "y" * 100},
                type="aws_subnet",
            )
            for number in range(resources)
        )
    )
