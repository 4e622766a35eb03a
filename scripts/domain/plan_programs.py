"""What a plan would run beside the one provider: the second barrier, behind the allow-list.

Terraform names in its JSON the providers by their full addresses and the provisioners of every
resource, however the configuration was written.
Format: https://developer.hashicorp.com/terraform/internals/json-format.
"""

from collections.abc import Iterator
from typing import Any

PROVIDERS = {"aws": "hashicorp/aws"}
"""Local name and source of each provider that may run."""

REGISTRY = "registry.terraform.io/"
BUILT_IN = "terraform.io/builtin/terraform"
"""Makes `terraform_data`, which keeps a value and runs nothing."""


def programs(plan: dict[str, Any]) -> list[str]:
    """Return what would run and is not on the list, one sentence each.

    Args:
        plan: what `terraform show -json PLANFILE` prints.
    """
    known = {BUILT_IN, *(REGISTRY + source for source in PROVIDERS.values())}
    configuration = plan.get("configuration") or {}
    named = [one.get("full_name") for one in configuration.get("provider_config", {}).values()]
    named += [one.get("provider_name") for one in plan.get("resource_changes") or []]
    strange = sorted({name for name in named if name and name not in known})
    found = [f"the provider {name}" for name in strange]
    return found + [
        f"a provisioner of {address}"
        for address in _provisioned(configuration.get("root_module") or {}, "")
    ]


def _provisioned(module: dict[str, Any], prefix: str) -> Iterator[str]:
    for resource in module.get("resources", []):
        if resource.get("provisioners"):
            yield f"{prefix}{resource.get('address')}"
    for name, call in module.get("module_calls", {}).items():
        yield from _provisioned(call.get("module") or {}, f"{prefix}module.{name}.")
