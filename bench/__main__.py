"""`make bench`: every measurement of the repository, one after the other."""

from bench import balancer, rollouts, service, stage
from scripts.base import command

MEASUREMENTS = (service, balancer, stage, rollouts)


def main(arguments: list[str]) -> int:
    """Measure the service and the balancer, then the stage and rollouts on it."""
    return next((code for part in MEASUREMENTS if (code := part.main(arguments))), 0)


if __name__ == "__main__":
    command.run(main)
