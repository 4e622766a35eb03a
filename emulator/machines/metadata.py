"""What the metadata service knows of an instance, by path."""

import json
from typing import Protocol

from emulator.interfaces import MachineSpec
from emulator.machines.credentials import CredentialSource


class Place(Protocol):
    """Where the instances live."""

    region: str
    credentials: CredentialSource


def lookup(path: str, spec: MachineSpec, place: Place) -> bytes | None:
    """Return the body of a metadata path, None where EC2 answers 404.

    Args:
        path: below the endpoint, such as `latest/meta-data/instance-id`.
        spec: the instance.
        place: region, and source of role credentials.
    """
    if path.rstrip("/") == "latest/user-data":
        return spec.user_data or None
    if path.rstrip("/") == "latest/dynamic/instance-identity/document":
        return json.dumps(_identity(spec, place), indent=2).encode()
    prefix = "latest/meta-data/"
    return _meta_data(path.removeprefix(prefix), spec, place) if path.startswith(prefix) else None


def _meta_data(path: str, spec: MachineSpec, place: Place) -> bytes | None:
    if path.startswith("iam/"):
        return _iam(path, spec, place)
    plain = {
        "ami-id": spec.image_id,
        "autoscaling/target-lifecycle-state": "InService",
        "instance-id": spec.instance_id,
        "instance-type": spec.instance_type,
        "local-ipv4": "127.0.0.1",
        "placement/availability-zone": spec.zone,
        "placement/region": place.region,
        "tags/instance/": "\n".join(sorted(spec.tags)),
        **{f"tags/instance/{key}": value for key, value in spec.tags.items()},
    }
    if path == "":
        return "\n".join(sorted({name.split("/")[0] for name in plain})).encode()
    value = plain.get(path)
    return None if value is None else value.encode()


def _iam(path: str, spec: MachineSpec, place: Place) -> bytes | None:
    role = spec.role_name
    if role is None:
        return None
    if path == "iam/security-credentials/":
        return role.encode()
    held = place.credentials.current(spec)
    if held is None or path != f"iam/security-credentials/{role}":
        return None
    return json.dumps(held.document()).encode()


def _identity(spec: MachineSpec, place: Place) -> dict[str, str]:
    return {
        "accountId": spec.account_id,
        "availabilityZone": spec.zone,
        "imageId": spec.image_id,
        "instanceId": spec.instance_id,
        "instanceType": spec.instance_type,
        "region": place.region,
    }
