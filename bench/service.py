"""Measure the service against its references and write the tables of bench/README.md.

python -m bench.service [--rounds N] [--seconds N] [--no-write]
"""

from contextlib import ExitStack
from dataclasses import dataclass

from bench import report
from bench.load import check_tools, measure
from bench.processes import Process, dynamodb_stub, gunicorn
from scripts.base import command
from scripts.base.console import say

LATENCIES = (0, 4)
CONNECTIONS = 32


@dataclass(frozen=True)
class Variant:
    """A way to write the service.

    Attributes:
        arguments: gunicorn's; {latency} stands for the storage's, in milliseconds.
        stores: whether its answers claim stored records.
    """

    arguments: list[str]
    stores: bool


_GTHREAD = ["--worker-class", "gthread", "--threads", "64", "--keep-alive", "75"]
_SETTINGS = ["--config", "app/gunicorn.conf.py"]
VARIANTS = {
    "bare": Variant([*_GTHREAD, "bench.bare:create_app(0)"], stores=False),
    "waiting": Variant([*_GTHREAD, "bench.bare:create_app({latency})"], stores=False),
    "settled": Variant([*_SETTINGS, "bench.bare:create_app({latency})"], stores=False),
    "tutorial": Variant(["bench.tutorial:app"], stores=True),
    "libraries": Variant([*_SETTINGS, "bench.library_client:from_environment()"], stores=True),
    "service": Variant(_SETTINGS, stores=True),
}


def run(rounds: int, seconds: int) -> report.Series:
    """Measure all variants in turns.

    Args:
        rounds: how often each is measured.
        seconds: how long each time.

    Returns:
        The samples by (storage latency in milliseconds, connections, variant).
    """
    series: report.Series = {}
    with ExitStack() as stack:
        storages = {latency: stack.enter_context(dynamodb_stub(latency)) for latency in LATENCIES}
        servers = {
            (latency, name): stack.enter_context(
                gunicorn([word.format(latency=latency) for word in variant.arguments], storage.url)
            )
            for latency, storage in storages.items()
            for name, variant in VARIANTS.items()
        }
        for server in servers.values():
            _warm(server, storages[0])
        turns = [(latency, CONNECTIONS) for latency in LATENCIES] + [(LATENCIES[-1], 1)]
        for number in range(1, rounds + 1):
            say(f"round {number} of {rounds}")
            for latency, connections in turns:
                for name, variant in VARIANTS.items():
                    sample = measure(
                        servers[latency, name],
                        storages[latency],
                        connections=connections,
                        seconds=seconds,
                        stores=variant.stores,
                    )
                    series.setdefault((latency, connections, name), []).append(sample)
    return series


def _warm(server: Process, storage: Process) -> None:
    measure(server, storage, connections=CONNECTIONS, seconds=1, stores=False)


def main(argv: list[str] | None = None) -> int:
    """Measure, print, write."""
    parser = command.arguments_parser(__doc__, environment=False)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--no-write", action="store_true", help="leave bench/README.md alone")
    arguments = parser.parse_args(argv)
    check_tools()
    text = report.write(
        run(arguments.rounds, arguments.seconds), arguments.rounds, arguments.seconds
    )
    return report.publish(text, "service", write=not arguments.no_write)


if __name__ == "__main__":
    command.run(main)
