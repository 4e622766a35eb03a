"""What a step tells the job, and what it asks of the command that does the work."""

import json
from dataclasses import replace
from typing import Any

import pytest

from scripts.adapters.github.attestations import is_attested
from scripts.base.project import Environment, Project
from scripts.operations.rollback import Options
from scripts.workflow_steps import connection, dispatched_rollback, publish_image
from tests.scripts.github_job import FakeRepository, Step
from tests.scripts.github_server import GitHubServer
from tests.workflows.settings_data import ADMINISTRATOR

DIGEST = f"sha256:{'a' * 64}"

ENVIRONMENTS = (
    Environment("dev", "123456789012", session_hours=2),
    Environment("prod", "123456789012", after="dev", approval=True, session_hours=6),
)
CONNECTED = Project("slipway", "eu-central-1", "o/r", "123456789012", ENVIRONMENTS)


@pytest.fixture
def project(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clone that is connected to an account."""
    monkeypatch.setattr(Project, "load", classmethod(lambda _: CONNECTED))


@pytest.mark.usefixtures("project")
def test_an_environment_without_an_account_is_not_connected(
    step: Step, monkeypatch: pytest.MonkeyPatch
):
    staging = replace(CONNECTED, environments=(*ENVIRONMENTS, Environment("staging", after="prod")))
    monkeypatch.setattr(Project, "load", classmethod(lambda _: staging))
    assert connection.main(["staging"]) == 0
    assert step.outputs == {"connected": "false"}


def test_a_clone_without_an_account_says_how_to_connect_it(
    step: Step, monkeypatch: pytest.MonkeyPatch
):
    unconnected = Project("slipway", "eu-central-1", None, None, (Environment("dev"),))
    monkeypatch.setattr(Project, "load", classmethod(lambda _: unconnected))
    assert connection.main(["dev"]) == 0
    assert step.outputs == {"connected": "false"}
    assert "scripts connect" in step.summary


@pytest.mark.usefixtures("project")
def test_an_environment_gets_its_own_roles_and_a_job_without_one_does_not(step: Step):
    connection.main([])
    assert "release-role" not in step.outputs
    assert step.outputs["image-role"] == "arn:aws:iam::123456789012:role/slipway-image"
    connection.main(["dev"])
    assert step.outputs["plan-role"] == "arn:aws:iam::123456789012:role/slipway-dev-plan"
    assert step.outputs["release-role"] == "arn:aws:iam::123456789012:role/slipway-dev-release"
    assert step.outputs["session-seconds"] == "7200"


@pytest.mark.usefixtures("step")
def test_a_new_image_of_a_public_repository_is_attested():
    assert publish_image._attestation(True, DIGEST)[0]


@pytest.mark.usefixtures("step")
@pytest.mark.parametrize("attested", [True, False])
def test_an_image_that_exists_is_attested_where_it_is_not_yet(
    monkeypatch: pytest.MonkeyPatch, attested: bool
):
    monkeypatch.setattr(publish_image, "is_attested", lambda digest: attested)
    assert publish_image._attestation(False, DIGEST)[0] is not attested


@pytest.mark.usefixtures("step")
def test_whether_an_image_is_attested_is_githubs_to_say(
    github_server: GitHubServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("GITHUB_REPOSITORY", "example/slipway")
    monkeypatch.setenv("GITHUB_API_URL", github_server.url)
    monkeypatch.setenv("GITHUB_TOKEN", ADMINISTRATOR)
    assert not is_attested(DIGEST)
    github_server.data.attestations.append({"digest": DIGEST})
    assert is_attested(DIGEST)
    monkeypatch.setenv("GITHUB_TOKEN", "nobody's")
    assert is_attested(DIGEST), "nothing waits for an answer that does not come"


@pytest.mark.parametrize("visibility", ["private", "internal"])
def test_one_of_a_private_repository_only_where_its_owner_says_that_github_offers_it(
    step: Step, monkeypatch: pytest.MonkeyPatch, visibility: str
):
    (step.folder / "event").write_text(json.dumps({"repository": {"visibility": visibility}}))
    attests, why = publish_image._attestation(True, DIGEST)
    assert not attests
    assert "Neither its provenance nor an SBOM is attested" in why
    assert "ATTEST" in why
    monkeypatch.setenv("ATTEST", "true")
    assert publish_image._attestation(True, DIGEST)[0]


@pytest.fixture
def asked(
    step: Step, monkeypatch: pytest.MonkeyPatch, repository: FakeRepository
) -> list[tuple[str, Options]]:
    """The environment and the options that rolling back is called with."""
    calls: list[tuple[str, Options]] = []

    def roll_back(_: Any, __: Any, environment: str, options: Options, ___: Any) -> str:
        calls.append((environment, options))
        return ""

    monkeypatch.setattr(dispatched_rollback, "connect", lambda *_: None)
    monkeypatch.setattr(dispatched_rollback, "roll_back", roll_back)
    monkeypatch.setenv("SLIPWAY_WORK_DIR", str(step.folder))
    return calls


def run(monkeypatch: pytest.MonkeyPatch, **options: str) -> None:
    for name, value in options.items():
        monkeypatch.setenv(name, value)
    dispatched_rollback.main(["dev"])


def test_a_rollback_asks_for_the_release_before_and_names_who_and_why(
    step: Step,
    asked: list[tuple[str, Options]],
    monkeypatch: pytest.MonkeyPatch,
    repository: FakeRepository,
):
    run(monkeypatch, REASON=" it's slow; rm -rf / ", HOLD="true", RELEASE="", REJECTED_TOO="false")
    assert asked == [("dev", Options(reason="ada: it's slow; rm -rf /"))]
    [opened] = repository.deployments
    assert opened["task"] == "rollback"
    assert opened["environment"] == "dev"
    assert step.outputs == {"deployment": "1"}


def test_a_rollback_passes_every_option_on(
    asked: list[tuple[str, Options]], monkeypatch: pytest.MonkeyPatch
):
    run(monkeypatch, REASON="--no", RELEASE=" abc ", HOLD="false", REJECTED_TOO="true")
    assert asked == [("dev", Options("abc", "ada: --no", hold=False, rejected_too=True))]
