"""A clone that knows no AWS account: every workflow ends green and says how to connect it."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.environment import STUBS
from tests import clones
from tests.checkout import Checkout
from tests.emulator.live.edits import crashes_at_import
from tests.workflows.harness import Harness
from tests.workflows.team import Proposal

pytestmark = pytest.mark.slow
SAID = "scripts connect"


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    return clones.copy(tmp_path_factory.mktemp("unconnected"), clones.template)


@pytest.fixture
def github(clone: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harness]:
    docker = {
        "PATH": os.pathsep.join([str(STUBS), str(Path(sys.executable).parent), os.environ["PATH"]]),
        "EMULATOR_REGISTRY_DIR": str(tmp_path_factory.mktemp("registry")),
    }
    harness = Harness(clone, docker, tmp_path_factory.mktemp("runs"), None)
    try:
        yield harness
    finally:
        harness.close()


def test_a_merge_ends_green(github: Harness):
    run = github.push().succeeds()
    assert SAID in run.summary
    assert run.roles == []


def test_a_roll_back_ends_green(github: Harness):
    run = github.dispatch("rollback.yml", environment="prod", reason="why not").succeeds()
    assert SAID in run.summary
    assert github.data.requests == []


def test_an_operated_verb_ends_green(github: Harness):
    run = github.dispatch("operate.yml", verb="status", environment="prod").succeeds()
    assert SAID in run.summary
    assert run.roles == []


def test_a_look_for_drift_ends_green(github: Harness):
    run = github.schedule("drift.yml").succeeds()
    assert SAID in run.summary
    assert run.roles == []


def test_a_doctors_look_ends_green(github: Harness):
    run = github.schedule("doctor.yml").succeeds()
    assert SAID in run.summary
    assert run.roles == []
    assert github.data.requests == []


def test_a_look_for_a_newer_machine_image_ends_green(github: Harness):
    run = github.schedule("images.yml").succeeds()
    assert SAID in run.summary
    assert run.roles == []


def test_a_pull_request_of_prose_is_checked_and_neither_tested_nor_planned(
    clone: Checkout, github: Harness
):
    (clone.folder / "README.md").write_text("Another one.\n")
    pull = Proposal(clone, github)
    run = pull.run().succeeds()
    assert SAID in run.jobs["scope"].summary
    assert "harness: make check" in run.jobs["check"].log
    assert "harness: make lint-aws" in run.jobs["check"].log
    assert "only Markdown changed" in run.jobs["scope"].summary
    assert "harness: make test" not in run.log
    assert "answers /health" in run.jobs["image"].log
    assert "jobs did what was expected" in run.jobs["gate"].log
    assert run.roles == []
    assert github.data.comments == {}


@pytest.mark.soak
def test_a_pull_request_whose_image_does_not_come_up_is_refused(clone: Checkout, github: Harness):
    name, old, new = crashes_at_import()
    path = clone.folder / name
    path.write_text(path.read_text().replace(old, new, 1))
    run = Proposal(clone, github).run().fails()
    log = run.jobs["image"].log
    assert "ended before it answered /health" in log
    assert name in log, "the container's own words are shown"
    assert "image: failure, expected success" in run.jobs["gate"].log
    assert run.jobs["test"].log.count("harness: make test M=") == 3, "every part"
