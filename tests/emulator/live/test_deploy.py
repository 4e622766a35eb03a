"""What happens to a release besides being rolled: named, held, kept from a broken boot."""

from collections.abc import Iterator

import pytest

from tests.checkout import Checkout
from tests.emulator.live.scene import HTML, PAGE, TITLE, edited


@pytest.fixture
def dev(emulator: Checkout) -> Iterator[Checkout]:
    """The shared emulator; dev is left without a hold, at whatever release the test ended with."""
    yield emulator
    emulator.git("checkout", "--quiet", ".")
    emulator.make("unhold", "ENV=dev", code=None)


def page(emulator: Checkout) -> str:
    return emulator.get("/", **HTML).text


def versions(emulator: Checkout) -> set[str]:
    return {instance["version"] for instance in emulator.status("dev")["instances"]}


@pytest.mark.soak
def test_a_named_release_can_be_rolled_back_to(dev: Checkout):
    first = dev.status("dev")["release"]["version"]
    for words in ("One", "Two"):
        with edited(dev, PAGE, TITLE, words):
            dev.make("deploy", "ENV=dev")
    dev.make("roll-back", "ENV=dev", f"TO={first}")
    assert versions(dev) == {first}
    assert "Two" not in page(dev)


def test_a_hold_by_hand_stops_a_deploy_until_it_is_lifted(dev: Checkout):
    dev.make("hold", "ENV=dev", "REASON=the auditors are here")
    before = dev.status("dev")
    with edited(dev, PAGE, TITLE, "Held back"):
        assert "the auditors are here" in dev.make("deploy", "ENV=dev", code=3).stderr
    assert dev.status("dev") == before
    dev.make("unhold", "ENV=dev")
    assert dev.status("dev")["hold"] is None


@pytest.mark.soak
def test_a_broken_line_of_the_boot_script_turns_a_deploy_red(dev: Checkout):
    script = "infra/modules/service/user_data.sh"
    with edited(dev, script, "docker login", "docker lgoin"):
        failed = dev.make("deploy", "ENV=dev", code=1, seconds=180)
        assert "lgoin" in failed.stderr
    dev.make("deploy", "ENV=dev")
    assert "No changes" in dev.make("plan", "ENV=dev").stdout
