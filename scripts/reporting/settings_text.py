"""What a repository on GitHub is, in one line for a person."""

from scripts.domain.repository_settings import RepositorySettings


def sentence(settings: RepositorySettings) -> str:
    """Return whose repository it is, of which plan, and who may write."""
    plan = "" if settings.visibility == "public" else f", plan {settings.plan or 'not shown'}"
    writers = "" if settings.writers is None else f", {len(settings.writers)} may push"
    return (
        f"{settings.repository} (number {settings.repository_id}): {settings.visibility}, of the "
        f"{settings.owner_kind.lower()} number {settings.owner_id}{plan}, default branch "
        f"{settings.default_branch}{writers}"
    )
