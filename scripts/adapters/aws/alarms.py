"""The alarms that gate a rollout, before it begins.

AWS refuses to start a refresh while one of its alarms is not OK (API_AlarmSpecification).
"""

from collections.abc import Callable

from scripts.adapters.aws import pace
from scripts.adapters.aws.clients import Clients
from scripts.base import clock, place
from scripts.base.console import say
from scripts.base.errors import SlipwayError

PATIENCE_SECONDS = 300


def wait_until_ok(
    clients: Clients, environment: str, names: tuple[str, ...], check: Callable[[], None]
) -> None:
    """Wait until all alarms are OK.

    Args:
        clients: AWS.
        environment: which one is rolled.
        names: of the alarms.
        check: called at every look, the last one included; raises where the rollout must not begin
            any more. Red alarms are when people roll back.

    Raises:
        SlipwayError: one is not OK, when patience ends; it says which.
    """
    end = clock.seconds() + PATIENCE_SECONDS
    shown: list[str] = []
    while True:
        not_ok = _not_ok(clients, names)
        check()
        if not not_ok:
            return
        if clock.seconds() > end:
            raise SlipwayError(
                "alarms that gate the rollout are not OK",
                which=not_ok,
                next_step="Nothing was rolled out. To deploy without waiting for them: "
                f"{place.command('deploy', environment, despite_alarms=True)}; to go back to an "
                f"earlier release, which waits for none: {place.command('roll-back', environment)}",
            )
        if not_ok != shown:
            say(f"  waiting for alarms to be OK: {', '.join(not_ok)}")
        shown = not_ok
        pace.wait()


def _not_ok(clients: Clients, names: tuple[str, ...]) -> list[str]:
    if not names:
        return []
    answer = clients.cloudwatch.describe_alarms(AlarmNames=list(names))
    states = {alarm["AlarmName"]: alarm["StateValue"] for alarm in answer["MetricAlarms"]}
    return [
        f"{name} is {states.get(name, 'missing')}" for name in names if states.get(name) != "OK"
    ]
