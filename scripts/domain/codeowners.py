"""Who is asked about a change of what the pipeline's trust rests on: .github/CODEOWNERS.

Source: "About code owners" in GitHub's documentation.
"""

import re

GUARDED = ("/.github/", "/infra/", "/scripts/", "/requirements/", "/Makefile", "/project.json")
"""What decides which code runs with a role of AWS, and what a role may do."""

OWNER = re.compile(r"@[A-Za-z0-9][A-Za-z0-9-]*(?:/[A-Za-z0-9._-]+)?")
HEADER = """\
# Who is asked before what the pipeline's trust rests on changes. GitHub requires it once main has
# a rule that asks for a review from code owners. An organization is no owner: name a team of it.
"""


def default_owner(repository: str) -> str:
    """Return the owner that fits a repository of a person.

    Args:
        repository: `owner/name`. Of an organization's, a person chooses a team.
    """
    return f"@{repository.split('/')[0]}"


def render(owner: str) -> str:
    """Return the file.

    Args:
        owner: `@user` or `@organization/team`, who may write to the repository.

    Raises:
        ValueError: it is neither.
    """
    if not OWNER.fullmatch(owner):
        raise ValueError(f"{owner!r} is neither @user nor @organization/team")
    width = max(map(len, GUARDED))
    return HEADER + "".join(f"{path:<{width}} {owner}\n" for path in GUARDED)


def owner_of(text: str) -> str:
    """Return the one owner that a file names.

    Raises:
        ValueError: it names none, or several.
    """
    rules = [line for line in text.splitlines() if line and not line.startswith("#")]
    owners = {owner for rule in rules for owner in rule.split()[1:]}
    if len(owners) != 1:
        raise ValueError(f"owners: {', '.join(sorted(owners)) or 'none'}")
    return owners.pop()
