"""Stand-in of aws-actions/configure-aws-credentials.

GitHub's part (the token) and AWS's part (judging it by the role's trust policy) are the harness's.
"""

import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path


def main() -> None:
    """Put the credentials of the role into the job's environment."""
    values = {
        "workspace": os.environ["GITHUB_WORKSPACE"],
        "role": os.environ["INPUT_ROLE"],
        "seconds": os.environ["INPUT_SECONDS"],
        "audience": os.environ["INPUT_AUDIENCE"],
    }
    data = urllib.parse.urlencode(values).encode()
    url = f"{os.environ['HARNESS_URL']}/harness/assume"
    try:
        with urllib.request.urlopen(url, data=data) as answer:
            credentials = json.load(answer)
    except urllib.error.HTTPError as error:
        sys.exit(f"Could not assume role with OIDC: {error.read().decode()}")
    region = os.environ["INPUT_REGION"]
    variables = {**credentials, "AWS_REGION": region, "AWS_DEFAULT_REGION": region}
    lines = "".join(f"{name}={value}\n" for name, value in variables.items())
    with Path(os.environ["GITHUB_ENV"]).open("a") as file:
        file.write(lines)
    sys.stdout.write(f"harness: assumed {values['role']}\n")


main()
