"""From a template to production and back, as docs/adopting.md says it: one team, two accounts."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.adapters.github.used_actions import workflow_files
from tests import clones
from tests.checkout import Checkout, finished
from tests.workflows.conftest import runner_environment
from tests.workflows.harness import Harness
from tests.workflows.oidc import Trust
from tests.workflows.settings_data import ADMINISTRATOR
from tests.workflows.team import Proposal, Team

pytestmark = [pytest.mark.soak, pytest.mark.timeout(2400)]

ACCOUNTS = {"dev": "111122223333", "prod": "444455556666"}
REPOSITORY = "pier-nine/Harbor.web"
CONNECT = (
    f"connect --repository {REPOSITORY} --name harbor --region us-east-1 --reviewer grace "
    "--account dev=sandbox --account prod=production"
)
PROFILES = {"sandbox": "dev", "production": "prod"}


class Adopter:
    """Somebody with a fresh clone, two AWS profiles and a token of GitHub.

    Args:
        clone: as the template is.
        github: where its repository is.
        folder: for the profiles.
    """

    def __init__(self, clone: Checkout, github: Harness, folder: Path, endpoint: str) -> None:
        self.clone, self.github = clone, github
        profiles = folder / "credentials"
        profiles.write_text(
            "".join(
                f"[{name}]\naws_access_key_id = {ACCOUNTS[of]}\naws_secret_access_key = x\n"
                for name, of in PROFILES.items()
            )
        )
        self.shell = {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_SHARED_CREDENTIALS_FILE": str(profiles),
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "GITHUB_API_URL": github.url,
            "GITHUB_TOKEN": ADMINISTRATOR,
            "GIT_AUTHOR_NAME": "ada",
            "GIT_AUTHOR_EMAIL": "ada@localhost",
            "GIT_COMMITTER_NAME": "ada",
            "GIT_COMMITTER_EMAIL": "ada@localhost",
        }

    def run(self, words: str, *, profile: str = "", code: int = 0) -> tuple[str, str]:
        """Run a verb as it is typed; return what it printed and what it said."""
        process = subprocess.Popen(
            [".venv/bin/python", "-m", "scripts", *words.split()],
            cwd=self.clone.folder,
            env={**os.environ, **self.shell, **({"AWS_PROFILE": profile} if profile else {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        out, err = finished(process, 900)
        assert process.returncode == code, f"{words}\n{out}\n{err}"
        return out, err

    def project(self) -> Any:
        return json.loads((self.clone.folder / "project.json").read_text())


@pytest.fixture
def adopter(tmp_path: Path) -> Iterator[Adopter]:
    clone = clones.copy(tmp_path / "clone", clones.template)
    # GitHub's copy of the repository is the clone itself: a branch that is pushed is there.
    clone.git("remote", "add", "origin", str(clone.folder))
    (clone.folder / ".emulator").mkdir()
    start = "from emulator import daemon; daemon.start()"
    subprocess.run([".venv/bin/python", "-c", start], cwd=clone.folder, check=True)
    runner = runner_environment(clone)
    trust = Trust(runner["AWS_ENDPOINT_URL"], "us-east-1")
    github = Harness(clone, runner, tmp_path / "runs", trust)
    github.data.repository, github.data.visibility = REPOSITORY, "public"
    github.data.settings.workflows = [
        {"id": number, "path": path, "state": "active"}
        for number, path in enumerate(workflow_files(), 1)
    ]
    try:
        yield Adopter(clone, github, tmp_path, runner["AWS_ENDPOINT_URL"])
    finally:
        github.close()
        clone.make("down", code=None)


def test_from_a_template_to_production_and_back(adopter: Adopter) -> None:
    clone, github = adopter.clone, adopter.github

    # Somebody gets the alarms.
    for environment in ACCOUNTS:
        path = clone.folder / f"infra/envs/{environment}/main.tf"
        text = path.read_text()
        assert "alert_emails        = []" in text
        path.write_text(text.replace("= []", '= ["ops@example.com"]', 1))
    clone.commit("who gets the alarms")

    # It says what it would do, and does it after an answer.
    _, said = adopter.run(CONNECT, code=3)
    assert "would apply infra/bootstrap to the account 444455556666" in said
    assert adopter.project()["repository"] == "example/slipway"
    address, _ = adopter.run(f"{CONNECT} --yes")
    assert address.splitlines()[-1].startswith(f"https://github.com/{REPOSITORY}/pull/")
    assert [one["account_id"] for one in adopter.project()["environments"]] == list(
        ACCOUNTS.values()
    )

    # Its pull request shows what the first deployment makes; merging it is the deployment.
    clone.git("switch", "--quiet", "main")
    pull = Proposal(clone, github, branch="connect")
    pull.run().succeeds(900)
    assert "aws_autoscaling_group" in pull.comment()
    pull.merge()
    run = github.push()
    run.wait_for_log("prod-approval: harness: workspace", seconds=900)
    github.approve(run)
    run.succeeds(900)
    team = Team(clone, github)
    assert team.released("dev") == team.released("prod") == team.version()
    answer = clone.get("/", "prod").json()
    assert answer["reversed"] == "1.0.0.127"

    # It is operated from GitHub and from a laptop.
    status = github.dispatch("operate.yml", verb="status", environment="prod").succeeds()
    assert team.version() in status.summary
    _, said = adopter.run("hold prod --reason audit --yes", profile="sandbox", code=3)
    assert "another AWS account" in said
    adopter.run("hold prod --reason audit --yes", profile="production")
    assert team.hold("prod")["reason"] == "audit"
    adopter.run("unhold prod --yes", profile="production")

    # A second release, and back.
    first, words = team.version(), team.words()
    team.commit()
    run = github.push()
    run.wait_for_log("prod-approval: harness: workspace", seconds=900)
    github.approve(run)
    run.succeeds(900)
    assert words in team.scenes["prod"].page()
    back = github.dispatch("rollback.yml", environment="prod", reason="slow").succeeds(600)
    assert back.roles == [team.role("prod-release")]
    assert team.released("prod") == first

    # What is promised is in force.
    for profile, environment in PROFILES.items():
        found, _ = adopter.run(f"doctor {environment}", profile=profile)
        assert ", 0 to look after, 2 not to be had" in found

    # And it is taken down again: one environment, its account, and all that it named.
    adopter.run("unhold prod --yes", profile="production")
    exported, _ = adopter.run("destroy prod --yes", profile="production")
    assert exported.startswith("s3://harbor-state-444455556666/prod/exports/")
    _, said = adopter.run("disconnect --yes", profile="sandbox", code=3)
    assert "environments still stand" in said
    adopter.run("disconnect --yes", profile="production")
    assert [one["account_id"] for one in adopter.project()["environments"]] == [
        ACCOUNTS["dev"],
        None,
    ]
    assert team.released("dev") == team.version()
