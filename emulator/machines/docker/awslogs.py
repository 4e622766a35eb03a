"""Docker's awslogs driver in its non-blocking mode: lines become CloudWatch log events."""

import sys
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient
    from mypy_boto3_logs.type_defs import InputLogEventTypeDef

SEND_SECONDS = 1.0
FLUSH_SECONDS = 5.0
RETRY_SECONDS = 2.0
BATCH_EVENTS = 1_000
EVENT_BYTES = 100_000
"""A line is cut here; CloudWatch takes 256 KB an event and 1 MB a call."""


class LogShipper:
    """Sends lines in batches from a thread, and drops lines rather than hold up the container.

    Args:
        options: the `--log-opt` values.
    """

    def __init__(self, options: dict[str, str]) -> None:
        self._options = options
        self._lines: deque[tuple[int, str]] = deque()
        self._bytes = 0
        self._limit = size(options.get("max-buffer-size", "1m"))
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._send_all, name="awslogs", daemon=True)
        self._thread.start()

    def put(self, line: str) -> None:
        """Take a line; one that does not fit into the buffer is dropped."""
        with self._lock:
            if line.strip() and self._bytes + len(line) <= self._limit:
                self._lines.append((time.time_ns() // 1_000_000, line[:EVENT_BYTES]))
                self._bytes += len(line)

    def close(self) -> None:
        """Send what is left, for at most FLUSH_SECONDS."""
        self._closing.set()
        self._thread.join(FLUSH_SECONDS)

    def _send_all(self) -> None:
        client = self._open()
        while client is not None:
            closing = self._closing.wait(SEND_SECONDS)
            while batch := self._take():
                self._put(client, batch)
            if closing:
                return

    def _open(self) -> "CloudWatchLogsClient | None":
        """Make the stream, again and again until it works, as the driver does in this mode."""
        # In the thread: the container starts meanwhile. boto3's import would take as long again.
        from botocore.session import Session

        region = self._options["awslogs-region"]
        made = Session().create_client("logs", region_name=region)
        client = cast("CloudWatchLogsClient", made)
        while True:
            try:
                client.create_log_stream(
                    logGroupName=self._options["awslogs-group"],
                    logStreamName=self._options["awslogs-stream"],
                )
            except client.exceptions.ResourceAlreadyExistsException:
                return client
            except Exception as error:  # whatever it is, the container goes on
                _complain(f"failed to create the stream: {error}")
                if self._closing.wait(RETRY_SECONDS):
                    return None
            else:
                return client

    def _take(self) -> "list[InputLogEventTypeDef]":
        batch: list[InputLogEventTypeDef] = []
        total = 0
        with self._lock:
            while self._lines and len(batch) < BATCH_EVENTS and total < 5 * EVENT_BYTES:
                moment, line = self._lines.popleft()
                batch.append({"timestamp": moment, "message": line})
                total += len(line)
            self._bytes -= total
        return batch

    def _put(self, client: "CloudWatchLogsClient", batch: "list[InputLogEventTypeDef]") -> None:
        try:
            client.put_log_events(
                logGroupName=self._options["awslogs-group"],
                logStreamName=self._options["awslogs-stream"],
                logEvents=batch,
            )
        except Exception as error:  # lost lines must not end the container
            _complain(f"{len(batch)} lines lost: {error}")


def size(text: str) -> int:
    """Read a size such as `4m` in bytes."""
    factor = {"k": 2**10, "m": 2**20, "g": 2**30}.get(text[-1:].lower(), 1)
    return int(text.rstrip("kKmMgG")) * factor


def _complain(text: str) -> None:
    sys.stderr.write(f"awslogs: {text}\n")
