"""`make bench`: every measurement of the repository, one after the other."""

from bench import balancer, emulator, rollouts, service, suite
from scripts.base import command

MEASUREMENTS = (service, balancer, emulator, rollouts, suite)


def main(arguments: list[str]) -> int:
    """Measure the service, the balancer, the emulator, rollouts on it, and the suite."""
    return next((code for part in MEASUREMENTS if (code := part.main(arguments))), 0)


if __name__ == "__main__":
    command.run(main)
