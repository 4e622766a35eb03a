"""EC2: instances of groups are machines, and AMIs of Amazon Linux 2023 exist under any release."""

import hashlib
import re
from datetime import UTC, datetime
from typing import Any

from moto.core.responses import ActionResult
from moto.core.types import Base64EncodedString
from moto.core.utils import utcnow
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend
from moto.ec2.models.amis import Ami
from moto.ec2.models.instance_types import INSTANCE_TYPES
from moto.ec2.models.instances import InstanceState as InstanceStatus
from moto.ec2.responses import EC2Response

from emulator.aws.patches import Patches

# GetConsoleOutput shows the last 64 KB (API reference).
CONSOLE_BYTES = 64 * 1024
# How much of an early boot AWS keeps nobody says; no boot script's last words are among it.
KEPT_LINES = 5
AMAZON_LINUX = "al2023-ami-"
RELEASED = re.compile(rf"{AMAZON_LINUX}(?:[a-z]+-)*\d{{4}}\.\d+\.(\d{{8}})\b")
"""The day of a release stands in the name of each of its AMIs."""
# The account that owns Amazon's own AMIs.
AMAZON = "137112412989"

_moto_terminate = EC2Backend.terminate_instances
_moto_describe_images = EC2Backend.describe_images


def install(patches: Patches) -> None:
    """Patch moto's instances and AMIs."""
    patches.methods(EC2Backend, _Backend)
    patches.methods(EC2Response, _Responses)


class _Backend:
    def terminate_instances(self: Any, instance_ids: list[str]) -> list[tuple[Any, Any]]:
        """Shut machines of groups down as EC2 does; the group notices by itself."""
        ours = {id_ for id_ in instance_ids if self.emulator.find(id_) is not None}
        answers = [_shut_down(self.get_instance(id_)) for id_ in ours]
        others = [id_ for id_ in instance_ids if id_ not in ours]
        return answers + (_moto_terminate(self, others) if others or not ours else [])

    def describe_images(
        self: Any,
        ami_ids: Any = None,
        filters: Any = None,
        exec_users: Any = None,
        owners: Any = None,
    ) -> list[Any]:
        """Know Amazon Linux 2023 by any exact name, always under the same id and of its day."""
        known = {ami.name for ami in self.amis.values()}
        for name in (filters or {}).get("name", []):
            exact = name.startswith(AMAZON_LINUX) and not set(name) & set("*?")
            if exact and name not in known:
                _provide(self, name)
        found: list[Any] = _moto_describe_images(self, ami_ids, filters, exec_users, owners)
        for ami in found:
            if release := RELEASED.match(ami.name):
                ami.creation_date = datetime.strptime(release[1], "%Y%m%d").replace(tzinfo=UTC)
        return found


class _Responses:
    def get_console_output(self: Any) -> ActionResult:
        """Answer what was kept shortly after the start, or on Nitro the latest where asked for.

        Source: API reference, and User Guide, "Instance console output".
        """
        instance = self.ec2_backend.get_instance(self.params["InstanceId"])
        output = self.emulator.context.machines.console_output(instance.id)[-CONSOLE_BYTES:]
        if not self._get_bool_param("Latest"):
            output = b"".join(output.splitlines(keepends=True)[:KEPT_LINES])
        elif INSTANCE_TYPES.get(instance.instance_type, {}).get("Hypervisor") != "nitro":
            raise EC2ClientError(
                "UnsupportedOperation",
                "This instance type does not support retrieving the latest console logs.",
            )
        return ActionResult(
            {
                "InstanceId": instance.id,
                "Timestamp": utcnow(),
                "Output": Base64EncodedString.from_raw_string(output.decode(errors="replace")),
            }
        )


def _shut_down(instance: Any) -> tuple[Any, Any]:
    previous = InstanceStatus(instance._state.name, instance._state.code)
    if instance.state not in ("shutting-down", "terminated"):
        instance._state = InstanceStatus("shutting-down", 32)
        instance.ec2_backend.emulator.context.machines.terminate(instance.id)
    return instance, previous


def _provide(backend: Any, name: str) -> None:
    digest = hashlib.sha256(f"{backend.region_name} {name}".encode()).hexdigest()
    ami_id = f"ami-{digest[:17]}"
    backend.amis[ami_id] = Ami(
        backend,
        ami_id,
        name=name,
        description="Amazon Linux 2023, as the emulator provides it",
        owner_id=AMAZON,
        owner_alias="amazon",
        public=True,
        virtualization_type="hvm",
        architecture="arm64" if name.endswith("arm64") else "x86_64",
        hypervisor="xen",
        root_device_type="ebs",
        root_device_name="/dev/xvda",
        image_location=f"amazon/{name}",
    )
