"""One run of a workflow: act's process, and what its log says about each job."""

import json
import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.workflows.files import Job

WORKSPACE_LINE = "harness: workspace "


@dataclass
class JobRun:
    """A job that ran.

    Attributes:
        job: its settings.
        conclusion: empty while it runs.
        log: what its steps printed.
        summary: its job summary, Markdown.
        roles: the AWS roles that it was given, in order.
        refused: the AWS roles that it was refused, each with the reason.
        workspace: its folder.
        outcomes: result by step id (a number for a step without one).
    """

    job: Job
    conclusion: str = ""
    log: str = ""
    summary: str = ""
    roles: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    workspace: str = ""
    outcomes: dict[str, str] = field(default_factory=dict)


class Run:
    """A run of a workflow; `harness.start` makes it.

    Attributes:
        id: the same for all attempts.
        attempt: from 1.
        file: the workflow file's name.
        event: the event's name.
        sha: the commit that the event is about.
        ref: the ref that it is about.
        inputs: of a dispatch.
        jobs: by key: `image`, or `dev/environment` for a job of a called workflow.
        conclusion: `success`, `failure` or `cancelled`; empty while it runs.
        log: everything that act printed.
    """

    def __init__(self, number: int, attempt: int, settings: dict[str, Any], folder: Path) -> None:
        self.id = number
        self.attempt = attempt
        self.file: str = settings["file"]
        self.event: str = settings["event"]
        self.sha: str = settings["sha"]
        self.ref: str = settings["ref"]
        self.actor: str = settings["actor"]
        self.inputs: dict[str, Any] = settings["inputs"]
        self.payload: dict[str, Any] = settings["payload"]
        self.folder = folder
        self.jobs: dict[str, JobRun] = {}
        self.conclusion = ""
        self.log = ""
        self._ended = threading.Event()
        self._process: subprocess.Popen[str] | None = None
        self._cancelled = False

    @property
    def mark(self) -> str:
        """Value of HARNESS_RUN in the environment of all its processes."""
        return f"{self.folder}"

    def wait(self, seconds: float = 280) -> str:
        """Wait for its end and return its conclusion."""
        assert self._ended.wait(seconds), f"the run still works after {seconds:.0f} s\n{self.log}"
        return self.conclusion

    def succeeds(self, seconds: float = 280) -> "Run":
        """Wait for its end and assert that it succeeded."""
        assert self.wait(seconds) == "success", self.log
        return self

    def fails(self, seconds: float = 280) -> "Run":
        """Wait for its end and assert that it failed."""
        assert self.wait(seconds) == "failure", self.log
        return self

    def wait_for_log(self, words: str, seconds: float = 120) -> None:
        """Wait until some step has printed these words."""
        deadline = time.monotonic() + seconds
        while words not in self.log:
            assert not self._ended.is_set(), f"it ended without {words!r}\n{self.log}"
            assert time.monotonic() < deadline, f"no {words!r} after {seconds:.0f} s\n{self.log}"
            time.sleep(0.1)

    def kill(self) -> None:
        """End every process of the run at once, as when a runner is lost."""
        self._cancelled = True
        self._kill_all()
        self._ended.wait(30)

    @property
    def roles(self) -> list[str]:
        """Names of the AWS roles that its jobs were given."""
        return [role for job in self.jobs.values() for role in job.roles]

    @property
    def summary(self) -> str:
        """The summaries of all its jobs."""
        return "\n".join(job.summary for job in self.jobs.values())

    def begin(self, command: list[str], environment: dict[str, str], harness: Any) -> None:
        self._process = subprocess.Popen(
            command,
            env={**environment, "HARNESS_RUN": self.mark},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=self._follow, args=(self._process, harness), daemon=True).start()

    def _follow(self, process: "subprocess.Popen[str]", harness: Any) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            try:
                said = json.loads(line)
            except ValueError:
                self.log += line
                continue
            self._read(said, harness)
        code = process.wait()
        self.conclusion = "cancelled" if self._cancelled else "failure" if code else "success"
        # A runner ends whatever a job left behind.
        self._kill_all()
        harness.run_ended(self)
        self._ended.set()

    def _read(self, said: dict[str, Any], harness: Any) -> None:
        name, message = said.get("job"), said.get("msg", "")
        if name is None:
            self.log += message + "\n"
            return
        job = harness.job_seen(self, name, said["jobID"])
        text = message if said.get("raw_output") else message.rstrip("\n") + "\n"
        if said.get("raw_output") or "Success - Main" in text or "Failure - Main" in text:
            job.log += text
        self.log += f"{job.job.key}: {text}"
        if message.startswith(WORKSPACE_LINE):
            harness.workspace_seen(self, job, message.removeprefix(WORKSPACE_LINE).strip())
        if said.get("command") == "summary":
            job.summary += said["content"]
        if said.get("stepResult") and said.get("emulator") == "Main" and len(said["stepID"]) == 1:
            job.outcomes[said["stepID"][0]] = said["stepResult"]
        if result := said.get("jobResult"):
            job.conclusion = result
            harness.job_ended(self, job)

    def _kill_all(self) -> None:
        for number in (signal.SIGKILL, signal.SIGKILL):
            for pid in self._processes():
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    continue

    def _processes(self) -> list[int]:
        mark = f"HARNESS_RUN={self.mark}".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    found.append(int(folder.name))
            except OSError:
                continue
        return [pid for pid in found if pid != os.getpid()]
