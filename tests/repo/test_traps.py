"""Each gap of moto that a test expects to fail has its line in docs/traps.md."""

import ast
import re

from tests.repo.files import text, tracked


def marks_xfail(node: ast.AST) -> bool:
    return "pytest.mark.xfail" in ast.unparse(node)


def expected_failures() -> set[str]:
    """Tests of emulator/aws that are marked as expected failures, one by one or by their module."""
    found: set[str] = set()
    for name in tracked():
        if not re.fullmatch(r"tests/emulator/aws/test_\w+\.py", name):
            continue
        body = ast.parse(text(name)).body
        whole = any(
            isinstance(node, ast.Assign)
            and ast.unparse(node.targets[0]) == "pytestmark"
            and marks_xfail(node.value)
            for node in body
        )
        tests = [node for node in body if isinstance(node, ast.FunctionDef)]
        found |= {
            test.name
            for test in tests
            if test.name.startswith("test_")
            and (whole or any(map(marks_xfail, test.decorator_list)))
        }
    return found


def named() -> list[str]:
    section = text("docs/traps.md").split("\n## moto\n")[1].split("\n## ")[0]
    return re.findall(r"`(test_\w+)`", section)


def test_every_gap_that_a_test_expects_has_its_line() -> None:
    assert expected_failures()
    assert expected_failures() <= set(named())


def test_every_line_names_tests_that_exist_and_each_once() -> None:
    assert set(named()) <= expected_failures()
    assert len(named()) == len(set(named()))
