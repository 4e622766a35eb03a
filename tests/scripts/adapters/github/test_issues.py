"""The issue and the Deployments of an environment: a picture, which holds nothing up."""

import pytest

from scripts.adapters.github import deployments, issues
from scripts.adapters.github.issues import DEPLOY, DRIFT
from tests.scripts.github_job import FakeIssue, FakeRepository

PAYLOAD = {"kind": "deploy", "version": "abc"}


@pytest.mark.usefixtures("step")
def test_a_failure_opens_one_issue_and_the_next_one_rewrites_it(repository: FakeRepository):
    issues.report(DEPLOY, "dev", "It failed", "first")
    issues.report(DEPLOY, "dev", "It failed", "second")
    [issue] = repository.issues
    assert "second" in issue.body
    assert "first" not in issue.body
    assert "/runs/7/" in issue.body
    assert len(issue.comments) == 1


@pytest.mark.usefixtures("step")
def test_each_environment_has_its_own(repository: FakeRepository):
    issues.report(DEPLOY, "dev", "dev failed", "x")
    issues.report(DEPLOY, "prod", "prod failed", "x")
    issues.settle(DEPLOY, "dev")
    assert [issue.state for issue in repository.issues] == ["closed", "open"]
    assert "/runs/7/" in repository.issues[0].comments[-1]


@pytest.mark.usefixtures("step")
def test_after_a_good_deploy_the_next_failure_opens_another(repository: FakeRepository):
    issues.report(DEPLOY, "dev", "It failed", "x")
    issues.settle(DEPLOY, "dev")
    issues.report(DEPLOY, "dev", "It failed", "y")
    assert [issue.state for issue in repository.issues] == ["closed", "open"]


@pytest.mark.usefixtures("step")
def test_each_topic_has_its_own_and_drift_is_told_without_a_comment_a_night(
    repository: FakeRepository,
):
    issues.report(DEPLOY, "dev", "dev failed", "x")
    issues.report(DRIFT, "dev", "dev differs", "first night")
    issues.report(DRIFT, "dev", "dev differs", "second night")
    failed, drift = repository.issues
    assert "second night" in drift.body
    assert drift.comments == []
    issues.settle(DRIFT, "dev")
    assert (failed.state, drift.state) == ("open", "closed")


@pytest.mark.usefixtures("step")
def test_an_issue_with_its_marker_that_a_person_wrote_is_left_alone(repository: FakeRepository):
    theirs = FakeIssue("mine", issues.marker(DEPLOY, "dev"), [DEPLOY.label], author="User")
    repository.issues.append(theirs)
    issues.report(DEPLOY, "dev", "It failed", "x")
    issues.settle(DEPLOY, "dev")
    assert (theirs.state, theirs.body, theirs.comments) == (
        "open",
        issues.marker(DEPLOY, "dev"),
        [],
    )


@pytest.mark.usefixtures("step")
def test_an_issue_is_cut_to_what_github_takes(repository: FakeRepository):
    issues.report(DEPLOY, "dev", "It failed", "line\n" * 20_000)
    assert len(repository.issues[0].body) < 65_536
    assert issues.marker(DEPLOY, "dev") in repository.issues[0].body


def test_at_home_nothing_is_told(repository: FakeRepository):
    issues.report(DEPLOY, "dev", "It failed", "x")
    assert deployments.open_deployment("dev", PAYLOAD, "x") == ""
    assert repository.issues == []
    assert repository.deployments == []


@pytest.mark.usefixtures("step")
def test_where_github_refuses_it_is_a_warning_with_the_missing_right(
    repository: FakeRepository, capsys: pytest.CaptureFixture[str]
):
    repository.refuses = True
    issues.report(DEPLOY, "dev", "It failed", "x")
    issues.settle(DEPLOY, "dev")
    assert deployments.open_deployment("dev", PAYLOAD, "x") == ""
    deployments.say_state("1", "success", "x")
    said = capsys.readouterr().err
    assert said.count("::warning ") == 4
    assert "issues: write" in said
    assert "deployments: write" in said


@pytest.mark.usefixtures("step")
def test_a_deployment_says_what_goes_where_and_that_it_is_under_way(repository: FakeRepository):
    assert deployments.open_deployment("dev", PAYLOAD, "w" * 200) == "1"
    [opened] = repository.deployments
    assert opened["ref"] == "c" * 40
    assert opened["payload"]["version"] == "abc"
    assert "/runs/7/" in opened["payload"]["run"]
    assert opened["production_environment"] is False
    assert [status["state"] for status in repository.statuses] == ["in_progress"]
    assert len(opened["description"]) == len(repository.statuses[0]["description"]) == 140


@pytest.mark.usefixtures("step")
def test_github_is_asked_for_no_merge_and_no_check_before_a_deployment(repository: FakeRepository):
    """By default it merges main into the ref, and refuses while a check of the commit runs."""
    deployments.open_deployment("prod", PAYLOAD, "x")
    [opened] = repository.deployments
    assert (opened["auto_merge"], opened["required_contexts"]) == (False, [])
    assert opened["production_environment"] is True


@pytest.mark.usefixtures("step")
def test_a_deployment_that_was_never_opened_gets_no_state(repository: FakeRepository):
    deployments.say_state("", "success", "x")
    assert repository.statuses == []
