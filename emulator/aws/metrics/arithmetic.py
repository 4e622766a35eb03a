"""Metric math, as far as alarms of this repository go: arithmetic of ids, numbers and FILL.

Source: CloudWatch User Guide, "Using math expressions with CloudWatch metrics". A point without a
value, or a division by zero, has no value.
"""

import ast
import operator
from collections.abc import Callable, Mapping

_OPERATIONS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def evaluate(expression: str, values: Mapping[str, float | None]) -> float | None:
    """Value of an expression at one point in time.

    Args:
        expression: such as `100 * errors / requests`.
        values: value by id; None where the metric has no point.

    Raises:
        ValueError: the expression holds something else, or an id that is not there.
    """
    try:
        return _value(ast.parse(expression, mode="eval").body, values)
    except ZeroDivisionError:
        return None
    except (SyntaxError, KeyError) as error:
        raise ValueError(f"cannot evaluate {expression!r}: {error}") from error


def _value(node: ast.expr, values: Mapping[str, float | None]) -> float | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    if isinstance(node, ast.Name):
        return values[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return _combined(ast.Sub, 0.0, _value(node.operand, values))
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS:
        return _combined(type(node.op), _value(node.left, values), _value(node.right, values))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "FILL":
        metric, instead = (_value(argument, values) for argument in node.args)
        return instead if metric is None else metric
    raise ValueError(f"cannot evaluate {ast.unparse(node)!r}: only + - * / and FILL")


def _combined(kind: type[ast.operator], left: float | None, right: float | None) -> float | None:
    return None if left is None or right is None else _OPERATIONS[kind](left, right)
