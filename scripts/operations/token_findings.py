"""Whether a token that this job mints is one that the roles at AWS accept. Changes nothing."""

from scripts.adapters.github.oidc_token import claims_for
from scripts.base import place
from scripts.base.errors import SlipwayError
from scripts.base.project import Project
from scripts.domain.findings import Finding
from scripts.domain.role_claims import AUDIENCE, differences, expected_claims

GUARANTEE = "a token of this repository's jobs has the claims that roles ask for"


def look(project: Project, workflow: str) -> Finding:
    """Mint a token and compare it.

    Args:
        project: what the roles were made from.
        workflow: file of the job that runs this, such as `doctor.yml`.
    """
    if project.repository is None:
        return Finding(
            GUARANTEE,
            "cannot be seen",
            "project.json names no repository",
            f"{place.command('connect')} writes it",
        )
    try:
        claims = claims_for(AUDIENCE)
    except SlipwayError as error:
        detail = " ".join([error.what, *error.which])
        return Finding(GUARANTEE, "cannot be seen", detail, error.next_step)
    wrong = differences(expected_claims(project, workflow), claims)
    if not wrong:
        return Finding(GUARANTEE, "in force", claims["sub"])
    return Finding(
        GUARANTEE,
        "not in force",
        f"{'; '.join(wrong)}. AWS refuses such a job",
        f"{place.command('connect')} writes names and numbers into project.json; then, with an "
        f"administrator's credentials, {place.command('bootstrap')}",
    )
