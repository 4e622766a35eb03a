"""Make what the environments of an account share: state bucket, registry, roles of the pipeline.

It acts on the account of the credentials: with an account per environment, run it once in each.
`connect` runs it for you.
"""

from scripts.adapters.aws.clients import connect_to_any
from scripts.base import command, place
from scripts.base.console import say
from scripts.base.project import Project
from scripts.operations.bootstrap_account import bootstrap


def main(arguments: list[str]) -> int:
    """Bootstrap; harmless to run again."""
    command.arguments_parser(__doc__, environment=False).parse_args(arguments)
    project = Project.load()
    bootstrap(connect_to_any(project, project.account_ids), project)
    connected = place.command("connect")
    deploy = place.command("deploy", project.environments[0].name)
    say(f"next: {connected if project.account_ids else deploy}")
    return 0
