"""The decision over every combination, alone and until it ends."""

import re
from dataclasses import replace
from functools import cache

from scripts.base.project import ROOT
from scripts.domain.actions import Action
from scripts.domain.assessment import Assessment
from scripts.domain.decide import ROWS, decide
from scripts.domain.desired_state import DesiredState
from scripts.domain.observed_state import GOING_BACK, ObservedState
from tests.scripts.observed_states import DIGESTS, Model, goals, observed_states

MOST_ACTS = 14

Ended = tuple[ObservedState, DesiredState, Model, Action, list[str]]


@cache
def every() -> list[tuple[ObservedState, DesiredState, int, Action]]:
    """Each combination with its row and its action."""
    found = []
    for observed in observed_states():
        for desired in goals(observed):
            assessment = Assessment(observed, desired)
            answers = (row.rule(assessment) for row in ROWS)
            number, action = next((i, one) for i, one in enumerate(answers) if one)
            found.append((observed, desired, number, action))
    return found


def run(observed: ObservedState, desired: DesiredState) -> Ended:
    """Act until the table says that it is over."""
    model, acts = Model(observed, desired), list[str]()
    while (action := decide(model.observed, model.desired)).kind not in ("stop", "refuse"):
        acts.append(action.kind)
        assert len(acts) <= MOST_ACTS, acts
        model.act(action)
    return observed, desired, model, action, acts


@cache
def ended() -> list[Ended]:
    """A part of the combinations, spread over all, run to their end."""
    # 11 divides the length of no dimension, so that every two values meet.
    return [run(observed, desired) for observed, desired, _, _ in every()[::11]]


def test_the_table_in_the_docs_is_the_one_that_decides():
    text = (ROOT / "docs" / "decide.md").read_text()
    shown = re.findall(r"^\| \d+ \| (.+?) \| `(.+?)` \|", text, re.MULTILINE)

    assert shown == [(row.when, row.kind) for row in ROWS]


def test_every_row_is_reached():
    reached = {number for _, _, number, _ in every()}
    # What ends a run is reached by runs, not by chance.
    at_the_end = {len(ROWS) - 1, len(ROWS) - 2}
    assert set(range(len(ROWS))) - reached <= at_the_end
    assert {"stop", "refuse"} <= {action.kind for _, _, _, action, _ in ended()}


def test_the_first_row_that_holds_decides():
    for observed, desired, _, action in every()[::50]:
        assert decide(observed, desired) == action


def test_a_held_environment_is_not_changed_by_a_deploy():
    for observed, desired, _, action in every():
        if observed.hold and observed.hold.kind == "manual" and desired.verb == "deploy":
            assert action.kind == "refuse"


def test_a_held_template_lets_only_its_own_change_pass():
    for observed, desired, _, action in every():
        if not observed.hold or observed.hold.kind != "template" or desired.verb != "deploy":
            continue
        assessment = Assessment(observed, desired)
        passes = assessment.inputs_differ or assessment.spec_moved_on
        assert passes or action.kind == "refuse"


def test_a_deploy_never_aborts_a_roll():
    for _, desired, _, action in every():
        assert not (desired.verb == "deploy" and action.kind == "abort")


def test_recovering_ends_a_roll_unless_it_leads_back_already():
    for observed, desired, _, action in every():
        refresh = observed.refresh
        if desired.verb != "recover" or not (refresh and refresh.active and refresh.target):
            continue
        back = Assessment(observed, desired).target.configuration == refresh.target.configuration
        if refresh.status in GOING_BACK:
            assert action.kind == "wait"
        else:
            assert action.kind == ("watch" if back else "abort")


def test_a_pause_changes_no_decision():
    for observed, desired, _, action in every()[::50]:
        if observed.group:
            paused = replace(observed.group, suspended=("InstanceRefresh",))
            assert decide(replace(observed, group=paused), desired) == action


def test_nothing_is_started_while_a_refresh_runs():
    for observed, _, _, action in every():
        if observed.refresh and observed.refresh.active:
            assert action.kind in ("watch", "wait", "refuse", "abort")


def test_going_back_builds_nothing_and_needs_no_infrastructure():
    for _, desired, _, action in every():
        assert desired.verb == "deploy" or action.kind not in ("image", "infrastructure")


def test_a_group_with_a_recorded_release_is_never_taken_to_0():
    for observed, _, _, action in every():
        if observed.ledger and observed.ledger.release:
            assert action.kind != "lower"


def test_whatever_an_earlier_run_left_it_ends_with_what_is_desired():
    for _, desired, model, action, acts in ended():
        if action.kind == "refuse":
            continue
        after = model.observed
        assert after.ledger, acts
        assert after.templates, acts
        assert after.group, acts
        release = after.ledger.release
        assert (release.version if release else "none") == desired.version, acts
        assert after.ledger.pending is None or desired.verb == "recover", acts
        rendered = after.templates.latest.configuration
        assert rendered.spec_hash == after.templates.newest.configuration.spec_hash, acts
        assert rendered.digest == DIGESTS[desired.version], acts
        digests = {one.configuration.digest for one in after.group.fleet}
        assert digests <= {DIGESTS[desired.version]}, acts


def test_what_is_refused_for_a_hold_leaves_no_change_behind():
    for observed, desired, _, action, acts in ended():
        if desired.verb == "deploy" and observed.hold and observed.hold.kind == "manual":
            assert (action.kind, acts) == ("refuse", [])


def test_a_second_run_of_what_just_ended_only_verifies():
    for _, desired, model, action, _ in ended()[::2]:
        if action.kind == "stop" and desired.verb == "deploy":
            *_, again, acts = run(model.observed, desired)
            assert (again.kind, acts) in (("stop", ["verify"]), ("stop", ["image", "verify"]))


def test_an_action_is_of_the_kind_that_its_row_shows():
    for _, _, number, action in every():
        assert action.kind == ROWS[number].kind
