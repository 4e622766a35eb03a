"""IAM's condition operators, as far as this project's policies use them; all others are refused.

Sources, all in the IAM User Guide:

- `reference_policies_elements_condition.html`: the operators and keys of a block are ANDed, the
  values of one key are ORed;
- `reference_policies_elements_condition_operators.html`: what each operator compares, and that a
  key which the request does not have matches nothing, unless the operator is a negated one, `Null`
  or ends in `IfExists`;
- `reference_policies_variables.html`: `${key}` in the values of string and ARN operators, and in
  resources, stands for the request's value of that key.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

Context = Mapping[str, str]


class UnknownOperatorError(Exception):
    """A policy uses an operator that is not implemented here: what it allows is not known."""


class UnknownVariableError(Exception):
    """A policy variable has no value that is known here: what the policy allows is not known."""


VARIABLE = re.compile(r"\$\{([^}]*)\}")


def resolved(text: str, context: Context) -> str:
    """Return a value or a resource of a policy with its variables replaced.

    Raises:
        UnknownVariableError: the request does not have the key; it names a default or a literal
            wildcard, such as `${*}`; or the key's value has a wildcard in it.
    """
    given = {key.lower(): value for key, value in context.items()}

    def value(found: re.Match[str]) -> str:
        one = given.get(found[1].lower())
        if one is None or set(one) & set("*?"):
            raise UnknownVariableError(found[0])
        return one

    return VARIABLE.sub(value, text)


def like(pattern: str, value: str) -> bool:
    """Match with `*` for any text and `?` for one character; case counts."""
    return _expression(pattern).fullmatch(value) is not None


@lru_cache(maxsize=4096)
def _expression(pattern: str) -> re.Pattern[str]:
    parts = (".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
    return re.compile("".join(parts), re.DOTALL)


def arn_like(pattern: str, value: str) -> bool:
    """Match the six parts of two ARNs, each on its own: a wildcard never spans two of them.

    `ArnEquals` and `ArnLike` behave identically.
    """
    wanted, given = pattern.split(":", 5), value.split(":", 5)
    return len(wanted) == len(given) == 6 and all(map(like, wanted, given))


OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda wanted, value: wanted == value,
    "StringEqualsIgnoreCase": lambda wanted, value: wanted.lower() == value.lower(),
    "StringLike": like,
    "ArnEquals": arn_like,
    "ArnLike": arn_like,
    "Bool": lambda wanted, value: wanted.lower() == value.lower(),
}

NEGATED: Mapping[str, str] = {
    "StringNotEquals": "StringEquals",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}


WITH_VARIABLES = ("String", "Arn")
"""How the operators begin whose values may have variables in them."""


def values_of(given: object) -> list[str]:
    """Return one value or a list of them as strings, booleans as JSON writes them."""
    values = given if isinstance(given, list) else [given]
    return [str(value).lower() if isinstance(value, bool) else str(value) for value in values]


def unmet(block: Mapping[str, Mapping[str, object]], context: Context) -> str | None:
    """Return the first condition of a block that a request does not meet, or None.

    Args:
        block: the statement's `Condition`.
        context: keys of the request and their values; keys are compared without case.

    Raises:
        UnknownOperatorError: the block uses an operator that is not implemented.
        UnknownVariableError: it uses a variable that the request does not have.
    """
    given = {key.lower(): value for key, value in context.items()}
    found = None
    for operator, keys in block.items():
        for key, wanted in keys.items():
            # All are looked at, so that an unknown operator is noticed behind one that fails.
            values = values_of(wanted)
            if operator.startswith(WITH_VARIABLES):
                values = [resolved(one, context) for one in values]
            if not _holds(operator, values, given.get(key.lower())):
                said = given.get(key.lower(), "missing")
                found = found or f"{key} is {said}; {operator} {' or '.join(values)}"
    return found


def _holds(operator: str, wanted: list[str], value: str | None) -> bool:
    if operator == "Null":
        return any((value is None) == (want.lower() == "true") for want in wanted)
    name = operator.removesuffix("IfExists")
    if name in NEGATED:
        test = OPERATORS[NEGATED[name]]
        return value is None or not any(test(want, value) for want in wanted)
    if name not in OPERATORS:
        raise UnknownOperatorError(operator)
    if value is None:
        return operator.endswith("IfExists")
    return any(OPERATORS[name](want, value) for want in wanted)
