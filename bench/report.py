"""The service's figures as tables, and the way of all figures into bench/README.md."""

import os
import platform
import re
from pathlib import Path

from bench.load import Sample
from bench.tables import Goal, cell, goals, median, ratio, table
from scripts.base.console import output

README = Path(__file__).with_name("README.md")
Series = dict[tuple[int, int, str], list[Sample]]
TITLES = {
    "bare": "bare Flask, gthread",
    "waiting": "bare Flask that waits as long as the storage, gthread",
    "settled": "the same under this service's settings",
    "tutorial": "tutorial, sync",
    "libraries": "this service with urllib3's pool and botocore's signer",
    "service": "this service",
}
_MANY, _LATENCY = 32, 4


def write(series: Series, rounds: int, seconds: int) -> str:
    """Write the tables.

    Args:
        series: samples by (latency in milliseconds, connections, variant).
        rounds: how often each was measured.
        seconds: how long each time.
    """
    parts = [
        f"{rounds} rounds of {seconds} s, all variants in turn in each; median [lowest-highest]. "
        f"Two workers, {cores()} cores shared with wrk and the stub; Python "
        f"{platform.python_version()}; {busy()}."
    ]
    for latency, connections in dict.fromkeys((key[0], key[1]) for key in series):
        parts.append(f"**{latency} ms storage, {connections} connection{'s' * (connections > 1)}**")
        parts.append(_table(series, latency, connections))
    parts.append(
        "**Goals** (4 ms storage, 2 workers, 32 connections unless the row says otherwise)"
    )
    parts.append(_goals(series))
    parts.append(_checks(series))
    return "\n\n".join(parts)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))


def busy() -> str:
    """Say how busy the machine was while something was measured."""
    return f"load average over 5 minutes at the end: {os.getloadavg()[1]:.1f}"


def publish(text: str, section: str, *, write: bool) -> int:
    """Print figures, and put them into bench/README.md where that is asked for; return 0.

    Args:
        text: Markdown.
        section: as `replace` takes it.
        write: whether the page is written.
    """
    output(text)
    if write:
        replace(README, text, section)
    return 0


def replace(readme: Path, text: str, section: str) -> None:
    """Put tables into the README, between the marks of their section.

    Args:
        readme: the file.
        text: Markdown.
        section: as the marks name it: "service", "emulator", "rollouts", "balancer" or "suite".

    Raises:
        ValueError: the marks are missing.
    """
    begin, end = (f"<!-- {section} figures: {mark} -->" for mark in ("begin", "end"))
    before = readme.read_text()
    pattern = re.compile(f"{begin}.*{end}", re.DOTALL)
    if not pattern.search(before):
        raise ValueError(f"{readme} has no marks for the figures of the {section}")
    readme.write_text(pattern.sub(lambda _: f"{begin}\n{text}\n{end}", before))


def _table(series: Series, latency: int, connections: int) -> str:
    columns = (
        *("", "requests/s", "p50 ms", "p99 ms", "CPU ms/request"),
        *("MB/worker", "items/write", "stub cores"),
    )
    rows = []
    for name, title in TITLES.items():
        samples = series[latency, connections, name]
        cells = [
            cell(samples, lambda s: s.per_second, ".0f"),
            cell(samples, lambda s: s.p50, ".1f"),
            cell(samples, lambda s: s.p99, ".1f"),
            cell(samples, lambda s: s.cpu, ".2f"),
            f"{median(samples, lambda s: s.memory):.0f}",
            f"{median(samples, lambda s: s.batch):.1f}",
            f"{median(samples, lambda s: s.stub_cores):.2f}",
        ]
        rows.append([title, *cells])
    return table(columns, rows)


def _goals(series: Series) -> str:
    service, tutorial, bare = (
        series[_LATENCY, _MANY, name] for name in ("service", "tutorial", "bare")
    )
    rate = ratio(service, tutorial, lambda s: s.per_second)
    share = ratio(service, bare, lambda s: s.per_second)
    p99, p50 = median(service, lambda s: s.p99), median(tutorial, lambda s: s.p50)
    cpu, times = median(service, lambda s: s.cpu), ratio(service, bare, lambda s: s.cpu)
    alone = [series[_LATENCY, 1, name] for name in ("service", "bare")]
    extra = median(alone[0], lambda s: s.p50) - _LATENCY - median(alone[1], lambda s: s.p50)
    unstored = sum(sample.unstored for samples in series.values() for sample in samples)
    rows = [
        Goal("requests/s against the tutorial", "at least 6 times", f"{rate:.1f} times", rate >= 6),
        Goal("requests/s against bare Flask", "at least 75 %", f"{share:.0%}", share >= 0.75),
        Goal("p99", f"below the tutorial's p50, {p50:.0f} ms", f"{p99:.0f} ms", p99 < p50),
        Goal(
            "CPU per request",
            "at most 1.2 ms, or 2 times bare Flask",
            f"{cpu:.2f} ms, {times:.1f} times",
            cpu <= 1.2 or times <= 2,
        ),
        Goal(
            "one connection: p50 less the storage's latency, over bare Flask",
            "at most 1.5 ms",
            f"{extra:.1f} ms",
            extra <= 1.5,
        ),
        Goal("answers whose record is not in storage", "0", str(unstored), unstored == 0),
    ]
    return f"{goals(rows)}\n\n{_ceiling(series)}\n\n{_libraries(series)}"


def _ceiling(series: Series) -> str:
    """Say how much of bare Flask waiting alone leaves: no service that waits can have more."""
    bare, waiting, settled = (
        series[_LATENCY, _MANY, name] for name in ("bare", "waiting", "settled")
    )
    plain, pinned = (ratio(rows, bare, lambda s: s.per_second) for rows in (waiting, settled))
    return (
        f"Waiting {_LATENCY} ms and doing nothing else leaves {plain:.0%} of bare Flask's requests "
        f"per second on the same worker class, and {pinned:.0%} under this service's settings."
    )


def _libraries(series: Series) -> str:
    """Say what ready-made clients would cost: decision 0023 keeps ours while it is over a fifth."""
    shares = [
        ratio(series[latency, _MANY, "libraries"], series[latency, _MANY, "service"], _per_second)
        for latency in (0, _LATENCY)
    ]
    return (
        f"With urllib3's pool and botocore's signer the service keeps {min(shares):.0%} to "
        f"{max(shares):.0%} of its requests per second; from 80 % on they would replace its own."
    )


def _per_second(sample: Sample) -> float:
    return sample.per_second


def _checks(series: Series) -> str:
    samples = [sample for group in series.values() for sample in group]
    return (
        f"In all runs together: {sum(s.errors for s in samples)} answers other than 200 or failed "
        f"connections, {sum(s.wrong for s in samples)} requests that the stub found fault "
        f"with. The stub used at most {max(s.stub_cores for s in samples):.0%} of one core."
    )
