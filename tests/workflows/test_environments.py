"""Two environments side by side in one account, before anything is done to them."""

import pytest

from tests.checkout import Checkout

ENVIRONMENTS = ("dev", "prod")


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_each_serves_at_a_url_of_its_own(emulator: Checkout, environment: str):
    answer = emulator.get("/", environment).json()
    assert (answer["address"], answer["reversed"]) == ("127.0.0.1", "1.0.0.127")
    status = emulator.status(environment)
    assert (status["environment"], status["hold"]) == (environment, None)
    assert status["url"] == emulator.url(environment)
    assert {i["version"] for i in status["instances"]} == {status["release"]["version"]}


def test_prods_next_plan_is_empty(emulator: Checkout):
    assert "No changes" in emulator.make("plan", "ENV=prod").stdout
