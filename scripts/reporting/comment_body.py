"""The pull request's comment, and the longer page of the run: Markdown from summaries."""

import re
from collections import Counter
from collections.abc import Callable, Collection

from scripts.base import place
from scripts.base.markdown import cell, code, fence, prose, table
from scripts.base.project import Environment, Project
from scripts.domain.receipt import ENVIRONMENT
from scripts.domain.risk import LOOK_FIRST
from scripts.reporting.differences import NOTHING
from scripts.reporting.plan_summary import Shown, Summary

MARKER = "<!-- pipeline:plan -->"
CHANGED = re.compile(r"^<!-- pipeline:changes(?P<names>(?: [a-z0-9]+)*) -->$", re.MULTILINE)
MODULE = re.compile(r"(?:module\.\w+\.)*")
LAST_MODULE = re.compile(r"module\.\w+\.$")
COMMENT_BYTES = 60_000
"""GitHub takes 65,536 characters; bytes are never fewer."""

SUMMARY_BYTES = 900_000
RISKS = 10
DROPPED = "no longer part of this pull request."
NOT_CONNECTED = (
    "not connected yet, so nothing was planned and merging deploys nothing there; "
    f"`{place.command('connect')}` gives it an account."
)
SIGNS = {"create": "+", "delete": "-", "forget": "-", "replace": "-/+", "update": "!"}
WORDS = {
    "create": "to add",
    "update": "to change",
    "replace": "to replace",
    "delete": "to destroy",
    "forget": "to forget",
    "import": "to import",
    "move": "to move",
}


def page(
    summaries: list[Summary],
    missing: list[str],
    head: str,
    run_url: str,
    most_bytes: int,
    before: Collection[str] = (),
    unconnected: Collection[str] = (),
) -> str:
    """Return the page, in full or with the details cut at a change.

    Args:
        summaries: of the environments, in the order of a merge.
        missing: environments whose plan failed.
        head: the commit that was looked at; empty for a plan of none.
        run_url: address of the run.
        most_bytes: how long it may be.
        before: environments that the page before this one said something would change in.
        unconnected: environments without an AWS account, which nobody can plan.
    """
    changed = " ".join(["", *(one.environment for one in summaries if _parts(one))])
    top = [MARKER, f"<!-- pipeline:changes{changed} -->", "### What merging does", ""]
    top += [*_sentences(summaries, missing, unconnected, before), ""]
    top += [*_table(summaries, missing, unconnected), "", *_risks(summaries)]
    top += _said("Checks", {one.environment: one.checks for one in summaries})
    top += _said("Changed outside of Terraform", {one.environment: one.drift for one in summaries})
    where = f"Planned for {head[:12]} merged into main · [run]({run_url})"
    foot = ["", f"<sub>{where}</sub>"] if head else []
    left = most_bytes - len("\n".join([*top, *foot]).encode())
    details: list[str] = []
    for one in summaries:
        section = _details(one, run_url, max(0, left))
        left -= len("\n".join(section).encode()) + 1
        details += section
    return "\n".join([*top, *details, *foot])


def changed_by(body: str) -> list[str]:
    """Return the environments that a page said something would change in."""
    found = CHANGED.search(body)
    names = found["names"].split() if found else []
    return [name for name in names if ENVIRONMENT.fullmatch(name)]


def _sentences(
    summaries: list[Summary],
    missing: list[str],
    unconnected: Collection[str],
    before: Collection[str],
) -> list[str]:
    lines = [f"- **{one.environment}**: {_sentence(one, before)}" for one in summaries]
    lines += [f"- **{name}**: the plan failed; the run says why." for name in missing]
    lines += [f"- **{name}**: {NOT_CONNECTED}" for name in unconnected]
    known = {*missing, *unconnected, *(one.environment for one in summaries)}
    return lines + [f"- **{name}**: {DROPPED}" for name in before if name not in known]


def _sentence(one: Summary, before: Collection[str]) -> str:
    if one.outlook.held:
        return f"held, so merging changes nothing: {code(one.outlook.held)}"
    parts = _parts(one)
    if not parts:
        return "merging changes nothing" + (f": {DROPPED}" if one.environment in before else ".")
    if any(change.protected for change in one.changes) and one.outlook.infrastructure:
        parts.append("**stops first**: a person has to accept what ends below")
    return f"{_when(one.environment)}merging {'; '.join(parts)}."


def _when(name: str) -> str:
    """Say what comes before an environment's deployment; empty where nothing does."""
    environment = _environment(name)
    before = [environment.after] if environment.after else []
    before += ["an approval"] if environment.approval else []
    return f"after {' and '.join(before)}, " if before else ""


def _environment(name: str) -> Environment:
    """Return the entry of an environment; one that the pull request adds is taken as the last."""
    known = Project.load().environments
    new = Environment(name, after=known[-1].name if known else None, approval=True)
    return next((one for one in known if one.name == name), new)


def _parts(one: Summary) -> list[str]:
    """Say what merging does in an environment; empty where it changes nothing."""
    look = one.outlook
    if look.held:
        return []
    parts = []
    if look.infrastructure and one.changes:
        parts.append(f"changes the infrastructure ({counts(one.changes)})")
    if look.failed:
        parts.append(f"leaves release {code(look.release)} out: it failed here before")
    elif look.release != look.running and (look.built or _environment(one.environment).after):
        parts.append(f"rolls to release {code(look.release)}")
    elif look.release != look.running:
        parts.append(f"builds image {code(look.release)} and rolls to it")
    return parts


def counts(changes: list[Shown]) -> str:
    """Return how many changes there are of each kind, in words."""
    found = Counter(change.verb for change in changes)
    return ", ".join(f"{found[verb]} {words}" for verb, words in WORDS.items() if found[verb])


def _table(summaries: list[Summary], missing: list[str], unconnected: Collection[str]) -> list[str]:
    rows = []
    for one in summaries:
        infrastructure = counts(one.changes) or ("no changes" if one.planned else "not touched")
        if one.changes and not one.outlook.infrastructure:
            infrastructure += " (drift: merging does not apply it)"
        running = cell(one.outlook.running) or "none yet"
        same = one.outlook.running == one.outlook.release
        release = f"{running}, stays" if same else f"{running} → {cell(one.outlook.release)}"
        rows.append([f"**{one.environment}**", infrastructure, release])
    rows += [[f"**{name}**", "plan failed", ""] for name in missing]
    rows += [[f"**{name}**", "not connected", ""] for name in unconnected]
    return table(("", "infrastructure", "release"), rows)


def _risks(summaries: list[Summary]) -> list[str]:
    risky = [
        (one.environment, change) for one in summaries for change in one.changes if change.risky
    ]
    if not risky:
        return []
    risky.sort(key=lambda pair: _urgency(pair[1]))
    lines = [
        f"- {name}: **{change.verb}** ({prose(change.kind)}) {code(change.place)}"
        + (f", forced by {', '.join(map(code, change.forces))}" if change.forces else "")
        for name, change in risky[:RISKS]
    ]
    if more := len(risky) - len(lines):
        lines.append(f"- … and {more} more, below")
    return ["#### Look at these first", "", *lines, ""]


def _said(title: str, by_environment: dict[str, list[str]]) -> list[str]:
    """Return a section of sentences; nothing where there are none."""
    lines = [f"- {name}: {code(one)}" for name, said in by_environment.items() for one in said]
    if not lines:
        return []
    more = [f"- … and {len(lines) - RISKS} more"] if len(lines) > RISKS else []
    return [f"#### {title}", "", *lines[:RISKS], *more, ""]


def _urgency(change: Shown) -> tuple[int, int]:
    """What ends comes first; data before roles, the rest behind."""
    verbs = {"delete": 0, "replace": 0, "forget": 0, "update": 1}
    kinds = {kind: place for place, kind in enumerate(LOOK_FIRST)}
    return verbs.get(change.verb, 2), kinds.get(change.kind, len(kinds))


def _details(one: Summary, run_url: str, most_bytes: int) -> list[str]:
    if not one.changes:
        return []
    head = ["<details>", f"<summary><b>{one.environment}</b>: {counts(one.changes)}</summary>", ""]
    kept: list[str] = []
    rest = len(one.changes)

    def section(more: int) -> list[str]:
        note = [f"… and {more} more: in the [summary of the run]({run_url}).", ""] if more else []
        return [*head, *fence(kept, "diff"), "", *note, "</details>", ""]

    size = _sizer(section(rest))
    prefix = _common_module([change.place for change in one.changes])
    for change in one.changes:
        lines = _lines(change, prefix)
        if size(lines) > most_bytes:
            break
        kept += lines
        rest -= 1
    return section(rest) if kept else []


def _sizer(frame: list[str]) -> Callable[[list[str]], int]:
    # A fence can grow by the longest line of backticks; twice that is on the safe side.
    total = len("\n".join(frame).encode()) + 1000

    def add(lines: list[str]) -> int:
        nonlocal total
        total += sum(6 * len(line.encode()) if "`" in line else len(_seen(line)) for line in lines)
        return total

    return add


def _seen(line: str) -> bytes:
    return "\n".join(fence([line])[1:-1]).encode() + b"\n"


def _lines(change: Shown, prefix: str) -> list[str]:
    """Return a change with its sign in the first column, where GitHub colours by it."""
    sign = SIGNS.get(change.verb, "#")
    lines = [f"{sign} {change.verb} {change.place.removeprefix(prefix)}"]
    for path, before, after in change.lines:
        lines += [f"-     {path}: {before}"] if before not in ("", NOTHING) else []
        lines += [f"+     {path}: {after}"] if after not in ("", NOTHING) else []
    if change.more:
        lines.append(f"      … and {change.more} more")
    return lines


def _common_module(places: list[str]) -> str:
    """Return the modules that all addresses begin with, such as `module.platform.`."""
    found = MODULE.match(places[0]) if places else None
    common = found.group() if found else ""
    while not all(place.startswith(common) for place in places):
        common = LAST_MODULE.sub("", common)
    return common
