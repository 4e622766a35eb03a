"""What AWS expects of a job's token: infra/modules/github_oidc/trust.tf, said once more.

The roles are made by Terraform, and a job has to compare its own token with them: tests/trust holds
the two together. Source of the subject's two forms: GitHub, "OpenID Connect reference".
"""

from collections.abc import Mapping

from scripts.base.project import Project

AUDIENCE = "sts.amazonaws.com"
MAIN = "refs/heads/main"
Claims = Mapping[str, tuple[str, ...]]


def subjects(project: Project) -> tuple[str, ...]:
    """Return how a token's subject may begin: by names, and where they are known with numbers.

    Args:
        project: connected to GitHub: `repository` is set.
    """
    owner, name = str(project.repository).split("/")
    found = (f"repo:{owner}/{name}",)
    if project.owner_id is None or project.repository_id is None:
        return found
    return (*found, f"repo:{owner}@{project.owner_id}/{name}@{project.repository_id}")


def expected_claims(project: Project, workflow: str) -> dict[str, tuple[str, ...]]:
    """Return which values each claim may have, of a job on main that names no environment.

    Args:
        project: connected to GitHub.
        workflow: its file, such as `doctor.yml`.
    """
    file = f"{project.repository}/.github/workflows/{workflow}@{MAIN}"
    claims = {
        "aud": (AUDIENCE,),
        "sub": tuple(f"{subject}:ref:{MAIN}" for subject in subjects(project)),
        "ref": (MAIN,),
        "job_workflow_ref": (file,),
    }
    if project.repository_id is not None:
        claims["repository_id"] = (str(project.repository_id),)
    if project.owner_id is not None:
        # No condition key of AWS: it stands in the subject.
        claims["repository_owner_id"] = (str(project.owner_id),)
    return claims


def differences(expected: Claims, claims: Mapping[str, str]) -> list[str]:
    """Return each claim of a token that is not what is expected, as a sentence."""
    return [
        f"{claim} is {claims.get(claim, 'missing')}, expected {' or '.join(values)}"
        for claim, values in expected.items()
        if claims.get(claim) not in values
    ]
