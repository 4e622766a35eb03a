"""What `connect` does to a repository's settings on GitHub."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from github.Requester import Requester

from scripts.adapters.github.issues import TOPICS
from scripts.base.errors import RefusedError, SlipwayError
from scripts.operations.github_settings import Look, connect_github, look
from tests.scripts.github_server import PROJECT, GitHubServer

REVIEWERS = ("grace", "example/platform")


def connect(*reviewers: str, yes: bool = True) -> Look:
    return connect_github(PROJECT, None, reviewers or REVIEWERS, yes=yes)


def not_held(seen: Look) -> list[str]:
    return [finding.guarantee for finding in seen.findings if finding.state != "in force"]


def test_a_new_repository_gets_everything_and_a_second_run_changes_nothing(
    github_server: GitHubServer,
):
    assert not_held(connect()) == []
    settings, before = github_server.settings, len(github_server.writes())
    assert github_server.data.environments == {
        "dev": [],
        "prod": [],
        "prod-approval": ["grace", "example/platform"],
    }
    for rules in settings.environment_rules.values():
        assert [one["name"] for one in rules["policies"]] == ["main"]
    [ruleset] = settings.rulesets
    assert ruleset["enforcement"] == "active"
    assert ruleset["bypass_actors"] == []
    assert {"deploy-failed", "drift"} <= set(settings.labels)
    assert settings.variables == {"ATTEST": "true"}
    assert not_held(connect()) == []
    assert len(github_server.writes()) == before


def test_without_yes_it_says_what_it_would_do_and_does_nothing(
    github_server: GitHubServer, capsys: pytest.CaptureFixture[str]
):
    seen = connect(yes=False)
    assert github_server.writes() == []
    said = capsys.readouterr().err
    assert [str(change) for change in seen.changes if f"would {change}" not in said] == []
    assert "would make the ruleset main" in said
    assert "example/slipway (number 900000001): private, of the organization" in said
    assert "plan enterprise, default branch main, 2 may push" in said


def test_a_look_takes_few_calls(github_server: GitHubServer):
    connect()
    github_server.data.requests.clear()
    look(PROJECT)
    assert len(github_server.data.requests) <= 30


class Killed(BaseException):
    """What a signal does: nothing that is written in Python goes on."""


@pytest.fixture
def killing(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Ends the process after so many changes; empty lets it live."""
    after: list[int] = []
    real = Requester.requestJson

    def requested(self: Requester, verb: str, *given: Any, **named: Any) -> Any:
        answer = real(self, verb, *given, **named)
        if after and verb != "GET":
            after[0] -= 1
            if after[0] == 0:
                raise Killed
        return answer

    monkeypatch.setattr(Requester, "requestJson", requested)
    return after


def neglected(server: GitHubServer) -> None:
    """A repository of which every setting has to be changed."""
    settings = server.settings
    server.data.visibility = "public"
    settings.repository["has_issues"] = False
    settings.actions["allowed_actions"] = "local_only"
    settings.selected_actions["github_owned_allowed"] = False
    settings.workflow_token.update(
        default_workflow_permissions="write", can_approve_pull_request_reviews=True
    )
    settings.retention["days"] = 5
    settings.subject = {"use_default": False, "include_claim_keys": ["repo"]}
    settings.workflows[0]["state"] = "disabled_inactivity"
    server.data.environments["prod"] = []


@pytest.mark.slow
def test_killed_after_any_change_and_run_again_it_ends_the_same(
    github_server: GitHubServer, killing: list[int]
):
    data, settings = github_server.data, github_server.settings
    fresh = deepcopy(vars(settings))

    def reset() -> None:
        vars(settings).update(deepcopy(fresh))
        data.environments.clear()
        data.requests.clear()
        neglected(github_server)

    reset()
    assert not_held(connect()) == []
    whole, changes = github_server.state(), len(github_server.writes())
    assert changes >= 17
    for number in range(1, changes + 1):
        reset()
        killing[:] = [number]
        with pytest.raises(Killed):
            connect()
        assert len(github_server.writes()) == number
        killing.clear()
        assert not_held(connect()) == []
        assert github_server.state() == whole, number
        assert len(github_server.writes()) == changes, number


@pytest.mark.parametrize(
    "call", ["POST labels", "POST variables", "POST rulesets", "POST deployment-branch-policies"]
)
def test_an_answer_that_is_lost_does_no_harm(github_server: GitHubServer, call: str):
    github_server.settings.lost_answers.add(call)
    assert not_held(connect()) == []
    assert github_server.settings.lost_answers == set()


# What people set stays


def test_what_people_set_beside_it_stays(github_server: GitHubServer):
    data, settings = github_server.data, github_server.settings
    data.environments["prod-approval"] = ["joan"]
    settings.environment_rules["prod-approval"] = {
        "wait_timer": 30,
        "prevent_self_review": True,
        "can_admins_bypass": False,
        "deployment_branch_policy": None,
        "policies": [],
        "secrets": [],
    }
    settings.actions["allowed_actions"] = "selected"
    settings.selected_actions["patterns_allowed"] = ["theirs/own@*"]
    settings.retention["days"] = 200
    settings.rulesets.append(strict_ruleset())
    assert not_held(connect()) == []
    assert data.environments["prod-approval"] == ["joan", "grace", "example/platform"]
    rules = settings.environment_rules["prod-approval"]
    assert (rules["wait_timer"], rules["prevent_self_review"]) == (30, True)
    assert rules["can_admins_bypass"] is False
    assert settings.retention["days"] == 200
    patterns = settings.selected_actions["patterns_allowed"]
    assert patterns == ["theirs/own@*", "aws-actions/configure-aws-credentials@*"]


def strict_ruleset(**changes: Any) -> dict[str, Any]:
    """A ruleset of the name that ours has, made by a person."""
    review = {
        "dismiss_stale_reviews_on_push": False,
        "require_code_owner_review": False,
        "require_last_push_approval": True,
        "required_approving_review_count": 2,
        "required_review_thread_resolution": True,
        "allowed_merge_methods": ["squash"],
    }
    checks = {
        "required_status_checks": [{"context": "theirs"}, {"context": "gate"}],
        "strict_required_status_checks_policy": False,
    }
    return {
        "id": 7,
        "name": "main",
        "target": "branch",
        "source_type": "Repository",
        "enforcement": "active",
        "bypass_actors": [],
        "conditions": {
            "ref_name": {"include": ["~DEFAULT_BRANCH", "refs/heads/next"], "exclude": []}
        },
        "rules": [
            {"type": "required_signatures"},
            {"type": "pull_request", "parameters": review},
            {"type": "required_status_checks", "parameters": checks},
        ],
        **changes,
    }


@pytest.mark.parametrize("enforcement", ["active", "disabled"])
def test_a_ruleset_of_that_name_is_completed_and_what_is_stricter_stays(
    github_server: GitHubServer, enforcement: str
):
    github_server.settings.rulesets.append(strict_ruleset(enforcement=enforcement))
    assert not_held(connect()) == []
    [ruleset] = github_server.settings.rulesets
    rules = {rule["type"]: rule.get("parameters") for rule in ruleset["rules"]}
    assert set(rules) == {
        "required_signatures",
        "pull_request",
        "required_status_checks",
        "deletion",
        "non_fast_forward",
    }
    review = rules["pull_request"]
    assert review["required_approving_review_count"] == 2
    assert review["require_last_push_approval"] is True
    assert review["allowed_merge_methods"] == ["squash"]
    assert review["dismiss_stale_reviews_on_push"] is True
    assert rules["required_status_checks"]["required_status_checks"] == [
        {"context": "theirs"},
        {"context": "gate", "integration_id": 15368},
    ]
    assert ruleset["conditions"]["ref_name"]["include"] == ["~DEFAULT_BRANCH", "refs/heads/next"]
    assert ruleset["enforcement"] == "active"


def test_rules_of_the_organization_count_and_are_left_alone(github_server: GitHubServer):
    connect()
    [ruleset] = github_server.settings.rulesets
    ruleset.update(source_type="Organization", name="of all")
    before = len(github_server.writes())
    assert not_held(connect()) == []
    assert len(github_server.writes()) == before


def test_what_only_a_person_may_undo_is_told_and_left(github_server: GitHubServer):
    connect()
    policies = github_server.settings.environment_rules["dev"]["policies"]
    policies.append({"id": 77, "name": "release/*", "type": "branch"})
    before = len(github_server.writes())
    seen = connect()
    assert not_held(seen) == ["only main deploys to dev"]
    [finding] = [finding for finding in seen.findings if finding.fails]
    path = "repos/example/slipway/environments/dev/deployment-branch-policies/77"
    assert finding.fix == f"gh api -X DELETE {path}"
    assert len(github_server.writes()) == before


def test_actions_that_are_off_are_switched_on(github_server: GitHubServer):
    github_server.settings.actions["enabled"] = False
    assert not_held(connect()) == []
    assert github_server.settings.actions["enabled"] is True


def test_actions_that_have_to_be_pinned_stay_so(github_server: GitHubServer):
    github_server.settings.actions.update(allowed_actions="local_only", sha_pinning_required=True)
    assert not_held(connect()) == []
    assert github_server.settings.actions == {
        "enabled": True,
        "allowed_actions": "selected",
        "sha_pinning_required": True,
    }


def test_a_reviewer_is_known_however_the_name_is_written(github_server: GitHubServer):
    connect("grace")
    before = len(github_server.writes())
    assert not_held(connect("Grace")) == []
    assert len(github_server.writes()) == before


def test_who_is_exempt_is_told_and_left(github_server: GitHubServer):
    theirs = {"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}
    github_server.settings.rulesets.append(strict_ruleset(bypass_actors=[theirs]))
    assert not_held(connect()) == ["nobody is exempt from main's rules"]
    [ruleset] = github_server.settings.rulesets
    assert ruleset["bypass_actors"] == [theirs]


def test_what_stands_on_a_later_page_is_seen(github_server: GitHubServer):
    others = [f"label-{number}" for number in range(150)]
    github_server.settings.labels = [*others, *(topic.label for topic in TOPICS)]
    assert not_held(connect()) == []
    assert "POST /labels" not in github_server.writes()


def test_what_the_organization_decides_is_told_and_the_rest_is_made(
    github_server: GitHubServer, capsys: pytest.CaptureFixture[str]
):
    github_server.settings.workflow_token["can_approve_pull_request_reviews"] = True
    github_server.settings.overruled.add("workflow")
    assert not_held(connect()) == ["no workflow can approve a pull request"]
    assert "decided it for all: 409 Conflict" in capsys.readouterr().err


# Plans and people


@pytest.mark.parametrize("shown", [True, False])
def test_a_private_repository_of_team_gets_all_but_reviewers(
    github_server: GitHubServer, shown: bool
):
    github_server.settings.plan = "team"
    github_server.settings.plan_is_shown = shown
    seen = connect()
    assert not_held(seen) == ["images are attested", "prod waits for an approval"]
    assert not any(finding.fails for finding in seen.findings)
    assert github_server.data.environments["prod-approval"] == []
    policies = github_server.settings.environment_rules["prod-approval"]["policies"]
    assert [one["name"] for one in policies] == ["main"]
    detail = {finding.guarantee: finding.detail for finding in seen.findings}
    assert "somebody dispatches deploy" in detail["prod waits for an approval"]


@pytest.mark.parametrize("shown", [True, False])
def test_a_private_repository_without_a_plan_is_told_what_it_lacks(
    github_server: GitHubServer, shown: bool
):
    github_server.settings.plan = "free"
    github_server.settings.plan_is_shown = shown
    seen = connect()
    assert not_held(seen) == [
        "images are attested",
        "only main deploys to dev",
        "only main deploys to prod",
        "only main deploys to prod-approval",
        "prod waits for an approval",
        "main is protected by rules",
    ]
    assert not any(finding.fails for finding in seen.findings)
    assert [one for one in github_server.writes() if "environ" in one or "rulesets" in one] == []
    assert seen.changes == []


def test_a_public_repository_of_a_user_without_a_plan_gets_everything(
    github_server: GitHubServer,
):
    github_server.data.visibility = "public"
    github_server.settings.plan = "free"
    github_server.settings.owner_kind = "User"
    assert not_held(connect("grace")) == []
    assert github_server.settings.private_reports is True


def test_who_works_alone_is_asked_for_no_review_that_nobody_could_give(
    github_server: GitHubServer,
):
    github_server.settings.collaborators = {"ada": "admin", "eve": "pull"}
    seen = connect("ada")
    assert not_held(seen) == ["main takes reviewed pull requests alone"]
    [ruleset] = github_server.settings.rulesets
    rules = {rule["type"]: rule.get("parameters") for rule in ruleset["rules"]}
    review = rules["pull_request"]
    assert review["required_approving_review_count"] == 0
    assert review["require_code_owner_review"] is False
    before = len(github_server.writes())
    connect("ada")
    assert len(github_server.writes()) == before
    github_server.settings.collaborators["grace"] = "push"
    assert not_held(connect("ada")) == []
    [ruleset] = github_server.settings.rulesets
    [review] = [rule for rule in ruleset["rules"] if rule["type"] == "pull_request"]
    assert review["parameters"]["required_approving_review_count"] == 1


def test_a_seventh_reviewer_is_refused_before_github_does(github_server: GitHubServer):
    settings = github_server.settings
    names = [f"person{number}" for number in range(7)]
    settings.users.update({name: 100 + number for number, name in enumerate(names)})
    connect(*names[:6])
    seen = connect(names[6])
    assert not_held(seen) == ["prod waits for an approval"]
    assert "GitHub takes 6" in next(f.fix for f in seen.findings if f.fails)
    assert github_server.data.environments["prod-approval"] == names[:6]


def test_an_answer_that_shows_nothing_is_not_printed_as_a_failure(
    github_server: GitHubServer, caplog: pytest.LogCaptureFixture
):
    github_server.settings.plan = "free"
    look(PROJECT)
    assert 403 in {status for *_, status in github_server.data.requests}
    assert [one for one in caplog.records if one.name.startswith("github")] == []


# What ends it before anything is touched


@pytest.mark.parametrize(
    ("token", "repository", "reviewer", "message"),
    [
        ("token-of-nobody", "example/slipway", "grace", "does not know this token"),
        (None, "example/other", "grace", "shows no repository example/other"),
        (None, "example/slipway", "nobody", "shows no person 'nobody'"),
        (None, "example/slipway", "example/none", "shows no team 'example/none'"),
        (None, None, "grace", "not connected to GitHub"),
    ],
)
def test_it_is_refused_with_the_reason(
    github_server: GitHubServer,
    token: str | None,
    repository: str | None,
    reviewer: str,
    message: str,
):
    project = replace(PROJECT, repository=repository)
    with pytest.raises(RefusedError, match=message) as caught:
        connect_github(project, token, [reviewer], yes=True)
    assert caught.value.next_step
    assert github_server.writes() == []


def test_who_may_not_administer_is_told_at_the_first_change(
    github_server: GitHubServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("GITHUB_TOKEN", "token-of-a-member")
    with pytest.raises(SlipwayError, match="GitHub refused: set the environment") as caught:
        connect()
    assert "administration: write" in caught.value.next_step
