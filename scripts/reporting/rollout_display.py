"""What a watcher shows: a live table in a terminal, one line for each change elsewhere."""

from collections.abc import Iterable
from datetime import datetime

from rich.console import Group as Stack
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from scripts.base import clock
from scripts.base.console import progress, say
from scripts.domain.observed_state import Configuration, Group, Instance
from scripts.domain.timeline import Life, Timeline

COLUMNS = ("instance", "zone", "", "release", "state", "balancer", "age")


class Display:
    """Shows the looks of a watcher; as a renderable of rich it is the table of the latest one.

    Args:
        timeline: takes the looks in.
        target: what the rollout leads to.
    """

    def __init__(self, timeline: Timeline, target: Configuration) -> None:
        self._timeline = timeline
        self._target = target
        self._headline = ""
        self._instances: tuple[Instance, ...] = ()

    def show(self, group: Group, headline: str) -> None:
        """Take in a look.

        Args:
            group: as it is.
            headline: how the rollout stands.
        """
        self._instances = group.instances
        changed = self._timeline.see(clock.now(), group, self._target)
        if not progress.is_terminal:
            for line in self._lines(changed):
                say(f"  {line}")
            if headline != self._headline:
                say(f"  {headline}")
        self._headline = headline

    def _lines(self, changed: Iterable[Life]) -> list[str]:
        states = {instance.id: instance for instance in self._instances}
        lines = []
        for life in changed:
            role = "new" if life.new else "old"
            line = f"{life.id} {life.zone} {role} {life.release}: "
            line += "gone" if life.gone else life.phase
            if instance := states.get(life.id):
                line += f" ({instance.state}, balancer: {instance.target_health or '-'})"
            lines.append(line)
        return lines

    def __rich__(self) -> Stack:
        """Return headline and table, for rich.

        Both fit into 80 columns: the headline goes on in the next line (its end says how to end a
        pause), and the id, which people copy, is never cut.
        """
        table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
        for name in COLUMNS:
            table.add_column(name, no_wrap=name == "instance", overflow="fold")
        for instance in sorted(self._instances, key=lambda one: (one.zone, one.id)):
            new = instance.configuration == self._target
            cells = (
                instance.id,
                instance.zone,
                "new" if new else "old",
                instance.release,
                instance.state if instance.health == "Healthy" else f"{instance.state}, unhealthy",
                instance.target_health or "-",
                age(instance.launched, clock.now()),
            )
            table.add_row(*map(escape, cells), style="green" if new else "")
        return Stack(Text(self._headline, overflow="fold", no_wrap=False), table)


def age(launched: str, now: str) -> str:
    """Return how long ago a moment was, as people say it: "45 s", "12 min", "3 h", "2 d"."""
    if not launched:
        return "-"
    seconds = int((datetime.fromisoformat(now) - datetime.fromisoformat(launched)).total_seconds())
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{max(seconds, 0)} s"
