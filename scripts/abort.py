"""End a roll that runs: AWS puts back every instance that it has replaced."""

from scripts import acts, command
from scripts.aws import connect
from scripts.console import say
from scripts.errors import RefusedError
from scripts.look import look
from scripts.project import Project
from scripts.situation import Action, Wanted
from scripts.turn import Turn
from scripts.who import run_name


def main(arguments: list[str]) -> int:
    """Abort the roll of an environment."""
    options = command.arguments_parser(__doc__).parse_args(arguments)
    environment, project = options.environment, Project.load()
    clients = connect(project)
    wanted = Wanted("recover", "", None)
    turn = Turn.begin(clients, project, environment, wanted, commit="", run=run_name())
    turn.world = look(clients, project, environment, turn.store)
    if not (turn.world.refresh and turn.world.refresh.active):
        raise RefusedError(
            f"no roll runs on {turn.name}", next_step=f"make status ENV={environment}"
        )
    acts.abort(turn, Action("abort", "asked for"))
    say(f"next: make status ENV={environment}")
    return 0


if __name__ == "__main__":
    command.run(main)
