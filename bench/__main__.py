"""`make bench`: every measurement of the repository, one after the other."""

import sys

from bench import service, stage
from scripts.errors import SlipwayError


def main() -> int:
    """Measure the service, then the stage."""
    try:
        return service.main([]) or stage.main([])
    except SlipwayError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
