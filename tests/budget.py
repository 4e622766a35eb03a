"""What a run of tests costs: its last line but pytest's."""

import time
from pathlib import Path

import pytest

from bench.processes import machine_cpu_seconds

SECONDS, CPU_SECONDS = 600, 900
"""What `make test` may take on two cores that do nothing else."""


class Budget:
    """Counts from its making to the end of the tests.

    The CPU is the whole machine's, because an emulator's processes are nobody's children.
    """

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._worked = self._cpu()

    @staticmethod
    def _cpu() -> float:
        return machine_cpu_seconds() if Path("/proc/stat").exists() else 0.0

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what the tests cost, and the budget of all of them."""
        seconds, cpu = time.monotonic() - self._begun, self._cpu() - self._worked
        terminalreporter.write_line(
            f"{seconds:.0f} s, and {cpu:.0f} s of this machine's CPU "
            f"(all tests: at most {SECONDS} s and {CPU_SECONDS} s on two cores)"
        )
