"""GitHub's Deployments: what is where, for everybody who looks at the repository.

They are a picture of the ledger and nothing more: where GitHub does not take one, the deployment
itself continues, with a warning.
"""

from typing import Any, Literal

from scripts.adapters.github.client import asking, repository
from scripts.adapters.github.event import current_run
from scripts.adapters.github.job import annotate
from scripts.base.errors import SlipwayError
from scripts.base.project import Project

State = Literal["in_progress", "success", "failure", "inactive", "error"]
NEEDS = "deployments: write"
DESCRIPTION_CHARACTERS = 140


def open_deployment(environment: str, payload: dict[str, Any], description: str) -> str:
    """Open a Deployment for the running workflow; return its id, empty outside GitHub.

    Args:
        environment: which one.
        payload: JSON for other programs.
        description: for people.
    """
    run = current_run()
    if run is None:
        return ""
    try:
        with asking(f"opening a Deployment of {environment}", NEEDS):
            made = repository().create_deployment(
                ref=run.sha,
                task=payload["kind"],
                auto_merge=False,
                required_contexts=[],
                payload={"schema": 1, **payload, "run": run.url},
                environment=environment,
                description=description[:DESCRIPTION_CHARACTERS],
                production_environment=environment == Project.load().environments[-1].name,
            )
    except SlipwayError as error:
        annotate("warning", "No Deployment is shown for this run", str(error))
        return ""
    number = str(made.id)
    say_state(number, "in_progress", description)
    return number


def say_state(number: str, state: State, description: str, url: str = "") -> None:
    """Give a Deployment its state; harmless with an empty id.

    Args:
        number: what `open_deployment` returned.
        state: GitHub's word.
        description: for people.
        url: where the environment answers.
    """
    run = current_run()
    if not number or run is None:
        return
    from github.GithubObject import NotSet

    try:
        with asking(f"giving a Deployment the state {state}", NEEDS):
            repository().get_deployment(int(number)).create_status(
                state=state,
                target_url=run.url,
                description=description[:DESCRIPTION_CHARACTERS],
                environment_url=url or NotSet,
            )
    except SlipwayError as error:
        annotate("warning", "The Deployment's state could not be updated", str(error))
