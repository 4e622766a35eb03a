"""A timeline as Mermaid draws it: one section for each instance, one bar for each phase.

Mermaid has no way to quote a text in a gantt diagram (mermaid.js.org, "Gantt diagrams"): what is
not a letter, a digit or one of a few harmless signs is left out of every name.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from scripts.domain.timeline import Life

MOST_INSTANCES = 40
NAME_CHARACTERS = 44
# As wide as the longest name: at Mermaid's own 75 pixels the bars are drawn over the names.
LEFT_PADDING_PIXELS = 240
MOMENT = "%Y-%m-%d %H:%M:%S"
TAGS = {"launch": "", "boot": "", "warm-up": "active, ", "service": "done, ", "drain": ""}


def gantt(lives: Iterable[Life], began: str, ended: str) -> list[str]:
    """Return the lines of a gantt diagram; empty where no instance was seen.

    Args:
        lives: of the instances.
        began: left edge (UTC, ISO 8601).
        ended: right edge; what lasts still is drawn until here.
    """
    # The newest, where there are more than a page shows.
    shown = sorted(lives, key=lambda life: (life.new, life.spans[0].begin))[-MOST_INSTANCES:]
    if not shown:
        return []
    lines = ["---", "config:", "  gantt:", f"    leftPadding: {LEFT_PADDING_PIXELS}", "---"]
    lines += ["gantt", "    dateFormat YYYY-MM-DD HH:mm:ss", "    axisFormat %H:%M:%S"]
    for life in shown:
        lines.append(f"    section {_section(life)}")
        lines += [f"    {line}" for line in _bars(life, began, ended)]
    return lines


def _section(life: Life) -> str:
    role = "failed" if life.cause else "new" if life.new else "old"
    return _name(f"{life.id} {role} {life.release}")


def _bars(life: Life, began: str, ended: str) -> list[str]:
    found = []
    for span in life.spans:
        begin = max(_moment(span.begin), _moment(began))
        # A bar of no length cannot be seen.
        end = max(_moment(span.end or ended), begin + timedelta(seconds=1))
        tag = "crit, " if life.cause else TAGS[span.phase]
        found.append(f"{_name(span.phase)} :{tag}{begin:{MOMENT}}, {end:{MOMENT}}")
    return found


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _name(text: str) -> str:
    # Without a letter in front, a name could be one of Mermaid's own words or signs.
    kept = re.sub(r"[^A-Za-z0-9 _-]", "", text)
    return " ".join(kept.split())[:NAME_CHARACTERS] or "unnamed"
