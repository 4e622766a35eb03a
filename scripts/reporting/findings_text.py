"""Guarantees as lines for a person: each with its state, what was seen, and the fix."""

from collections.abc import Sequence

from scripts.base.markdown import code, prose
from scripts.domain.findings import Finding, Section

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
    return f"{held} in force, {fails} to look after, {absent} not to be had here"


def issue(environment: str, sections: Sequence[Section]) -> str:
    """Return what is not in force as Markdown, each with its fix."""
    broken = [one for _, findings in sections for one in findings if one.broken]
    found = "guarantee is" if len(broken) == 1 else "guarantees are"
    return "\n".join(
        [f"⚠ **{environment}**: {len(broken)} {found} not in force.", *_listed(broken)]
    )


def page(environment: str, sections: Sequence[Section]) -> str:
    """Return all of it as Markdown, what is in force as a number."""
    everything = [one for _, findings in sections for one in findings]
    hidden = [one for one in everything if one.state == "cannot be seen"]
    absent = [one for one in everything if one.state == "not in force" and not one.offered]
    held = sum(one.state == "in force" for one in everything)
    parts = [f"✅ **{environment}**: everything that this job can see is in force."]
    if any(one.broken for one in everything):
        parts = [issue(environment, sections)]
    parts += ["", f"In force: {held}."]
    if hidden:
        parts += ["", "Not to be seen with what this job may read:", *_listed(hidden)]
    if absent:
        parts += ["", "Not to be had here:", *_listed(absent)]
    return "\n".join(parts)


def _listed(findings: Sequence[Finding]) -> list[str]:
    found = [""]
    for finding in findings:
        found.append(f"- **{prose(finding.guarantee)}**: {code(finding.detail)}")
        if finding.fix:
            found.append(f"  - {'fix' if finding.offered else 'to have it'}: {code(finding.fix)}")
    return found
