"""`make bench`: every measurement of the repository, one after the other."""

from bench import balancer, emulator, rollouts, service
from scripts.base import command

MEASUREMENTS = (service, balancer, emulator, rollouts)


def main(arguments: list[str]) -> int:
    """Measure the service and the balancer, then the emulator and rollouts on it."""
    return next((code for part in MEASUREMENTS if (code := part.main(arguments))), 0)


if __name__ == "__main__":
    command.run(main)
