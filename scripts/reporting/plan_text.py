"""Terraform's plan for people, with user data as a difference of its lines."""

import base64
import difflib
import re

USER_DATA = re.compile(
    r"^(?P<indent> *)~ user_data +"
    r'= "(?P<before>[A-Za-z0-9+/=]+)" -> "(?P<after>[A-Za-z0-9+/=]+)"',
    re.MULTILINE,
)
PLAN_BEGINS = re.compile(r"^(Terraform used the selected providers|No changes\.)", re.MULTILINE)


def readable(text: str) -> str:
    """Return a plan without what changed outside of Terraform, and with readable user data.

    What changed outside and matters is in the plan itself, as the change that would undo it; the
    rest is the ledger, which changes with every release.
    """
    begins = PLAN_BEGINS.search(text)
    return USER_DATA.sub(_difference, text[begins.start() :] if begins else text)


def _difference(match: re.Match[str]) -> str:
    indent = match["indent"]
    before, after = (_lines(match[name]) for name in ("before", "after"))
    changed = list(difflib.unified_diff(before, after, "before", "after", n=1, lineterm=""))
    return "\n".join([f"{indent}~ user_data", *(f"{indent}    {line}" for line in changed)])


def _lines(encoded: str) -> list[str]:
    return base64.b64decode(encoded).decode(errors="replace").splitlines()
