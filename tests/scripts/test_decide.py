"""The decision over every combination, alone and until it ends."""

import re
from collections import Counter

from scripts.decide import ROWS, decide
from scripts.project import ROOT
from scripts.situation import Action, Situation, Wanted
from scripts.world import World
from tests.scripts.worlds import DIGESTS, Model, goals, worlds

MOST_ACTS = 14
CHANGES = {"abort", "lower", "image", "infrastructure", "publish", "raise", "roll", "unhold"}

EVERY = [(world, wanted) for world in worlds() for wanted in goals(world)]


def ends(world: World, wanted: Wanted) -> tuple[Model, Action, list[str]]:
    """Act until the table says that it is over."""
    model, acts = Model(world, wanted), list[str]()
    while (action := decide(model.world, model.wanted)).kind not in ("stop", "refuse"):
        acts.append(action.kind)
        assert len(acts) <= MOST_ACTS, acts
        model.act(action)
    return model, action, acts


def test_the_table_in_the_docs_is_the_one_that_decides():
    text = (ROOT / "docs" / "decide.md").read_text()
    shown = re.findall(r"^\| \d+ \| (.+?) \| `(.+?)` \|", text, re.MULTILINE)

    assert shown == [(row.when, row.kind) for row in ROWS]


def test_every_row_is_reached():
    reached = Counter(
        next(i for i, row in enumerate(ROWS) if row.holds(Situation(world, wanted)))
        for world, wanted in EVERY
    )

    # What ends a run is reached by runs, not by chance.
    later = {len(ROWS) - 1, len(ROWS) - 2}
    assert set(range(len(ROWS))) - set(reached) <= later


def test_a_held_environment_is_not_changed_by_a_deploy():
    for world, wanted in EVERY:
        if world.hold and world.hold.kind == "manual" and wanted.verb == "deploy":
            assert decide(world, wanted).kind == "refuse"


def test_a_held_template_lets_only_its_own_change_pass():
    for world, wanted in EVERY:
        if not world.hold or world.hold.kind != "template" or wanted.verb != "deploy":
            continue
        situation = Situation(world, wanted)
        passes = situation.inputs_differ or situation.shape_moved_on
        assert passes or decide(world, wanted).kind == "refuse"


def test_a_deploy_never_aborts_a_roll():
    for world, wanted in EVERY:
        if wanted.verb == "deploy":
            assert decide(world, wanted).kind != "abort"


def test_nothing_is_started_while_a_refresh_runs():
    for world, wanted in EVERY:
        if world.refresh and world.refresh.active:
            assert decide(world, wanted).kind in ("watch", "refuse", "abort")


def test_going_back_builds_nothing_and_needs_no_infrastructure():
    for world, wanted in EVERY:
        if wanted.verb != "deploy":
            assert decide(world, wanted).kind not in ("image", "infrastructure")


def test_a_running_group_with_a_recorded_release_is_never_taken_to_0():
    for world, wanted in EVERY:
        if world.ledger and world.ledger.release:
            assert decide(world, wanted).kind != "lower"


def test_looking_twice_decides_the_same():
    for world, wanted in EVERY[::50]:
        assert decide(world, wanted) == decide(world, wanted)


def test_whatever_an_earlier_run_left_it_ends_with_what_is_wanted():
    for world, wanted in EVERY[::3]:
        model, action, acts = ends(world, wanted)
        if action.kind == "refuse":
            continue
        after = model.world
        assert after.ledger, acts
        assert after.templates, acts
        assert after.group, acts
        release = after.ledger.release
        assert (release.version if release else "none") == wanted.version, acts
        assert after.ledger.pending is None or wanted.verb == "recover", acts
        rendered = after.templates.latest.configuration
        assert rendered.template == after.templates.newest.configuration.template, acts
        assert rendered.digest == DIGESTS[wanted.version], acts
        digests = {one.configuration.digest for one in after.group.fleet}
        assert digests <= {DIGESTS[wanted.version]}, acts


def test_what_is_refused_leaves_no_change_behind():
    for world, wanted in EVERY[::3]:
        _, action, acts = ends(world, wanted)
        if action.kind == "refuse" and world.hold and world.hold.kind == "manual":
            assert not CHANGES & set(acts), acts


def test_a_second_run_of_what_just_ended_only_verifies():
    for world, wanted in EVERY[::7]:
        model, action, _ = ends(world, wanted)
        if action.kind == "stop" and wanted.verb == "deploy":
            _, again, acts = ends(model.world, wanted)
            assert (again.kind, acts) in (("stop", ["verify"]), ("stop", ["image", "verify"]))
