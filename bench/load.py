"""Load from outside: wrk, and what its answers claimed."""

import json
import re
import shutil
import subprocess
import tempfile
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from bench.processes import ROOT, Process
from scripts.base.errors import UsageError

_MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True)
class Sample:
    """One run of load.

    Attributes:
        per_second: answers per second.
        p50: median latency, milliseconds.
        p99: latency, milliseconds.
        cpu: CPU of the whole server per answer, milliseconds.
        stub_cores: CPU that the stub used, in cores.
        batch: items per write.
        errors: answers other than 200, and failed connections.
        unstored: answers whose record the stub does not hold.
        wrong: requests that the stub found fault with.
        memory: resident memory of the largest worker, megabytes.
    """

    per_second: float
    p50: float
    p99: float
    cpu: float
    stub_cores: float
    batch: float
    errors: int
    unstored: int
    wrong: int
    memory: float


@dataclass(frozen=True)
class Answered:
    """What wrk says of one run.

    Attributes:
        count: answers.
        per_second: answers per second.
        p50: median latency, milliseconds.
        p99: latency, milliseconds.
        errors: answers other than 200, and failed connections.
    """

    count: int
    per_second: float
    p50: float
    p99: float
    errors: int


def check_tools() -> None:
    """Refuse to measure where the tools for it are missing.

    Raises:
        UsageError: they are.
    """
    if shutil.which("wrk") is None or not Path("/proc").is_dir():
        raise UsageError(
            "the measurement needs wrk and Linux's /proc",
            next_step="Install wrk (apt-get install wrk), or run it on Linux.",
        )


def wrk(url: str, *words: str, connections: int, seconds: int) -> Answered:
    """Ask for `/` as fast as the answers come.

    Args:
        url: of the server.
        words: more options; what follows `--` is for the script.
        connections: kept alive, each with one request at a time.
        seconds: how long.
    """
    threads = min(2, connections)
    options = ["-t", str(threads), "-c", str(connections), "-d", str(seconds), "--latency"]
    command = ["wrk", *options, url + "/", *words]
    ran = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return answered(ran.stdout, seconds)


def answered(text: str, seconds: int) -> Answered:
    """Read what wrk printed.

    Raises:
        ValueError: it has no count of requests, or no latencies.
    """
    count = int(_found(r"(\d+) requests in", text))
    others = sum(int(number) for number in re.findall(r"Non-2xx or 3xx responses: (\d+)", text))
    failed = re.search(
        r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text
    )
    return Answered(
        count=count,
        per_second=count / seconds,
        p50=_milliseconds(_found(r"50%\s+([\d.]+\w+)", text)),
        p99=_milliseconds(_found(r"99%\s+([\d.]+\w+)", text)),
        errors=others + (sum(map(int, failed.groups())) if failed else 0),
    )


def measure(
    server: Process, storage: Process, *, connections: int, seconds: int, stores: bool
) -> Sample:
    """Load a server and look up every record that it claimed.

    Args:
        server: the server.
        storage: the stub behind it.
        connections: kept alive, each with one request at a time.
        seconds: how long.
        stores: whether answers claim records.
    """
    _ask(storage, "/clear")
    before, storage_before = server.cpu_seconds(), storage.cpu_seconds()
    with tempfile.TemporaryDirectory() as folder:
        script = ["-s", "bench/load.lua", "--", str(Path(folder) / "ids")]
        found = wrk(server.url, *script, connections=connections, seconds=seconds)
        cpu, storage_cpu = server.cpu_seconds() - before, storage.cpu_seconds() - storage_before
        claimed = [
            line for file in Path(folder).iterdir() for line in file.read_text().splitlines()
        ]
    state = json.loads(_ask(storage, "/state"))
    stored = set(_ask(storage, "/ids").split())
    return Sample(
        per_second=found.per_second,
        p50=found.p50,
        p99=found.p99,
        cpu=cpu / found.count * 1000,
        stub_cores=storage_cpu / seconds,
        batch=state["items"] / max(1, state["calls"]),
        errors=found.errors,
        unstored=sum(key not in stored for key in claimed) if stores else 0,
        wrong=state["wrong"],
        memory=server.worker_megabytes(),
    )


def _ask(storage: Process, path: str) -> str:
    with urllib.request.urlopen(storage.url + path, timeout=60) as answer:
        return str(answer.read().decode())


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise ValueError(f"wrk's report has no {pattern!r}:\n{text}")
    return match[1]


def _milliseconds(text: str) -> float:
    match = re.fullmatch(r"([\d.]+)(us|ms|s)", text)
    assert match is not None
    return float(match[1]) * _MILLISECONDS[match[2]]
