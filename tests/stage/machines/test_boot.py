"""The real user_data.sh on a machine: what it takes to reach CONTINUE, and what ends in ABANDON."""

import urllib.request
from pathlib import Path

from tests.stage.machines.sample import Settings, write_app
from tests.stage.machines.world import World, wait_for


def released(world: World, folder: Path) -> Settings:
    settings = Settings()
    settings.values["IMAGE_DIGEST"] = world.release(write_app(folder / "sample"), "0123456789ab")
    return settings


def test_a_good_release_completes_the_hook_with_continue(world: World, tmp_path: Path):
    instance_id = world.boot(released(world, tmp_path))
    assert world.hook_result(instance_id) == "CONTINUE", world.console(instance_id)()
    url = f"http://127.0.0.1:{world.machines.port(instance_id)}/ready"
    with urllib.request.urlopen(url, timeout=5) as answer:
        assert answer.read() == b"fine"
    print(world.console(instance_id)())
