"""Measure what the emulator's load balancer carries, beside the same servers asked directly.

python -m bench.balancer [--rounds N] [--seconds N] [--no-write]
"""

import time
from contextlib import ExitStack, closing
from dataclasses import dataclass
from urllib.parse import urlsplit

from bench import report
from bench.load import Answered, check_tools, wrk
from bench.processes import Process, cpu_seconds, dynamodb_stub, gunicorn
from bench.service import VARIANTS
from bench.tables import Goal, cell, goals, median, ratio, table
from emulator.balancer.client import ProcessBalancers
from emulator.interfaces import HealthCheck, TargetGroup
from scripts.base import command
from scripts.base.console import say
from scripts.base.errors import SlipwayError
from tests.emulator.live.scene import REQUESTS_PER_SECOND, TIMEOUT_SECONDS

SERVERS = {"bare": "bare Flask", "service": "this service"}
CONNECTIONS = (32, 1)
CHECK = HealthCheck("/", 5.0, 3.0, healthy_threshold=2, unhealthy_threshold=2)
"""As infra/modules/load_balancer has it, but for the path: bare Flask has one only."""
DRAIN_SECONDS, IDLE_SECONDS = 10.0, 60.0
HEALTHY_SECONDS = 30.0


@dataclass(frozen=True)
class Sample:
    """One run of load on one server.

    Attributes:
        direct: without the balancer.
        through: through it, right after that.
        cpu: CPU of the balancer, seconds.
        seconds: how long each of the two took.
    """

    direct: Answered
    through: Answered
    cpu: float
    seconds: int


Series = dict[tuple[str, int], list[Sample]]
"""Samples by server and connections."""


def measure(rounds: int, seconds: int) -> Series:
    """Load each server directly and through the balancer, in turns.

    Args:
        rounds: how often each.
        seconds: how long each time.
    """
    series: Series = {}
    with ExitStack() as stack:
        storage = stack.enter_context(dynamodb_stub(0))
        balancers = stack.enter_context(closing(ProcessBalancers()))
        urls = {}
        for name in SERVERS:
            words = [word.format(latency=0) for word in VARIANTS[name].arguments]
            server = stack.enter_context(gunicorn(words, storage.url))
            urls[name] = server.url, _serve(balancers, name, server)
            for url in urls[name]:
                wrk(url, connections=CONNECTIONS[0], seconds=1)
        for number in range(1, rounds + 1):
            say(f"round {number} of {rounds}")
            for name, (direct, through) in urls.items():
                for connections in CONNECTIONS:
                    plain = wrk(direct, connections=connections, seconds=seconds)
                    before = cpu_seconds([balancers.pid])
                    carried = wrk(through, connections=connections, seconds=seconds)
                    cpu = cpu_seconds([balancers.pid]) - before
                    sample = Sample(plain, carried, cpu, seconds)
                    series.setdefault((name, connections), []).append(sample)
    return series


def _serve(balancers: ProcessBalancers, name: str, server: Process) -> str:
    """Put a load balancer in front of a server and return its URL, once it forwards.

    Raises:
        SlipwayError: it finds the server unhealthy.
    """
    port = balancers.listen(name)
    targets = {name: urlsplit(server.url).port or 0}
    balancers.serve(name, TargetGroup(name, CHECK, DRAIN_SECONDS, targets), IDLE_SECONDS)
    deadline = time.monotonic() + HEALTHY_SECONDS
    while (health := balancers.health(name)[name]).state != "healthy":
        if time.monotonic() > deadline:
            raise SlipwayError(
                f"the load balancer does not forward to {SERVERS[name]}",
                which=f"{health.state}: {health.description}",
                next_step="Its tests say more: pytest tests/emulator/balancer",
            )
        time.sleep(0.1)
    return f"http://127.0.0.1:{port}"


def text(series: Series, rounds: int, seconds: int) -> str:
    """Write the figures as Markdown."""
    return "\n\n".join(
        [
            f"{rounds} rounds of {seconds} s each way; median [lowest-highest]. {report.cores()} "
            f"cores shared by wrk, the balancer and the server; {report.busy()}.",
            _table(series),
            _goals(series),
        ]
    )


def _table(series: Series) -> str:
    columns = (
        "",
        "requests/s",
        "of direct",
        "p50 ms",
        "p99 ms",
        "balancer: CPU ms/request",
        "cores",
    )
    rows = []
    for (name, connections), samples in series.items():
        title = f"{SERVERS[name]}, {connections} connection{'s' * (connections > 1)}"
        rate, p50, p99 = _figures([sample.direct for sample in samples])
        rows.append([f"{title}, directly", rate, "", p50, p99, "", ""])
        share = f"{_share(samples):.0%}"
        cpu = f"{median(samples, lambda s: s.cpu / s.through.count * 1000):.2f}"
        cores = f"{median(samples, lambda s: s.cpu / s.seconds):.2f}"
        rate, p50, p99 = _figures([sample.through for sample in samples])
        rows.append([f"{title}, through the balancer", rate, share, p50, p99, cpu, cores])
    return table(columns, rows)


def _figures(answered: list[Answered]) -> tuple[str, str, str]:
    return (
        cell(answered, lambda a: a.per_second, ".0f"),
        cell(answered, lambda a: a.p50, ".1f"),
        cell(answered, lambda a: a.p99, ".1f"),
    )


def _share(samples: list[Sample]) -> float:
    through, direct = ([getattr(s, way) for s in samples] for way in ("through", "direct"))
    return ratio(through, direct, lambda a: a.per_second)


def _goals(series: Series) -> str:
    through = [sample.through for samples in series.values() for sample in samples]
    slowest = min(answered.per_second for answered in through)
    errors = sum(answered.errors for answered in through)
    latest = max(answered.p99 for answered in through) / 1000
    return goals(
        [
            Goal(
                "answers other than 200, and failed connections, through the balancer",
                "0",
                f"{errors} of {sum(answered.count for answered in through)}",
                errors == 0,
            ),
            Goal(
                "requests/s that it carried at least, in any round",
                f"what a load scenario sends, {REQUESTS_PER_SECOND:.0f}, 10 times",
                f"{slowest:.0f}, {slowest / REQUESTS_PER_SECOND:.0f} times",
                slowest >= 10 * REQUESTS_PER_SECOND,
            ),
            Goal(
                "p99 at most, in any round",
                f"a tenth of a load scenario's timeout, {TIMEOUT_SECONDS / 10:.0f} s",
                f"{latest:.3f} s",
                latest <= TIMEOUT_SECONDS / 10,
            ),
        ]
    )


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and write the figures into bench/README.md.

    Raises:
        UsageError: the tools for it are missing.
    """
    parser = command.arguments_parser(__doc__, environment=False)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--no-write", action="store_true", help="print only")
    options = parser.parse_args(arguments)
    check_tools()
    written = text(measure(options.rounds, options.seconds), options.rounds, options.seconds)
    return report.publish(written, "balancer", write=not options.no_write)


if __name__ == "__main__":
    command.run(main)
