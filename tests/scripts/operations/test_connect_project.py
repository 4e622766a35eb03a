"""Connecting a clone: against GitHub's stand-in, with bootstrap and AWS's answers given."""

import json
import shutil
import subprocess
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ProfileNotFound

from scripts.adapters.github import write_settings
from scripts.adapters.github.pull_request import open_pull_request
from scripts.base.errors import RefusedError, UsageError
from scripts.base.git_tree import git
from scripts.base.project import ROOT, Project
from scripts.commands import connect
from scripts.domain import codeowners
from scripts.domain.connected_project import repository_of
from scripts.domain.findings import Finding
from scripts.operations import account_findings, connect_project, github_settings
from tests.scripts.github_server import GitHubServer

ACCOUNTS = {None: "111122223333", "production": "444455556666"}
ARGUMENTS = [
    *("--repository", "example/slipway", "--reviewer", "grace"),
    *("--account", "prod=production"),
]
FILES = (
    *("project.json", ".github/CODEOWNERS"),
    *("infra/envs/dev/main.tf", "infra/envs/prod/main.tf"),
)


class Killed(BaseException):
    """The command was killed at this very moment."""


class FakeClients:
    """AWS as a profile sees it."""

    def __init__(self, region: str, profile: str | None = None) -> None:
        if profile not in ACCOUNTS:
            raise ProfileNotFound(profile=str(profile))
        self.region, self.account_id = region, ACCOUNTS[profile]
        self.identity = f"arn:aws:iam::{self.account_id}:user/ada"

    def credentials(self) -> dict[str, str]:
        return {"AWS_ACCESS_KEY_ID": self.account_id}


class Clone:
    """A clone of the repository, whose origin is a folder.

    Attributes:
        folder: of the clone.
        bootstrapped: accounts, in their order.
        kill_after: how many changes the command lives to make; None for all.
    """

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.begin(folder)
        patch = monkeypatch.setattr
        patch(connect_project, "Clients", FakeClients)
        load = Project.parse
        patch(
            Project,
            "load",
            classmethod(
                lambda cls, *_: load((self.folder / "project.json").read_text(), self.folder)
            ),
        )
        patch(account_findings, "look", lambda *_: [])
        short = Finding("the quota x", "not in force", "5, 12 are needed", "ask for more")
        patch(account_findings, "outlook", lambda *_: [short])
        patch(connect_project, "bootstrap", self._counted(self._bootstrap))
        patch(connect_project, "_write", self._counted(connect_project._write))
        patch(github_settings, "apply", self._counted(write_settings.apply))
        patch(connect_project, "open_pull_request", self._counted(open_pull_request))
        counted = self._counted(git)
        patch(
            connect_project,
            "git",
            lambda root, *words, **more: (counted if words[0] in CHANGING else git)(
                root, *words, **more
            ),
        )

    def begin(self, folder: Path) -> None:
        """Clone once more, elsewhere."""
        self.folder, self.origin = folder / "clone", folder / "origin"
        self.bootstrapped: list[str] = []
        self.kill_after: int | None = None
        self.changes = 0
        self._make()
        self._monkeypatch.setattr(connect_project, "ROOT", self.folder)

    def _make(self) -> None:
        for name in FILES:
            target = self.folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target)
        project = json.loads((self.folder / "project.json").read_text())
        project["repository"] = "acme/template"
        (self.folder / "project.json").write_text(json.dumps(project))
        owners = self.folder / ".github/CODEOWNERS"
        owners.write_text(codeowners.render("@acme"))
        self.git("init", "--quiet", "--bare", "--initial-branch=main", str(self.origin))
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("config", "user.name", "ada")
        self.git("config", "user.email", "ada@localhost")
        self.git("remote", "add", "origin", str(self.origin))
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "the template")
        self.git("push", "--quiet", "origin", "main")

    def project(self) -> str:
        return (self.folder / "project.json").read_text()

    def git(self, *words: str) -> str:
        return subprocess.run(
            ["git", *words], cwd=self.folder, check=True, capture_output=True, text=True
        ).stdout.strip()

    def _bootstrap(self, clients: FakeClients, _: Project) -> None:
        self.bootstrapped.append(clients.account_id)

    def _counted(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """Let the process be killed right after one of its changes."""

        def counted(*given: Any, **named: Any) -> Any:
            answer = act(*given, **named)
            self.changes += 1
            if self.changes == self.kill_after:
                raise Killed
            return answer

        return counted

    def pushed(self) -> dict[str, Any]:
        """project.json of the branch at the origin."""
        text = self.git("--git-dir", str(self.origin), "show", "connect:project.json")
        return dict(json.loads(text))


CHANGING = ("switch", "add", "commit", "push")


@pytest.fixture
def clone(github_server: GitHubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clone:
    return Clone(tmp_path, monkeypatch)


def test_it_says_what_it_would_do_and_does_nothing_before_an_answer(
    clone: Clone, github_server: GitHubServer, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(RefusedError, match="no terminal to ask at"):
        connect.main(ARGUMENTS)
    said = capsys.readouterr().err
    for line in (
        "dev: account 111122223333",
        "prod: account 444455556666",
        "an organization is no code owner: name a team of it, --owner @example/TEAM",
        "would write project.json",
        "would apply infra/bootstrap to the account 444455556666",
        "the quota x: not in force, 5, 12 are needed. ask for more",
        "would make the ruleset main",
        "would push the branch connect",
    ):
        assert line in said
    assert clone.changes == 0
    assert github_server.writes() == []
    assert clone.git("status", "--porcelain") == ""


def test_it_connects_each_account_and_ends_with_a_pull_request(
    clone: Clone, github_server: GitHubServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert connect.main([*ARGUMENTS, "--yes"]) == 0
    said = capsys.readouterr()
    [pull] = github_server.data.pulls.values()
    assert said.out.splitlines()[-1] == pull["html_url"]
    assert (pull["head"]["ref"], pull["base"]["ref"]) == ("connect", "main")
    assert clone.bootstrapped == ["111122223333", "444455556666"]
    project = clone.pushed()
    assert project["repository"] == "example/slipway"
    assert (project["owner_id"], project["repository_id"]) == (700000001, 900000001)
    assert project["registry_account_id"] == "111122223333"
    assert [one["account_id"] for one in project["environments"]] == list(ACCOUNTS.values())
    owners = clone.git("--git-dir", str(clone.origin), "show", "connect:.github/CODEOWNERS")
    assert codeowners.owner_of(owners) == "@example"
    assert "in force" in said.out


def test_a_second_run_changes_nothing(clone: Clone, github_server: GitHubServer) -> None:
    connect.main([*ARGUMENTS, "--yes"])
    writes, pulls = len(github_server.writes()), dict(github_server.data.pulls)
    head = clone.git("rev-parse", "connect")
    assert connect.main([*ARGUMENTS, "--yes"]) == 0
    assert len(github_server.writes()) == writes
    assert github_server.data.pulls == pulls
    assert clone.git("rev-parse", "connect") == head


@pytest.mark.slow
def test_killed_after_any_of_its_changes_it_goes_on(
    clone: Clone, github_server: GitHubServer, tmp_path: Path
) -> None:
    data, fresh = github_server.data, deepcopy(vars(github_server.settings))
    connect.main([*ARGUMENTS, "--yes"])
    wanted, text, number = github_server.state(), clone.pushed(), clone.changes
    assert number > 15
    for kill_after in range(1, number + 1):
        vars(github_server.settings).update(deepcopy(fresh))
        data.environments.clear()
        data.pulls.clear()
        clone.begin(tmp_path / str(kill_after))
        clone.kill_after = kill_after
        with pytest.raises(Killed):
            connect.main([*ARGUMENTS, "--yes"])
        clone.kill_after = None
        assert connect.main([*ARGUMENTS, "--yes"]) == 0, kill_after
        assert github_server.state() == wanted, kill_after
        assert clone.pushed() == text, kill_after
        assert len(data.pulls) == 1, kill_after
        assert set(clone.bootstrapped) == set(ACCOUNTS.values()), kill_after


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--account", "prod"], "is not ENV=PROFILE"),
        (["--account", "staging=x"], "there is no environment staging"),
        (["--owner", "nope"], "neither @USER nor @ORGANIZATION/TEAM"),
        (["--region", "cn-north-1"], "outside of AWS's commercial partition"),
    ],
)
def test_wrong_words_are_refused_before_anything_is_asked(
    clone: Clone, github_server: GitHubServer, words: list[str], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        connect.main(["--repository", "example/slipway", *words])
    assert github_server.data.requests == []


def test_what_only_a_person_can_mend_is_said_before_the_answer(
    clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(RefusedError):
        connect.main(["--repository", "example/slipway"])
    assert "prod waits for an approval: not in force" in capsys.readouterr().err


def test_a_profile_that_does_not_exist_is_refused(clone: Clone) -> None:
    with pytest.raises(RefusedError, match="no credentials for prod") as caught:
        connect.main([*ARGUMENTS, "--account", "prod=nobody"])
    assert "--account prod=PROFILE" in caught.value.next_step
    assert clone.changes == 0


def test_an_environment_is_never_moved_to_another_account(clone: Clone) -> None:
    connect.main([*ARGUMENTS, "--yes"])
    changes = clone.changes
    with pytest.raises(RefusedError, match="dev is connected to another account already"):
        connect.main([*ARGUMENTS, "--account", "dev=production", "--yes"])
    assert clone.changes == changes
    # Without a profile, what these credentials are not of is left as it is.
    assert connect.main(["--repository", "example/slipway", "--yes"]) == 0
    assert clone.bootstrapped[-1] == "111122223333"
    assert [one["account_id"] for one in clone.pushed()["environments"]] == list(ACCOUNTS.values())


def test_without_an_origin_on_github_the_repository_has_to_be_named(clone: Clone) -> None:
    with pytest.raises(UsageError, match=r"no origin on github\.com") as caught:
        connect.main([])
    assert "--repository OWNER/NAME" in str(caught.value)


@pytest.mark.parametrize(
    ("origin", "repository"),
    [
        ("https://github.com/acme/web.git", "acme/web"),
        ("https://github.com/acme/web", "acme/web"),
        ("git@github.com:acme/web.app.git", "acme/web.app"),
        ("ssh://git@github.com/acme/web.git\n", "acme/web"),
        ("https://gitlab.com/acme/web.git", ""),
        ("https://github.com.evil.test/acme/web", ""),
        ("/srv/web.git", ""),
        ("", ""),
    ],
)
def test_a_repository_is_read_from_an_origin_on_github_only(origin: str, repository: str) -> None:
    assert repository_of(origin) == repository


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--name", "AWS_Thing", "lower-case letters"),
        ("--region", "Frankfurt", "AWS region"),
        ("--repository", "only-a-name", "OWNER/NAME"),
    ],
)
def test_an_option_that_project_json_cannot_hold_is_refused_before_anything(
    option: str, value: str, says: str
) -> None:
    with pytest.raises(UsageError, match=value) as refused:
        connect.main([option, value, "--yes"])
    assert says in refused.value.which[0]
