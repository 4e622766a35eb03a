"""What the documents promise about main: reviewed, tested, never rewritten, nobody exempt.

No one is exempt, administrators included: in an emergency one of them disables the ruleset, which
GitHub's audit log shows and `doctor` tells, and `connect` enforces it again.
"""

from collections.abc import Callable, Sequence
from typing import Any

from scripts.domain.guarantee import Guarantee, broken, holds, not_offered, unseen
from scripts.domain.repository_settings import RepositorySettings, Rule, Ruleset
from scripts.domain.setting_changes import PutRuleset

RULESET = "main"
BRANCH = "refs/heads/main"
GATE = "gate"
ACTIONS_APP = 15368
"""GitHub Actions' number as an app: no other app or token can set the check then."""

Rules = Sequence[Rule]


def main_guarantees(settings: RepositorySettings) -> list[Guarantee]:
    """Judge the rules of main."""
    if not settings.offers("rulesets"):
        return [
            not_offered(
                "main is protected by rules",
                "GitHub offers rules for branches of private repositories from Pro and Team on",
                "whoever may push can push to main, unreviewed and untested, and it is deployed",
                "Make the repository public, or change its owner's plan",
            )
        ]
    names = (REVIEWED, TESTED, KEPT, "nobody is exempt from main's rules", "no merge queue")
    if settings.rules is None:
        return [*(unseen(name, settings, "rules") for name in names), _owned(settings)]
    change = _ruleset(settings)
    return [
        _reviewed(settings, settings.rules, change),
        _tested(settings.rules, change),
        _kept(settings.rules, change),
        _nobody_is_exempt(settings, settings.rules),
        _no_queue(settings, settings.rules),
        _owned(settings),
    ]


REVIEWED = "main takes reviewed pull requests alone"
TESTED = f"main takes what passed {GATE} on top of its newest commit"
KEPT = "main is never deleted or rewritten"


def _alone(settings: RepositorySettings) -> bool:
    """Whether one person only may write: nobody could give a review (theirs does not count)."""
    return settings.writers is not None and len(settings.writers) == 1


def _reviewed(settings: RepositorySettings, rules: Rules, change: PutRuleset) -> Guarantee:
    should = "pull requests, a review, code owners, and a new review after a new push"
    consequence = "a change reaches the environments that nobody else has looked at"
    if not _asks_for_pull_requests(rules):
        found = "no rule asks for pull requests"
        return broken(REVIEWED, found, should, consequence, change)
    missing = _missing_of_a_review(rules)
    if not missing:
        return holds(REVIEWED, should)
    if _alone(settings):
        [writer] = settings.writers or ("",)
        return broken(
            REVIEWED,
            f"only {writer} may write here, and nobody can approve their own pull request",
            should,
            consequence,
            fix="Invite a second person; connect then asks for the review",
        )
    return broken(REVIEWED, f"not asked for: {', '.join(missing)}", should, consequence, change)


def _asks_for_pull_requests(rules: Rules) -> bool:
    return any(rule.kind == "pull_request" for rule in rules)


def _missing_of_a_review(rules: Rules) -> list[str]:
    """What no rule asks for; of several rules GitHub takes the strictest."""
    given = [rule.parameters for rule in rules if rule.kind == "pull_request"]
    asked = {
        "a review": any(one.get("required_approving_review_count", 0) >= 1 for one in given),
        "a code owner": any(one.get("require_code_owner_review") for one in given),
        "a new review after a push": any(one.get("dismiss_stale_reviews_on_push") for one in given),
    }
    return [what for what, is_asked in asked.items() if not is_asked]


def _tested(rules: Rules, change: PutRuleset) -> Guarantee:
    should = f"the check {GATE} by GitHub Actions, and branches that are up to date"
    missing = _missing_of_a_test(rules)
    if not missing:
        return holds(TESTED, should)
    consequence = "what is merged may be something that nobody tested or planned"
    return broken(TESTED, f"not asked for: {', '.join(missing)}", should, consequence, change)


def _missing_of_a_test(rules: Rules) -> list[str]:
    given = [rule.parameters for rule in rules if rule.kind == "required_status_checks"]
    gated = any(_is_gate(check) for one in given for check in one.get("required_status_checks", []))
    strict = any(one.get("strict_required_status_checks_policy") for one in given)
    asked = {f"{GATE}, set by GitHub Actions": gated, "up-to-date branches": strict}
    return [what for what, is_asked in asked.items() if not is_asked]


def _is_gate(check: dict[str, Any]) -> bool:
    return (check.get("context"), check.get("integration_id")) == (GATE, ACTIONS_APP)


def _kept(rules: Rules, change: PutRuleset) -> Guarantee:
    missing = _missing_of_keeping(rules)
    if not missing:
        return holds(KEPT, "neither deletions nor force pushes")
    consequence = "ledgers and receipts name commits that could be gone"
    found = f"not forbidden: {', '.join(missing)}"
    return broken(KEPT, found, "both are forbidden", consequence, change)


def _missing_of_keeping(rules: Rules) -> list[str]:
    kinds = {rule.kind for rule in rules}
    words = {"deletion": "deletion", "non_fast_forward": "force pushes"}
    return [word for kind, word in words.items() if kind not in kinds]


MISSING: tuple[Callable[[Rules], list[str]], ...] = (
    lambda rules: [] if _asks_for_pull_requests(rules) else ["pull requests"],
    _missing_of_a_review,
    _missing_of_a_test,
    _missing_of_keeping,
)


def _nobody_is_exempt(settings: RepositorySettings, rules: Rules) -> Guarantee:
    """Rules that have exceptions must not be needed for anything that is promised."""
    name = "nobody is exempt from main's rules"
    known = settings.rulesets or {}
    strict = [rule for rule in rules if rule.ruleset in known and not _exempt(known, rule)]
    lost = [what for missing in MISSING for what in missing(strict) if what not in missing(rules)]
    if not lost:
        return holds(name, "no bypass")
    sources = {rule.ruleset for rule in rules} - {rule.ruleset for rule in strict}
    hidden = [one for one in sources if one not in known or known[one].bypass is None]
    if hidden:
        return unseen(name, settings, "rulesets")
    names = ", ".join(sorted(known[one].name for one in sources))
    return broken(
        name,
        f"some are, by the bypass list of {names}: {', '.join(lost)}",
        "no bypass",
        "they can merge unreviewed or untested without anybody noticing",
        fix=f"Settings, Rules, Rulesets, {names}: empty the bypass list. In an emergency disable "
        f"the ruleset: doctor tells it, and connect enforces it again",
    )


def _exempt(known: Any, rule: Rule) -> bool:
    return bool(known[rule.ruleset].bypass is None or known[rule.ruleset].bypass)


def _no_queue(settings: RepositorySettings, rules: Rules) -> Guarantee:
    name = "no merge queue"
    queues = [rule for rule in rules if rule.kind == "merge_queue"]
    if not queues:
        return holds(name, "main has none")
    known = settings.rulesets or {}
    names = ", ".join(known[rule.ruleset].name for rule in queues if rule.ruleset in known)
    return broken(
        name,
        "main has one",
        "none",
        "its commits are trees that no pull request planned, on refs that no role knows",
        fix=f"Settings, Rules, Rulesets, {names or 'that of the queue'}: no merge queue",
    )


def _owned(settings: RepositorySettings) -> Guarantee:
    """GitHub: "About code owners": a wrong line counts not, nor one whose owner may not write."""
    name = "CODEOWNERS says who reviews what"
    consequence = "no code owner is asked, whatever the rules say"
    if settings.owners_wrong is None:
        answer = settings.unseen.get("owners_wrong", "nothing")
        return broken(
            name,
            f"GitHub shows none on the default branch: {answer}",
            "a file without errors",
            consequence,
            fix="Write .github/CODEOWNERS, and merge it",
        )
    if settings.owners_wrong:
        return broken(
            name,
            ", ".join(settings.owners_wrong),
            "a file without errors",
            consequence,
            fix=f"gh api repos/{settings.repository}/codeowners/errors says what to correct",
        )
    return holds(name, "GitHub finds no error in it")


def _ruleset(settings: RepositorySettings) -> PutRuleset:
    """The repository's own ruleset with what is missing added, or a new one."""
    own = (one for one in (settings.rulesets or {}).values() if one.own and one.name == RULESET)
    seen = next(own, None)
    if seen is None:
        return PutRuleset(None, RULESET, (BRANCH,), (), (), _merged((), _alone(settings)))
    return PutRuleset(
        seen.id,
        seen.name,
        seen.include if _covers(seen) else (*seen.include, BRANCH),
        tuple(pattern for pattern in seen.exclude if pattern not in MAIN_PATTERNS),
        seen.bypass or (),
        _merged(seen.rules, _alone(settings)),
    )


MAIN_PATTERNS = (BRANCH, "~DEFAULT_BRANCH")


def _covers(ruleset: Ruleset) -> bool:
    return bool({"~ALL", *MAIN_PATTERNS} & set(ruleset.include))


def _merged(rules: Rules, alone: bool) -> tuple[Rule, ...]:
    """Add what is promised to rules; what is stricter or something else stays."""
    given = {rule.kind: dict(rule.parameters) for rule in rules}
    return tuple(
        Rule(kind, parameters)
        for kind, parameters in {
            **given,
            "deletion": given.get("deletion", {}),
            "non_fast_forward": given.get("non_fast_forward", {}),
            "pull_request": _review(given.get("pull_request", {}), alone),
            "required_status_checks": _checks(given.get("required_status_checks", {})),
        }.items()
    )


def _review(given: dict[str, Any], alone: bool) -> dict[str, Any]:
    """All five are required: GitHub, "REST API endpoints for rules"."""
    count = given.get("required_approving_review_count", 0)
    return {
        "require_last_push_approval": False,
        "required_review_thread_resolution": False,
        **given,
        "required_approving_review_count": count if alone else max(count, 1),
        "require_code_owner_review": given.get("require_code_owner_review", False) or not alone,
        "dismiss_stale_reviews_on_push": True,
    }


def _checks(given: dict[str, Any]) -> dict[str, Any]:
    checks = [one for one in given.get("required_status_checks", []) if one.get("context") != GATE]
    gate = {"context": GATE, "integration_id": ACTIONS_APP}
    return {
        **given,
        "required_status_checks": [*checks, gate],
        "strict_required_status_checks_policy": True,
    }
