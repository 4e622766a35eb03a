"""Opening a pull request, or finding the one that is open."""

from scripts.adapters.github.client import asking, client


def open_pull_request(repository: str, token: str, branch: str, title: str, body: str) -> str:
    """Return the address of the open pull request of a branch to main, opened where there is none.

    Args:
        repository: `owner/name`.
        token: of somebody who may push.
        branch: that was pushed.
        title: of a new one.
        body: of a new one.

    Raises:
        SlipwayError: GitHub refuses it.
        UnknownStateError: GitHub does not answer.
    """
    owner = repository.split("/")[0]
    with asking(f"opening the pull request of {branch}", "pull-requests: write"):
        there = client(token).get_repo(repository)
        for pull in there.get_pulls(state="open", head=f"{owner}:{branch}", base="main"):
            return str(pull.html_url)
        return str(there.create_pull(base="main", head=branch, title=title, body=body).html_url)
