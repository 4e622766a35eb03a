"""Running Terraform in one root: init when needed, plan to a file, apply that file.

Terraform writes to a log file, not to us: it outlives a command that is killed, finishes what it
began and keeps its state. The working folder's lock is handed to it, so the next command waits.
"""

import json
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.adapters.terraform import interrupting, state_lock
from scripts.adapters.terraform.messages import Progress
from scripts.adapters.terraform.toolchain import (
    init_lock,
    terraform_binary,
    terraform_environment,
)
from scripts.base import locks
from scripts.base.errors import SlipwayError
from scripts.base.project import ROOT

LOCK_TIMEOUT = "300s"
DETAILED = {0: False, 2: True}
"""`plan -detailed-exitcode`: 0 nothing to change, 2 something; 1 is an error."""

POLL_SECONDS = 0.2


def work_folder(name: str) -> Path:
    """Return the folder for what Terraform keeps beside the state of one root.

    Args:
        name: `bootstrap`, or an environment.
    """
    return (ROOT / os.environ.get("SLIPWAY_WORK_DIR", ".work") / name).resolve()


@dataclass(frozen=True)
class Backend:
    """Where in S3 a root's state lies; its backend.tf names none of it."""

    bucket: str
    key: str
    region: str


class Terraform:
    """One root, its working folder and its backend.

    Args:
        folder: the root's folder.
        work: its working folder: TF_DATA_DIR, plan file, log.
        backend: None for a root whose configuration says `local`.
    """

    def __init__(self, folder: Path, work: Path, backend: Backend | None) -> None:
        self.folder = folder
        self.work = work
        self.backend = backend
        self._lock: int | None = None

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the working folder while Terraform uses it."""
        with locks.held(
            self.work / interrupting.LOCK, f"Terraform of {self.work.name} (pid {os.getpid()})"
        ) as lock:
            self._lock = lock
            try:
                yield
            finally:
                self._lock = None

    def init(self, stamp: str) -> None:
        """Initialise, unless that was done with the same configuration.

        Args:
            stamp: a hash of the configuration.

        Raises:
            SlipwayError: Terraform fails.
        """
        environment = terraform_environment()
        key = json.dumps(
            [stamp, str(self.folder), vars(self.backend) if self.backend else None, environment]
        )
        done = self.work / "initialised"
        if done.exists() and done.read_text() == key:
            return
        done.unlink(missing_ok=True)
        arguments = ["init", "-input=false", "-reconfigure", "-lockfile=readonly", "-no-color"]
        if self.backend:
            arguments += [
                f"-backend-config={name}={value}" for name, value in vars(self.backend).items()
            ]
        with init_lock():
            self.run(*arguments)
        done.write_text(key)

    def plan(self, *arguments: str) -> bool:
        """Plan to the file `plan`; return whether it changes anything.

        Raises:
            SlipwayError: Terraform fails.
        """
        return DETAILED[
            self.run(
                "plan",
                "-json",
                "-input=false",
                "-detailed-exitcode",
                f"-lock-timeout={LOCK_TIMEOUT}",
                f"-out={self.plan_file}",
                *arguments,
                accepted=tuple(DETAILED),
            )
        ]

    def apply(self) -> None:
        """Apply the plan that was made last.

        Raises:
            SlipwayError: Terraform fails.
        """
        self.run(
            "apply", "-json", "-input=false", f"-lock-timeout={LOCK_TIMEOUT}", str(self.plan_file)
        )
        self.plan_file.unlink()

    @property
    def plan_file(self) -> Path:
        """Where the plan is kept; it may hold secrets, and lies where git does not look."""
        return self.work / "plan"

    def show(self) -> str:
        """Return the plan that was made last, as Terraform shows it to people."""
        return self.capture("show", "-no-color", str(self.plan_file))

    def show_json(self) -> str:
        """Return the plan that was made last as Terraform's JSON; it may hold secrets."""
        return self.capture("show", "-json", str(self.plan_file))

    def capture(self, *arguments: str) -> str:
        """Run a command that only reads, and return its output.

        Raises:
            SlipwayError: Terraform fails.
        """
        done = subprocess.run(
            [terraform_binary(), *arguments],
            cwd=self.folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise self._failure(arguments[0], done.stderr.strip())
        return done.stdout

    def run(self, *arguments: str, accepted: tuple[int, ...] = (0,)) -> int:
        """Run a command, show its progress, and return its exit code.

        Raises:
            SlipwayError: the exit code is not accepted.
        """
        if self._lock is None:
            raise ValueError("Terraform runs inside exclusive()")
        log = self.work / f"{arguments[0]}.log"
        progress = Progress(str(self._place()))
        with state_lock.marked(self.work), log.open("w") as output:
            process = subprocess.Popen(
                [terraform_binary(), *arguments],
                cwd=self.folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=(self._lock,),
            )
            with interrupting.noted(self.work, process.pid):
                code = _follow(process, self.work, log, progress.feed)
        if code not in accepted:
            errors = progress.errors() or _errors_of(log.read_text())
            raise self._failure(arguments[0], errors, progress.done())
        progress.summarise()
        return code

    def _environment(self) -> dict[str, str]:
        environment = {
            **os.environ,
            **terraform_environment(),
            "TF_DATA_DIR": str(self.work / "data"),
            "TF_IN_AUTOMATION": "1",
        }
        if self.backend is None:
            # It may hold settings of the S3 backend, which the local one refuses.
            environment.pop("TF_CLI_ARGS_init", None)
        return environment

    def _place(self) -> Path:
        """The root's folder, from the top of the repository where it lies in it."""
        inside = self.folder.is_relative_to(ROOT)
        return self.folder.relative_to(ROOT) if inside else self.folder

    def _failure(self, command: str, errors: str, done: str = "") -> SlipwayError:
        before = f"Before it failed: {done}. " if done else "No resource was changed. "
        return SlipwayError(
            f"terraform {command} failed in {self._place()}",
            which=errors,
            next_step=f"{before}Fix what is named above and run this again.",
        )


def _errors_of(log: str) -> str:
    """Return a log from its first error on; all of it where it names none."""
    found = re.search(r"^.?\s*Error: ", log, re.MULTILINE)
    return log[found.start() :].strip() if found else log.strip()


def _follow(
    process: "subprocess.Popen[bytes]", work: Path, log: Path, feed: Callable[[str], None]
) -> int:
    """Feed each line of the log while the process runs; Ctrl-C asks Terraform to end in order."""
    rest = ""
    with log.open(errors="replace") as lines:
        while True:
            try:
                ended = process.poll() is not None
                *complete, rest = (rest + lines.read()).split("\n")
                for line in complete:
                    feed(line)
                if ended:
                    return process.returncode
                time.sleep(POLL_SECONDS)
            except KeyboardInterrupt:
                # It runs in a session of its own: the terminal's signal did not reach it.
                interrupting.interrupt(work)
                process.wait()
                raise
