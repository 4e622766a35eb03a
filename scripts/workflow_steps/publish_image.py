"""Make the image of this commit, unless the registry holds it already.

Outputs: `version`, `digest` (as the registry reports it), `name` (its address without a tag),
`built`, `attest` (whether its provenance and its SBOM can be attested here).
"""

import os

from scripts.adapters.aws import image
from scripts.adapters.aws.clients import connect
from scripts.adapters.github import job
from scripts.adapters.github.attestations import is_attested
from scripts.adapters.github.event import event
from scripts.base import command, release_version
from scripts.base.console import say
from scripts.base.project import Project


def main(arguments: list[str]) -> int:
    """Make it."""
    command.arguments_parser(__doc__, environment=False).parse_args(arguments)
    project = Project.load()
    clients = connect(project)
    version = release_version.version()
    digest = image.find_digest(clients, project, version)
    built = digest is None
    if digest is None:
        digest = image.make(clients, project, version)
    else:
        say(f"the registry holds {version} already: {digest}")
    attest, why = _attestation(built, digest)
    name = f"{clients.account_id}.dkr.ecr.{project.region}.amazonaws.com/{project.name}"
    for output, value in (("version", version), ("digest", digest), ("name", name)):
        job.set_output(output, value)
    job.set_output("built", built)
    job.set_output("attest", attest)
    what = "built and pushed" if built else "in the registry already, not built"
    job.summary(f"📦 Image `{version}` {what}: `{digest}`\n\n{why}")
    return 0


def _attestation(built: bool, digest: str) -> tuple[bool, str]:
    """Whether to attest, and what the summary says about it.

    An attestation that failed when the image was built is made up by the next run.

    GitHub attests for public repositories, and for private ones with Enterprise Cloud only
    ("Using artifact attestations"); an owner who has that says so with the variable ATTEST.
    """
    public = not job.on_github() or event().get("repository", {}).get("visibility") == "public"
    if public or os.environ.get("ATTEST") == "true":
        if not built and (not job.on_github() or is_attested(digest)):
            return False, "Its provenance and SBOM are attested."
        return True, "Its provenance and its SBOM are attested below."
    return False, (
        "**Neither its provenance nor an SBOM is attested:** GitHub offers that to private "
        "repositories with Enterprise Cloud only. With it, set the repository variable `ATTEST` "
        "to `true`."
    )
