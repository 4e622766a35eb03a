"""`make bench`: every measurement of the repository, one after the other."""

import sys

from bench import service
from scripts.errors import SlipwayError

if __name__ == "__main__":
    try:
        sys.exit(service.main())
    except SlipwayError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)
