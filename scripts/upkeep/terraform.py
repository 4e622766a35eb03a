"""Run the pinned Terraform with these arguments, as every script and check runs it.

python -m scripts terraform fmt -recursive infra
"""

import os

from scripts.adapters.terraform.toolchain import terraform_binary, terraform_environment


def main(arguments: list[str]) -> int:
    """Become the pinned Terraform."""
    os.environ.pop("TF_CLI_CONFIG_FILE", None)
    # Formatting needs no provider, and works where none is to be had.
    if arguments[:1] != ["fmt"]:
        os.environ.update(terraform_environment())
    binary = str(terraform_binary())
    os.execv(binary, [binary, *arguments])
    return 0
