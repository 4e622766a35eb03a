"""Refuse Terraform that would run more than the one provider, before anything of it is run.

    python -m scripts allow-list

A plan runs what its configuration names: providers, modules from elsewhere, programs (`external`
data, provisioners), requests (`http` data), and it reads the files that its functions name. It is
made with credentials, so this is asked first, without any, and once more before a job takes a role
that writes. What is not on the list is refused, whatever it is. It guards against mistakes and
against what is copied without being read; somebody who may push to this repository could change
this file as well.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from scripts.base.command import arguments_parser
from scripts.base.console import say
from scripts.base.errors import SlipwayError
from scripts.base.git_tree import tracked_files
from scripts.base.project import ROOT
from scripts.domain.hcl import Body, HclError, blocks, read
from scripts.domain.plan_programs import PROVIDERS, REGISTRY

RESOURCES = frozenset(
    {
        "aws_acm_certificate",
        "aws_acm_certificate_validation",
        "aws_autoscaling_group",
        "aws_autoscaling_lifecycle_hook",
        "aws_autoscaling_policy",
        "aws_cloudwatch_event_rule",
        "aws_cloudwatch_event_target",
        "aws_cloudwatch_log_group",
        "aws_cloudwatch_metric_alarm",
        "aws_default_security_group",
        "aws_dynamodb_table",
        "aws_ecr_lifecycle_policy",
        "aws_ecr_repository",
        "aws_ecr_repository_policy",
        "aws_eip",
        "aws_iam_instance_profile",
        "aws_iam_openid_connect_provider",
        "aws_iam_policy",
        "aws_iam_role",
        "aws_iam_role_policy",
        "aws_iam_role_policy_attachment",
        "aws_internet_gateway",
        "aws_launch_template",
        "aws_lb",
        "aws_lb_listener",
        "aws_lb_target_group",
        "aws_nat_gateway",
        "aws_route",
        "aws_route53_record",
        "aws_route_table",
        "aws_route_table_association",
        "aws_s3_bucket",
        "aws_s3_bucket_ownership_controls",
        "aws_s3_bucket_policy",
        "aws_s3_bucket_public_access_block",
        "aws_s3_bucket_server_side_encryption_configuration",
        "aws_s3_bucket_versioning",
        "aws_s3_object",
        "aws_security_group",
        "aws_sns_topic",
        "aws_sns_topic_policy",
        "aws_sns_topic_subscription",
        "aws_subnet",
        "aws_vpc",
        "aws_vpc_endpoint",
        "aws_vpc_security_group_egress_rule",
        "aws_vpc_security_group_ingress_rule",
        "terraform_data",
    }
)
DATA = frozenset(
    {
        "aws_ami",
        "aws_caller_identity",
        "aws_default_tags",
        "aws_partition",
        "aws_region",
        "aws_s3_object",
        "aws_s3_objects",
    }
)
READS_A_FILE = {"aws_s3_object": ("source",)}
"""Arguments by which the provider itself reads a file."""

BACKENDS = {"s3": ("encrypt", "use_lockfile")}
"""Kind of backend, and its arguments; bucket, key and region are the command's."""

PROVIDER_SETTINGS = ("alias", "region", "allowed_account_ids", "default_tags")
"""No credentials, profiles or endpoints: those are the caller's."""

LIFECYCLE = (
    *("create_before_destroy", "prevent_destroy", "ignore_changes", "replace_triggered_by"),
    *("precondition", "postcondition", "destroy"),
)
RUNS = ("provisioner", "connection")
CHOOSES = ("provider", "providers")
"""Arguments that choose another configuration of a provider, wherever they stand."""

READS = re.compile(r"\b(?:file\w*|template(?:file|string)|pathexpand)\s*\(|\bprovider\s*::")
"""How a function begins that reads a file, or that a provider brings."""

MAY_READ = re.compile(
    r'\bfile\("\$\{path\.(?:module\}/[\w-][\w.-]*|root\}(?:/\.\.){2,3}/project\.json)"\)'
)
"""A file beside the one that names it, and project.json."""

OTHER_SYNTAX = (".tf.json", ".tofu", ".tofu.json")
LOCK_FILE = ".terraform.lock.hcl"
LOADED_UNASKED = re.compile(
    r"(?:.*_)?override\.tf|terraform\.tfvars|.*\.auto\.tfvars|\.terraformrc|terraform\.rc"
)


def main(arguments: list[str]) -> int:
    """Look at all of `infra/`."""
    arguments_parser(__doc__, environment=False).parse_args(arguments)
    found, looked_at = check(ROOT / "infra")
    found += [
        f"{name}: is committed, and an init would take it for its own"
        for name in tracked_files(ROOT, ["infra"])
        if ".terraform" in Path(name).parts
    ]
    if found:
        raise SlipwayError(
            f"Terraform would run what is not on the list: {len(found)} findings",
            which=found,
            next_step="The list is scripts/upkeep/allow_list.py. A pull request that widens it "
            "should do only that.",
        )
    say(f"{looked_at} files run nothing but {', '.join(PROVIDERS.values())}")
    return 0


def check(top: Path) -> tuple[list[str], int]:
    """Look at a folder and all below it.

    Returns:
        `folder/file.tf: what is wrong` for each finding, and how many files were read.
    """
    found: list[str] = []
    looked_at = 0
    for path in sorted(top.rglob("*")):
        name = path.relative_to(top.parent).as_posix()
        if ".terraform" in path.relative_to(top).parts[:-1] or path.name == ".terraform":
            # What an `init` leaves on a laptop; git ignores it. In CI there is none to be had.
            continue
        if path.is_symlink():
            found.append(f"{name}: is a link; Terraform would follow it to what is not looked at")
        elif path.name.endswith(OTHER_SYNTAX):
            found.append(f"{name}: is in a syntax that is not read here; write it as .tf")
        elif LOADED_UNASKED.fullmatch(path.name) and path.parent.name != "tests":
            found.append(f"{name}: would be loaded without being asked for")
        elif path.is_file() and (path.suffix == ".tf" or path.name == LOCK_FILE):
            looked_at += 1
            found += [f"{name}{one}" for one in findings(path, top)]
    return found, looked_at


def findings(path: Path, top: Path) -> list[str]:
    """Return what one file holds that is not on the list: `: what`, or `:12: what`."""
    try:
        body = read(path.read_text(encoding="utf-8"))
        if path.name == LOCK_FILE:
            return [f": {one}" for one in _lock(body)]
        return [f": {one}" for one in _file(body, path.parent, top)]
    except UnicodeDecodeError:
        return [": is not UTF-8"]
    except HclError as error:
        return [f":{error.line}: cannot be read: {error}"]
    except RecursionError:
        return [": is nested too deeply to be read"]


def _lock(body: Body) -> Iterator[str]:
    known = [REGISTRY + source for source in PROVIDERS.values()]
    for kind in body.keys() - {"provider"}:
        yield f"{kind}: not on the list"
    for (label,), _ in blocks(body, "provider", 1):
        if label not in known:
            yield f'provider "{label}": only {", ".join(known)} may be locked'


def _file(body: Body, folder: Path, top: Path) -> Iterator[str]:
    for kind in body:
        if kind not in CHECKS:
            yield f"{kind}: nothing of this name is on the list"
            continue
        labels, look = CHECKS[kind]
        for names, inner in blocks(body, kind, labels):
            title = " ".join([kind, *(f'"{name}"' for name in names)])
            for said in (*look(names, inner, folder, top), *_within(inner)):
                yield f"{title}: {said}"


def _within(value: Any) -> Iterator[str]:
    """Look at everything in a block, however deep: it may hold a program or read a file."""
    if isinstance(value, str):
        if READS.search(MAY_READ.sub("", value)):
            shown = value.strip()[:120]
            yield f'reads with a function, and not file("${{path.module}}/NAME"): {shown}'
    elif isinstance(value, list):
        for one in value:
            yield from _within(one)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name in RUNS:
                yield f"{name} runs a program"
            if name in CHOOSES:
                yield f"{name} chooses a provider"
            yield from _within(name)
            yield from _within(inner)


def _unknown(title: str, body: Any, known: tuple[str, ...]) -> Iterator[str]:
    for one in body if isinstance(body, list) else [body]:
        names = one if isinstance(one, dict) else {str(one): ""}
        yield from (f"{title} {name}: not on the list" for name in names if name not in known)


def _nothing(*_: Any) -> Iterator[str]:
    yield from ()


def _typed(known: frozenset[str]) -> Callable[..., Iterator[str]]:
    def look(names: tuple[str, ...], body: Body, *_: Any) -> Iterator[str]:
        if names[0] not in known:
            yield "this type is not on the list"
        for _labels, lifecycle in blocks(body, "lifecycle", 0):
            yield from _unknown("lifecycle", lifecycle, LIFECYCLE)
        for argument in READS_A_FILE.get(names[0], ()):
            if argument in body:
                yield f"{argument} reads a file"

    return look


def _check(_: tuple[str, ...], body: Body, *__: Any) -> Iterator[str]:
    yield from _unknown("check", body, ("assert", "data"))
    for names, inner in blocks(body, "data", 2):
        yield from (f"data: {said}" for said in _typed(DATA)(names, inner))


def _terraform(_: tuple[str, ...], body: Body, *__: Any) -> Iterator[str]:
    yield from _unknown("terraform", body, ("required_version", "required_providers", "backend"))
    for _labels, providers in blocks(body, "required_providers", 0):
        for name, wanted in providers.items():
            yield from _required(name, wanted)
    for (kind,), backend in blocks(body, "backend", 1):
        if kind not in BACKENDS:
            yield f'backend "{kind}": not on the list'
        yield from _unknown(f'backend "{kind}"', backend, BACKENDS.get(kind, ()))


def _required(name: str, wanted: Any) -> Iterator[str]:
    known = PROVIDERS.get(name)
    source = wanted.get("source", "no source") if isinstance(wanted, dict) else "no source"
    if known is None or str(source).removeprefix(REGISTRY) != known:
        yield f"provider {name} from {source}: not on the list"
    elif other := wanted.keys() - {"source", "version"}:
        yield f"provider {name} {', '.join(sorted(other))}: not on the list"


def _provider(names: tuple[str, ...], body: Body, *_: Any) -> Iterator[str]:
    if names[0] not in PROVIDERS:
        yield "not on the list"
    yield from _unknown("argument", body, PROVIDER_SETTINGS)


def _module(_: tuple[str, ...], body: Body, folder: Path, top: Path) -> Iterator[str]:
    source = body.get("source")
    modules = top.resolve() / "modules"
    if not isinstance(source, str) or not re.fullmatch(r"\.\.?(/[\w.-]+)+", source):
        yield f"its source {source!r} is no folder of this repository"
    elif not (folder / source).resolve().is_relative_to(modules):
        yield f"{source} lies outside of {top.name}/modules"
    elif ".terraform" in Path(source).parts:
        yield f"{source} is not looked at"


CHECKS: dict[str, tuple[int, Callable[..., Iterator[str]]]] = {
    "terraform": (0, _terraform),
    "provider": (1, _provider),
    "resource": (2, _typed(RESOURCES)),
    "data": (2, _typed(DATA)),
    "module": (1, _module),
    "check": (1, _check),
    "variable": (1, _nothing),
    "output": (1, _nothing),
    **dict.fromkeys(("locals", "moved", "removed", "import"), (0, _nothing)),
}
"""Types of blocks, how many labels they have, and what is asked of them beside `_within`."""
