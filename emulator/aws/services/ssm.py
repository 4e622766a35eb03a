"""Parameters: what Parameter Store refuses and moto takes.

Source: Systems Manager User Guide, "Creating Parameter Store parameters" (no {{}} in a value,
4 KB in the standard tier); API reference, PutParameter.
"""

from typing import Any

from moto.ssm.exceptions import ValidationException
from moto.ssm.models import SimpleSystemManagerBackend

from emulator.aws.patches import Patches

MOST_CHARACTERS = 4096

_moto_put_parameter = SimpleSystemManagerBackend.put_parameter


def install(patches: Patches) -> None:
    """Patch moto's Parameter Store."""
    patches.replace(SimpleSystemManagerBackend, "put_parameter", _put_parameter)


def _put_parameter(
    self: Any, name: str, description: str, value: str, *rest: Any, **more: Any
) -> Any:
    if "{{" in (value or ""):
        raise ValidationException(
            'Parameter value can\'t nest another parameter. Do not use "{{}}" in the value.'
        )
    if len(value or "") > MOST_CHARACTERS and more.get("tier") in (None, "Standard"):
        raise ValidationException(
            f"Standard tier parameters support a maximum parameter value of {MOST_CHARACTERS} "
            "characters. To create a larger parameter value, upgrade the parameter to use the "
            "advanced-parameter tier."
        )
    return _moto_put_parameter(self, name, description, value, *rest, **more)
