"""Guarantees as lines for a person: each with its state, what was seen, and the fix."""

from collections.abc import Sequence

from scripts.domain.findings import Finding

WIDTH = len("cannot be seen")


def lines(title: str, findings: Sequence[Finding]) -> list[str]:
    """Return a section: its title, and one line for each guarantee, with its fix below.

    Args:
        title: what it is about, such as "GitHub: owner/name".
        findings: in the order in which they are shown.
    """
    found = [title]
    for finding in findings:
        found.append(f"  {finding.state:<{WIDTH}}  {finding.guarantee}")
        if finding.state == "in force":
            found[-1] += f": {finding.detail}" if finding.detail else ""
            continue
        found += [f"  {'':<{WIDTH}}  {text}" for text in (finding.detail, _fix(finding)) if text]
    return found


def _fix(finding: Finding) -> str:
    label = "fix" if finding.offered else "not offered; to have it"
    return f"{label}: {finding.fix}" if finding.fix else ""


def summary(findings: Sequence[Finding]) -> str:
    """Count them in one line."""
    held = sum(finding.state == "in force" for finding in findings)
    absent = sum(not finding.offered for finding in findings)
    fails = sum(finding.fails for finding in findings)
    return f"{held} in force, {fails} to look after, {absent} not offered by the plan"
