"""What the settings of a repository give, seen as values."""

from dataclasses import replace
from typing import Any

import pytest
import yaml

from scripts.base.project import ROOT
from scripts.domain.github_guarantees import changes, differences, judge
from scripts.domain.guarantee import Guarantee, Wanted
from scripts.domain.guarantees_of_main import GATE
from scripts.domain.repository_settings import (
    ActionsPolicy,
    EnvironmentSettings,
    RepositorySettings,
    Reviewer,
    Rule,
    Ruleset,
)
from scripts.domain.setting_changes import AllowActions, AllowBranch, PutRuleset, SetEnvironment
from tests.scripts.github_server import PROJECT

NOTHING = RepositorySettings("example/slipway", 900000001, 700000001, visibility="public")
EMPTY = replace(NOTHING, environments={}, rules=(), rulesets={}, labels=(), owners_wrong=())
WANTED = Wanted((Reviewer("User", "grace", 2),), ("drift",), ("them/act@" + "a" * 40,), ())


def named(guarantees: list[Guarantee], name: str) -> Guarantee:
    [found] = [one for one in guarantees if one.name == name]
    return found


def judged(wanted: Wanted = WANTED, **seen: Any) -> list[Guarantee]:
    return judge(PROJECT, replace(EMPTY, **seen), wanted)


def test_what_is_not_shown_is_neither_in_force_nor_a_difference():
    guarantees = judge(PROJECT, replace(NOTHING, owners_wrong=()), WANTED)
    unseen = [one for one in guarantees if one.state == "cannot be seen"]
    assert len(unseen) == len(guarantees) - 7
    assert differences(guarantees) == []
    assert changes(guarantees) == []
    assert all(one.finding().fix for one in unseen)


def test_each_change_is_made_once_though_guarantees_share_it():
    guarantees = judged()
    made = changes(guarantees)
    assert len([change for change in made if isinstance(change, PutRuleset)]) == 1
    approval = [change for change in made if "prod-approval" in str(change)]
    assert approval == [
        SetEnvironment("prod-approval", "custom", WANTED.reviewers),
        AllowBranch("prod-approval", "main"),
    ]
    sharing = [one for one in guarantees if approval[0] in one.changes]
    assert len(sharing) == 2


@pytest.mark.parametrize(
    ("visibility", "plan", "environments", "reviewers"),
    [
        ("public", "free", True, True),
        ("private", "free", False, False),
        ("private", "pro", True, False),
        ("private", "team", True, False),
        ("private", "enterprise", True, True),
        ("private", None, True, True),  # not known: tried
        ("internal", None, True, True),
    ],
)
def test_what_a_plan_offers(visibility: str, plan: str, environments: bool, reviewers: bool):
    settings = replace(NOTHING, visibility=visibility, plan=plan)
    assert settings.offers("environments") == settings.offers("rulesets") == environments
    assert settings.offers("required reviewers") == reviewers


def test_internal_repositories_are_of_enterprises():
    assert replace(NOTHING, visibility="internal").enterprise is True


def test_what_github_refused_once_is_not_offered():
    settings = replace(NOTHING, visibility="private", refused=frozenset({"rulesets"}))
    assert not settings.offers("rulesets")
    assert not settings.offers("environments")
    assert not settings.offers("required reviewers")


@pytest.mark.parametrize(
    ("patterns", "allowed"),
    [
        (("them/act@*",), True),
        (("THEM/*",), True),
        (("them/act@" + "a" * 40,), True),
        (("them/act@v1",), False),
        (("them/act", "actions/*"), False),
        (("*", "!them/*"), False),
    ],
)
def test_patterns_of_actions_are_read_as_github_does(patterns: tuple[str, ...], allowed: bool):
    policy = ActionsPolicy(True, "selected", patterns=patterns)
    found = named(judged(actions=policy), "the actions that the workflows use are allowed")
    assert (found.state == "in force") == allowed


def test_what_is_missing_is_added_to_what_is_allowed():
    policy = ActionsPolicy(True, "selected", False, True, ("own/*",))
    found = named(judged(actions=policy), "the actions that the workflows use are allowed")
    assert found.changes == (AllowActions(False, True, ("own/*", "them/act@*")),)


def test_reviewers_and_what_else_an_environment_has_are_kept():
    joan = Reviewer("User", "joan", 3)
    seen = EnvironmentSettings("prod-approval", "any", (), (joan,), True, 30, False)
    made = changes(judged(environments={"prod-approval": seen}))
    reviewers = (joan, *WANTED.reviewers)
    assert SetEnvironment("prod-approval", "custom", reviewers, True, 30, False) in made


def test_secrets_that_only_sound_like_keys_are_none():
    name = "no key of AWS is kept as a secret"
    assert named(judged(secrets=("AWS_REGION", "SSH_KEY", "NPM_TOKEN")), name).state == "in force"
    assert named(judged(secrets=("aws_access_key_id",)), name).state == "not in force"


def test_strictness_may_come_from_several_rulesets():
    review = {"required_approving_review_count": 1}
    owners = {"require_code_owner_review": True, "dismiss_stale_reviews_on_push": True}
    rules = (Rule("pull_request", review, 1), Rule("pull_request", owners, 2))
    rulesets = {1: Ruleset(1, "one"), 2: Ruleset(2, "two")}
    guarantees = judged(rules=rules, rulesets=rulesets)
    assert named(guarantees, "main takes reviewed pull requests alone").state == "in force"


def test_a_ruleset_that_leaves_main_out_is_made_to_hold_it():
    seen = Ruleset(7, "main", include=("refs/heads/old",), exclude=("refs/heads/main", "refs/x"))
    [made] = [one for one in changes(judged(rulesets={7: seen})) if isinstance(one, PutRuleset)]
    assert made.id == 7
    assert made.include == ("refs/heads/old", "refs/heads/main")
    assert made.exclude == ("refs/x",)


def test_the_check_that_main_asks_for_is_a_job_of_the_pull_request():
    workflow = yaml.safe_load((ROOT / ".github/workflows/pull-request.yml").read_text())
    assert workflow["jobs"][GATE]["name"] == GATE
