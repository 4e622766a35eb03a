"""GitHub on one machine: it runs the real workflow files with act, against the emulator.

    github = Harness(origin, environment, folder)          # see conftest.py for the fixtures
    run = github.push(sha)                                  # deploy.yml as after a merge
    run = github.dispatch("rollback.yml", environment="dev", reason="…")
    run = github.schedule("drift.yml")                      # its hour has come
    run = github.start("pull-request.yml", "pull_request", payload, sha=merge_commit)
    run.succeeds(); run.jobs["image"].log; run.summary; run.roles

`origin` is the repository that jobs check out: edit its files, `origin.commit("…")`, push. What
REST answers is in `github.data` (tests/workflows/github_data.py); every call is in
`github.data.requests` with the job that made it and the status that it got.

How the parts of GitHub are played, none of which act has:

- **The files** run as they are, but for the lines of `files.UNKNOWN_TO_ACT`.
- **Third-party actions** are replaced by `actions/`, by repository name (`STAND_INS`); one that is
  not listed there is an error. Local actions are the real ones.
- **Which job calls** is known by the process at the other end of the connection (`peer.py`): its
  workspace belongs to one job. Its `permissions`, resolved through caller and called file, decide
  what REST answers. A job's first step therefore has to be the checkout.
- **Waiting before a job starts**, for its concurrency group or for an approval, happens in the
  stand-in of checkout. `github.data.environments["prod-approval"] = ["ada"]` makes reviewers
  required; `github.approve(run)` and `github.reject(run)` are theirs.
- **OIDC**: the stand-in of configure-aws-credentials asks for a role; claims are minted from the
  job's settings and judged by the role's trust policy as it is in the emulator's IAM. `run.roles`.
  A job that asks for its token itself gets the same claims, unsigned.
- **A lost runner**: `run.kill()`. `github.rerun(run)` is "Re-run all jobs": the same run id.

To see a run's log while it works: HARNESS_SHOW=1 pytest -s …
"""

import base64
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from flask import Flask, jsonify, request
from werkzeug.serving import make_server

from scripts.base import clock
from tests.workflows import peer
from tests.workflows.artifacts import Artifacts
from tests.workflows.files import FOLDER, Job, actions_used, for_act, job_of, load
from tests.workflows.github_data import GitHubData, Json
from tests.workflows.oidc import Trust, claims_of
from tests.workflows.rest import Api
from tests.workflows.rest_settings import SettingsApi
from tests.workflows.runs import JobRun, Run

ACTIONS = Path(__file__).parent / "actions"
BIN = Path(__file__).parent / "bin"
STAND_INS = {
    "actions/checkout": "checkout",
    "actions/setup-python": "nothing",
    "actions/attest": "attest",
    "actions/upload-artifact": "upload",
    "actions/download-artifact": "download",
    "aws-actions/configure-aws-credentials": "credentials",
}
TOKEN = "ghs_0123456789abcdefghijklmnopqrstuvwxyz"
WAIT_SECONDS = 600.0


class Origin(Protocol):
    """The repository that jobs check out."""

    folder: Path

    def git(self, *arguments: str) -> str:
        """Run git in it and return its output."""


class Harness:
    """One repository on GitHub.

    Args:
        origin: the repository that jobs check out, on branch main.
        environment: of the runner: the emulator's endpoint, without any credentials.
        folder: for everything that the harness writes.
        trust: who decides about roles; None refuses every role.
    """

    def __init__(
        self, origin: Origin, environment: Mapping[str, str], folder: Path, trust: Trust | None
    ) -> None:
        self.origin = origin
        self.environment = dict(environment)
        self.folder = folder
        self.trust = trust
        self.data = _data(origin.folder)
        self.runs: list[Run] = []
        self._workspaces: dict[str, tuple[Run, JobRun]] = {}
        self._groups: dict[str, JobRun] = {}
        self._waiting: dict[str, list[JobRun]] = {}
        self._decisions: dict[tuple[int, int, str], str] = {}
        self._started: set[int] = set()
        self._changed = self.data.changed
        self._server = self._serve()

    # What happens on GitHub

    def push(self, sha: str = "", file: str = "deploy.yml") -> Run:
        """A merge to main."""
        sha = sha or self._main()
        payload = {"ref": "refs/heads/main", "after": sha}
        return self.start(file, "push", payload, sha=sha)

    def dispatch(self, file: str, **inputs: Any) -> Run:
        """A person's "Run workflow" on main; inputs that are not given have their defaults."""
        declared = load(self.origin.folder / FOLDER / file)["on"]["workflow_dispatch"]["inputs"]
        unknown = set(inputs) - set(declared)
        assert not unknown, f"{file} has no input {unknown}"
        values = {
            name: _text(inputs.get(name, facts.get("default", "")))
            for name, facts in declared.items()
        }
        sha = self._main()
        payload = {"ref": "refs/heads/main", "inputs": values}
        return self.start(file, "workflow_dispatch", payload, sha=sha, inputs=values)

    def schedule(self, file: str) -> Run:
        """A workflow's own time has come; GitHub starts it on main's newest commit."""
        [entry] = load(self.origin.folder / FOLDER / file)["on"]["schedule"]
        payload = {"ref": "refs/heads/main", "schedule": entry["cron"]}
        sha = self._main()
        return self.start(file, "schedule", payload, sha=sha)

    def _main(self) -> str:
        return self.origin.git("rev-parse", "main").strip()

    def start(
        self,
        file: str,
        event: str,
        payload: Json,
        *,
        sha: str,
        inputs: Mapping[str, Any] | None = None,
        actor: str = "ada",
        again: Run | None = None,
    ) -> Run:
        """Start a workflow file of a commit, as an event does.

        Args:
            file: its name below .github/workflows.
            event: such as `pull_request`.
            payload: the webhook's.
            sha: GITHUB_SHA; the workflow files are this commit's.
            inputs: of a dispatch, as text.
            actor: who caused it.
            again: a run to start once more.
        """
        number = again.id if again else 1000 + len(self.runs)
        attempt = again.attempt + 1 if again else 1
        settings = {
            "file": file,
            "event": event,
            "sha": sha,
            "ref": payload.get("ref") or f"refs/pull/{payload.get('number')}/merge",
            "actor": actor,
            "inputs": dict(inputs or {}),
            "payload": payload,
        }
        run = Run(number, attempt, settings, self.folder / f"run-{number}-{attempt}")
        self.runs.append(run)
        source = self._source(run)
        (run.folder / "event.json").write_text(json.dumps(self._payload(run)))
        self.data.runs[number] = {
            "id": number,
            "run_attempt": attempt,
            "status": "in_progress",
            "conclusion": None,
            "event": event,
            "head_sha": self._head_sha(payload) or sha,
            "head_branch": self._head_branch(payload),
            "path": f"{FOLDER}/{file}",
            "html_url": f"https://github.com/{self.data.repository}/actions/runs/{number}",
            "created_at": clock.now(),
            "repository": {"id": self.data.repository_id, "full_name": self.data.repository},
            "head_repository": self._head_repository(payload),
            "pull_requests": [],
        }
        run.begin(self._command(run, source), self._act_environment(run), self)
        return run

    def rerun(self, run: Run) -> Run:
        """Run all jobs of a run again: the same event, commit and id."""
        return self.start(
            run.file,
            run.event,
            run.payload,
            sha=run.sha,
            inputs=run.inputs,
            actor=run.actor,
            again=run,
        )

    def approve(self, run: Run, environment: str = "prod-approval") -> None:
        """A required reviewer approves."""
        self._decide(run, environment, "approved")

    def reject(self, run: Run, environment: str = "prod-approval") -> None:
        """A required reviewer rejects."""
        self._decide(run, environment, "rejected")

    def close(self) -> None:
        """End what still runs."""
        for run in self.runs:
            if not run.conclusion:
                run.kill()
        self._server.shutdown()

    # What act's log says

    def job_seen(self, run: Run, name: str, job_id: str) -> JobRun:
        """Return the job of a name in act's log, made where it is new."""
        job = job_of(run.folder / "source", run.file, name, job_id, run.inputs)
        if self._is_restricted(run):
            job = job.only_reading()
        return run.jobs.setdefault(job.key, JobRun(job))

    def workspace_seen(self, run: Run, job: JobRun, workspace: str) -> None:
        """Note whose workspace it is."""
        with self._changed:
            job.workspace = workspace
            self._workspaces[workspace] = (run, job)
            self._changed.notify_all()

    def job_ended(self, run: Run, job: JobRun) -> None:
        """Let the next one into its concurrency group."""
        with self._changed:
            if self._groups.get(job.job.group) is job:
                del self._groups[job.job.group]
            self._changed.notify_all()

    def run_ended(self, run: Run) -> None:
        """Note its conclusion; a killed run's jobs have ended too."""
        for job in run.jobs.values():
            job.conclusion = job.conclusion or run.conclusion
            self.job_ended(run, job)
        self.data.runs[run.id].update(status="completed", conclusion=run.conclusion)
        if os.environ.get("HARNESS_SHOW"):
            sys.stderr.write(f"\n== {run.file} {run.id}/{run.attempt}\n{run.log}\n")
        shutil.rmtree(run.folder / "cache", ignore_errors=True)

    # What the stand-ins ask

    def _begin(self) -> Any:
        workspace = request.args["workspace"]
        with self._changed:
            known = self._changed.wait_for(lambda: workspace in self._workspaces, WAIT_SECONDS)
            if not known:
                return "act's log does not say whose workspace this is", 500
            run, job = self._workspaces[workspace]
            if id(job) not in self._started:
                reason = self._wait_for_approval(run, job.job) or self._wait_for_group(job)
                if reason:
                    return reason, 403
                self._started.add(id(job))
        return jsonify({"origin": str(self.origin.folder), "sha": run.sha})

    def _wait_for_approval(self, run: Run, job: Job) -> str:
        if not self.data.environments.get(job.environment):
            return ""
        key = (run.id, run.attempt, job.environment)
        if not self._changed.wait_for(lambda: key in self._decisions, WAIT_SECONDS):
            return f"nobody approved {job.environment}"
        decision = self._decisions[key]
        return "" if decision == "approved" else f"{job.environment} was {decision}"

    def _wait_for_group(self, job: JobRun) -> str:
        group = job.job.group
        if not group:
            return ""
        waiting = self._waiting.setdefault(group, [])
        waiting.append(job)
        free = self._changed.wait_for(
            lambda: (group not in self._groups and waiting[0] is job) or bool(job.conclusion),
            WAIT_SECONDS,
        )
        waiting.remove(job)
        if not free or job.conclusion:
            return f"the concurrency group {group} never became free"
        self._groups[group] = job
        return ""

    def _assume(self) -> Any:
        run, job = self._workspaces[request.form["workspace"]]
        role = request.form["role"]
        reason = "no role is given here"
        credentials: dict[str, str] = {}
        if not job.job.may("id-token", "write"):
            reason = "the job may not ask for a token (id-token: write)"
        elif self.trust:
            claims = claims_of(self.data, run, job.job, request.form["audience"])
            reason, credentials = self.trust.assume(role, claims, int(request.form["seconds"]))
        name = role.split("/")[-1]
        (job.refused if reason else job.roles).append(f"{name}: {reason}" if reason else name)
        return (reason, 403) if reason else jsonify(credentials)

    def _token(self) -> Any:
        """What GitHub answers a job that asks for its own token, which nobody has signed."""
        if request.headers.get("Authorization") != f"bearer {TOKEN}":
            return jsonify({"message": "Bad credentials"}), 401
        run, job = self._caller()
        if not job.job.may("id-token", "write"):
            # GitHub gives such a job no address at all.
            return jsonify({"message": "this job may not ask for a token"}), 403
        claims = claims_of(self.data, run, job.job, request.args["audience"])
        parts = [base64.urlsafe_b64encode(json.dumps(one).encode()) for one in ({}, claims)]
        return jsonify({"value": ".".join([*(part.decode().rstrip("=") for part in parts), "x"])})

    def _caller(self) -> tuple[Run, JobRun]:
        environment = peer.environment_of(request.environ["REMOTE_PORT"])
        return self._workspaces[environment["GITHUB_WORKSPACE"]]

    def _who(self) -> Job | None:
        try:
            return self._caller()[1].job
        except (LookupError, OSError):
            return None

    def _decide(self, run: Run, environment: str, decision: str) -> None:
        with self._changed:
            self._decisions[(run.id, run.attempt, environment)] = decision
            self.data.approvals.setdefault(run.id, []).append(
                {
                    "state": decision,
                    "comment": "",
                    "environments": [{"name": environment}],
                    "user": {"login": "grace", "id": 2},
                }
            )
            self._changed.notify_all()

    # act

    def _source(self, run: Run) -> Path:
        """A checkout of the run's commit with workflow files that act can read."""
        source = run.folder / "source"
        source.mkdir(parents=True)
        clone = ["git", "clone", "--quiet", "--shared", "--no-checkout"]
        subprocess.run([*clone, str(self.origin.folder), str(source)], check=True)
        _git(source, "checkout", "--quiet", "--detach", run.sha)
        if run.ref.startswith("refs/heads/"):
            _git(source, "checkout", "--quiet", "-B", run.ref.removeprefix("refs/heads/"))
        _git(
            source, "remote", "set-url", "origin", f"https://github.com/{self.data.repository}.git"
        )
        for path in (source / FOLDER).glob("*.yml"):
            path.write_text(for_act(path.read_text()))
        return source

    def _command(self, run: Run, source: Path) -> list[str]:
        variables = {
            "GITHUB_RUN_ID": run.id,
            "GITHUB_RUN_ATTEMPT": run.attempt,
            "GITHUB_API_URL": self.url,
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{self.url}/harness/token?api-version=2.0",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": TOKEN,
            "HARNESS_URL": self.url,
            "HARNESS_RUN": run.mark,
            "HARNESS_ACTIONS": ACTIONS,
            "HARNESS_PYTHON": sys.executable,
            "PYTHONDONTWRITEBYTECODE": 1,
            "PYTHONUNBUFFERED": 1,
            "NO_COLOR": 1,
            # act gives steps a terminal, which GitHub does not.
            "TTY_COMPATIBLE": 0,
            **self.environment,
            "PATH": self._path,
        }
        command = [str(Path(sys.executable).parent / "act"), run.event, "--json"]
        command += ["-C", str(source), "-W", str(source / FOLDER / run.file)]
        command += ["-e", str(run.folder / "event.json"), "-a", run.actor]
        command += ["-P", "ubuntu-24.04=-self-hosted", "--no-skip-checkout", "--no-cache-server"]
        command += ["--action-cache-path", str(run.folder / "cache"), "-s", f"GITHUB_TOKEN={TOKEN}"]
        for repository, commit in sorted(actions_used(source)):
            assert repository in STAND_INS, f"{repository}: no stand-in in {ACTIONS}"
            stand_in = ACTIONS / STAND_INS[repository]
            command += ["--local-repository", f"{repository}@{commit}={stand_in}"]
        for name, value in variables.items():
            command += ["--env", f"{name}={value}"]
        return command

    def _act_environment(self, run: Run) -> dict[str, str]:
        own = {name: os.environ[name] for name in ("HOME", "USER", "TMPDIR") if name in os.environ}
        # No settings of the person who runs the tests: act reads an .actrc below this.
        return {**own, "PATH": self._path, "XDG_CONFIG_HOME": str(run.folder)}

    @property
    def _path(self) -> str:
        return os.pathsep.join([str(BIN), self.environment.get("PATH", os.environ["PATH"])])

    def _payload(self, run: Run) -> Json:
        owner, _ = self.data.repository.split("/")
        return {
            **run.payload,
            "repository": {
                "id": self.data.repository_id,
                "full_name": self.data.repository,
                "visibility": self.data.visibility,
                "default_branch": "main",
                "owner": {"login": owner, "id": self.data.owner_id},
            },
            "sender": {"login": run.actor, "type": "User"},
        }

    def _head_sha(self, payload: Json) -> str:
        return str(payload.get("pull_request", {}).get("head", {}).get("sha", ""))

    def _head_branch(self, payload: Json) -> str:
        return str(payload.get("pull_request", {}).get("head", {}).get("ref", "main"))

    def _head_repository(self, payload: Json) -> Json:
        head = payload.get("pull_request", {}).get("head", {}).get("repo")
        return head or {"id": self.data.repository_id, "full_name": self.data.repository}

    def _is_restricted(self, run: Run) -> bool:
        """GitHub's documentation, pull_request: forks and Dependabot get a token that reads."""
        if run.event != "pull_request":
            return False
        foreign = self._head_repository(run.payload)["full_name"] != self.data.repository
        return foreign or run.actor == "dependabot[bot]"

    # The server

    @property
    def url(self) -> str:
        """GITHUB_API_URL."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def _serve(self) -> Any:
        app = Flask(__name__)
        Api(self.data, TOKEN, self._who).register(app)
        SettingsApi(self.data, TOKEN, self._who).register(app)
        Artifacts(self.data, self._workspaces.__getitem__).register(app)
        app.add_url_rule("/harness/begin", "begin", self._begin)
        app.add_url_rule("/harness/token", "token", self._token)
        app.add_url_rule("/harness/assume", "assume", self._assume, methods=["POST"])
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server


def _data(folder: Path) -> GitHubData:
    values = json.loads((folder / "project.json").read_text())
    known = {key: values[key] for key in ("owner_id", "repository_id") if values.get(key)}
    return GitHubData(repository=values["repository"], **known)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)
