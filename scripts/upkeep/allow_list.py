"""Refuse Terraform that would run more than the one provider, before anything of it is run.

    python -m scripts allow-list

A plan runs what its configuration names: providers, modules from elsewhere, programs (`external`
data, provisioners), requests (`http` data). It is made with credentials, so this is asked first,
without any. It guards against mistakes and against what is copied without being read; somebody who
may push to this repository could change this file as well.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.base.command import arguments_parser
from scripts.base.console import say
from scripts.base.errors import SlipwayError
from scripts.base.project import ROOT
from scripts.domain.hcl import Attribute, Block, HclError, module_source, read

PROVIDERS = {"aws": "hashicorp/aws"}
"""Local name and source of each provider that may run."""

BUILT_IN = ("terraform_data",)
"""Resources of Terraform itself, which keep a value and run nothing."""

REGISTRY = "registry.terraform.io/"
BACKENDS = ("s3",)
BLOCKS = (
    *("terraform", "provider", "resource", "data", "module", "variable", "output", "locals"),
    *("moved", "removed", "import", "check"),
)
TERRAFORM_SETTINGS = ("required_version",)
PROVIDER_SETTINGS = ("alias", "region", "allowed_account_ids", "default_tags")
"""No credentials, profiles or endpoints: those are the caller's."""

RUNNING = ("aws_lambda_invocation", "aws_cloudformation_stack", "aws_ssm_association")
"""What the provider itself would run, or would hand a template of another kind."""

OTHER_SYNTAX = (".tf.json", ".tofu", ".tofu.json")
LOCK_FILE = ".terraform.lock.hcl"


@dataclass(frozen=True)
class Finding:
    """What is not on the list, and where."""

    line: int
    what: str


def main(arguments: list[str]) -> int:
    """Look at all of `infra/`."""
    arguments_parser(__doc__, environment=False).parse_args(arguments)
    found, looked_at = check(ROOT / "infra")
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
        `folder/file.tf:12: what is wrong` for each finding, and how many files were read.
    """
    found: list[str] = []
    looked_at = 0
    for path in sorted(top.rglob("*")):
        name = path.relative_to(top.parent).as_posix()
        if ".terraform" in path.relative_to(top).parts[:-1] or path.name == ".terraform":
            # What an `init` leaves on a laptop; git ignores it. In CI there is none to be had.
            continue
        if path.is_symlink():
            found.append(f"{name}:1: is a link; Terraform would follow it to what is not looked at")
        elif path.name.endswith(OTHER_SYNTAX):
            found.append(f"{name}:1: is in a syntax that is not read here; write it as .tf")
        elif path.is_file() and (path.suffix == ".tf" or path.name == LOCK_FILE):
            looked_at += 1
            found += [f"{name}:{one.line}: {one.what}" for one in findings(path, top)]
    return found, looked_at


def findings(path: Path, top: Path) -> list[Finding]:
    """Return what one file holds that is not on the list."""
    try:
        text = path.read_text(encoding="utf-8")
        body = read(text)
    except UnicodeDecodeError:
        return [Finding(1, "is not UTF-8")]
    except HclError as error:
        return [Finding(error.line, f"cannot be read: {error}")]
    if path.name == LOCK_FILE:
        return list(_lock(body))
    found = [
        Finding(one.line, f"{one.name} stands outside of any block") for one in body.attributes
    ]
    for block in body.blocks:
        found += _block(block, path.parent, top)
    return found


def _lock(body: Block) -> Iterator[Finding]:
    known = [REGISTRY + source for source in PROVIDERS.values()]
    for block in body.blocks:
        if block.type != "provider" or block.labels not in [(one,) for one in known]:
            yield Finding(block.line, f"{_title(block)}: only {', '.join(known)} may be locked")


def _block(block: Block, folder: Path, top: Path) -> Iterator[Finding]:
    if block.type not in BLOCKS:
        yield Finding(block.line, f"{_title(block)}: blocks of this type are not on the list")
    elif block.type == "terraform":
        yield from _terraform(block)
    elif block.type == "provider":
        yield from _provider(block)
    elif block.type == "module":
        yield from _module(block, folder, top)
    yield from _within(block)


def _within(block: Block) -> Iterator[Finding]:
    """Look at a block and at all in it: a check holds data, a resource could hold a program."""
    if block.type in ("resource", "data", "ephemeral"):
        kind = block.labels[0] if block.labels else ""
        if kind not in BUILT_IN and kind.partition("_")[0] not in PROVIDERS:
            yield Finding(block.line, f"{_title(block)}: not of {', '.join(PROVIDERS)}")
        if kind in RUNNING:
            yield Finding(block.line, f"{_title(block)}: runs a program")
    if block.type in ("provisioner", "connection"):
        yield Finding(block.line, f"{_title(block)}: runs a program")
    for inner in block.blocks:
        yield from _within(inner)


def _terraform(block: Block) -> Iterator[Finding]:
    for attribute in block.attributes:
        if attribute.name not in TERRAFORM_SETTINGS:
            yield Finding(attribute.line, f"terraform {attribute.name}: not on the list")
    for inner in block.blocks:
        if inner.type == "required_providers":
            for provider in inner.attributes:
                yield from _required(provider)
        elif inner.type != "backend" or inner.labels not in [(name,) for name in BACKENDS]:
            yield Finding(inner.line, f"terraform {_title(inner)}: not on the list")


def _required(provider: Attribute) -> Iterator[Finding]:
    keys = [token.text for token in provider.tokens]
    values = [
        provider.tokens[index + 2]
        for index, text in enumerate(keys[:-2])
        if text == "source" and keys[index + 1] in ("=", ":")
    ]
    wanted = PROVIDERS.get(provider.name)
    plain = [value.text.removeprefix(REGISTRY) for value in values if value.kind == "text"]
    if wanted is None or len(values) != 1 or plain != [wanted]:
        named = ", ".join(value.text for value in values) or "no source"
        yield Finding(provider.line, f"provider {provider.name} from {named}: not on the list")


def _provider(block: Block) -> Iterator[Finding]:
    if block.labels not in [(name,) for name in PROVIDERS]:
        yield Finding(block.line, f"{_title(block)}: not on the list")
    settings: list[Attribute | Block] = [*block.attributes, *block.blocks]
    for one in settings:
        name = one.name if isinstance(one, Attribute) else one.type
        if name not in PROVIDER_SETTINGS:
            yield Finding(one.line, f"{_title(block)} {name}: not on the list")


def _module(block: Block, folder: Path, top: Path) -> Iterator[Finding]:
    source = module_source(block)
    if source is None:
        yield Finding(block.line, f"{_title(block)}: its source is not one plain string")
    elif not source.startswith(("./", "../")):
        yield Finding(block.line, f"{_title(block)}: {source} is not a folder of this repository")
    elif not (folder / source).resolve().is_relative_to(top.resolve()):
        yield Finding(block.line, f"{_title(block)}: {source} lies outside of {top.name}/")
    elif ".terraform" in Path(source).parts:
        yield Finding(block.line, f"{_title(block)}: {source} is not looked at")


def _title(block: Block) -> str:
    return " ".join([block.type, *(f'"{label}"' for label in block.labels)])
