"""`make bench`: every measurement of the repository, one after the other."""

import sys

from bench import balancer, rollouts, service, stage
from scripts.errors import SlipwayError

MEASUREMENTS = (service, balancer, stage, rollouts)


def main() -> int:
    """Measure the service and the balancer, then the stage and rollouts on it."""
    try:
        return next((code for part in MEASUREMENTS if (code := part.main([]))), 0)
    except SlipwayError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
