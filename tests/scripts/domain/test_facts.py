"""The facts hold what code reads, and nothing for its own sake."""

import ast
from dataclasses import fields

import pytest

from scripts.base.project import ROOT
from scripts.domain.facts import Capacity, Facts, Rollout


def attributes_read() -> set[str]:
    """Names of all attributes that code outside of the tests reads."""
    files = [path for top in ("scripts", "bench") for path in (ROOT / top).rglob("*.py")]
    nodes = (node for file in files for node in ast.walk(ast.parse(file.read_text())))
    return {
        f"{owner}.{node.attr}"
        for node in nodes
        if isinstance(node, ast.Attribute)
        for owner in [getattr(node.value, "attr", getattr(node.value, "id", ""))]
    }


@pytest.mark.parametrize(
    ("kind", "owner"), [(Facts, "facts"), (Capacity, "capacity"), (Rollout, "rollout")]
)
def test_every_fact_is_read(kind: type, owner: str) -> None:
    read = attributes_read()
    unread = [one.name for one in fields(kind) if f"{owner}.{one.name}" not in read]
    assert unread == [], "take these out of infra/modules/platform/facts.tf and scripts/domain"
