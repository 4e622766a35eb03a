"""GitHub's settings of one repository on this machine, for tests that talk to it by HTTP."""

import threading
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from scripts.adapters.github.used_actions import workflow_files
from scripts.base.project import Environment, Project
from tests.workflows.files import Job
from tests.workflows.github_data import GitHubData
from tests.workflows.rest import Api
from tests.workflows.rest_settings import SettingsApi
from tests.workflows.settings_data import ADMINISTRATOR, SettingsData

JOB_TOKEN = "token-of-a-job"
PROJECT = Project(
    "slipway",
    "eu-central-1",
    "example/slipway",
    "123456789012",
    (Environment("dev"), Environment("prod", after="dev", approval=True)),
    owner_id=700000001,
    repository_id=900000001,
)


@dataclass
class GitHubServer:
    """The stand-in.

    Attributes:
        data: what it knows.
        url: GITHUB_API_URL.
        job: whose token JOB_TOKEN is.
    """

    data: GitHubData
    url: str = ""
    job: Job | None = None

    @property
    def settings(self) -> SettingsData:
        return self.data.settings

    def writes(self) -> list[str]:
        """What was changed so far: method and path below the repository."""
        return [
            f"{method} {path.partition('/repos/example/slipway')[2]}"
            for _, method, path, status in self.data.requests
            if method != "GET" and status < 400
        ]

    def state(self) -> Any:
        """Everything that settings are, to be compared; numbers that GitHub gives are left out."""
        rulesets = [{**one, "id": 0} for one in self.settings.rulesets]
        rules = deepcopy(self.settings.environment_rules)
        for environment in rules.values():
            environment["policies"] = [one["name"] for one in environment["policies"]]
        others = {
            name: value
            for name, value in vars(self.settings).items()
            if name not in ("rulesets", "environment_rules")
        }
        return deepcopy((self.data.environments, rulesets, rules, others))


@pytest.fixture
def github_server(monkeypatch: pytest.MonkeyPatch, at_home: None) -> Iterator[GitHubServer]:
    """An untouched repository of an organization with Enterprise, seen by its administrator."""
    stand = GitHubServer(GitHubData())
    stand.settings.plan = "enterprise"
    stand.settings.workflows = [
        {"id": number, "path": path, "state": "active"}
        for number, path in enumerate(workflow_files(), 1)
    ]
    app = Flask(__name__)
    for api in (Api, SettingsApi):
        api(stand.data, JOB_TOKEN, lambda: stand.job).register(app)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    serve = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    serve.start()
    stand.url = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("GITHUB_API_URL", stand.url)
    monkeypatch.setenv("GITHUB_TOKEN", ADMINISTRATOR)
    monkeypatch.setattr(Project, "load", classmethod(lambda cls, *_: PROJECT))
    yield stand
    server.shutdown()
    serve.join()
    server.server_close()
