"""Write the software bill of materials of this commit's image: CycloneDX, as JSON.

It names what the Dockerfile brings in: each Python package of requirements/run.txt that is
installed on the image's platform, and the base image by its digest. What lies in the base image
(Debian's packages, Python itself) is named by that digest and not listed.
Output: `path`, from the top of the repository.
"""

import re

from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement

from scripts.adapters.github import job
from scripts.base import command, release_version
from scripts.base.errors import UsageError
from scripts.base.project import ROOT, Project

PATH = ".work/sbom.json"
LOCK = "requirements/run.txt"
BASE = re.compile(
    r"^FROM (?P<name>python):(?P<tag>(?P<python>\d+\.\d+\.\d+)[\w.-]*)"
    r"@(?P<digest>sha256:[0-9a-f]{64})",
    re.MULTILINE,
)
LOCKED = re.compile(r"^[A-Za-z0-9].*?(?=\s*\\?$)", re.MULTILINE)
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
"""Docker's names of architectures, and Python's."""


def main(arguments: list[str]) -> int:
    """Write it, and say what it covers."""
    command.arguments_parser(__doc__, environment=False).parse_args(arguments)
    base, python = base_image((ROOT / "Dockerfile").read_text())
    packages = python_packages((ROOT / LOCK).read_text(), python)
    name = Project.load().name
    image = Component(
        name=name, version=release_version.version(), type=ComponentType.CONTAINER, bom_ref=name
    )
    path = ROOT / PATH
    path.parent.mkdir(exist_ok=True)
    path.write_text(document(image, base, packages))
    job.set_output("path", PATH)
    job.summary(
        f"📋 The SBOM names {len(packages)} Python packages and the base image "
        f"`{base.name}:{base.version}` by its digest; what lies in that one is not listed."
    )
    return 0


def base_image(dockerfile: str) -> tuple[Component, str]:
    """Return the image that a Dockerfile builds on, and its version of Python.

    Raises:
        UsageError: there is none that is pinned by its digest.
    """
    found = BASE.search(dockerfile)
    if found is None:
        raise UsageError(
            "the base image cannot be named in an SBOM",
            which="Dockerfile: no FROM python:VERSION@sha256:DIGEST",
            next_step="Pin the base image by its digest.",
        )
    purl = PackageURL("docker", name=found["name"], version=found["digest"])
    base = Component(
        name=found["name"],
        version=found["tag"],
        type=ComponentType.CONTAINER,
        description="The base image. Its own contents are named by its digest and not listed.",
        purl=purl,
        bom_ref=str(purl),
    )
    return base, found["python"]


def python_packages(
    lock: str, python: str, platform: str = release_version.PLATFORM
) -> list[Component]:
    """Return the packages of a lock file that pip installs into the image, in the file's order.

    Args:
        lock: the text of a requirements file, every package pinned by `==`.
        python: the image's version of Python, such as `3.11.14`.
        platform: Docker's name of the image's platform, such as `linux/amd64`.
    """
    system, machine = platform.split("/")
    environment = {
        "os_name": "posix",
        "sys_platform": system,
        "platform_system": system.capitalize(),
        "platform_machine": MACHINES[machine],
        "python_version": python.rpartition(".")[0],
        "python_full_version": python,
    }
    asked = [Requirement(text) for text in LOCKED.findall(lock)]
    return [
        _package(one.name, str(one.specifier).removeprefix("=="))
        for one in asked
        if one.marker is None or one.marker.evaluate(environment)
    ]


def document(image: Component, base: Component, packages: list[Component]) -> str:
    """Return the SBOM of an image that consists of these, as CycloneDX 1.6 JSON."""
    bom = Bom(components=[base, *packages], metadata=BomMetaData(component=image))
    bom.register_dependency(image, bom.components)
    return JsonV1Dot6(bom).output_as_string(indent=2)


def _package(name: str, version: str) -> Component:
    purl = PackageURL("pypi", name=name, version=version)
    return Component(name=name, version=version, purl=purl, bom_ref=str(purl))
