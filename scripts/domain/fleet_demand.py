"""What an environment asks of its account's quotas, by the values of its main.tf."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Demand:
    """What an environment needs at most.

    Attributes:
        instance_type: of its instances.
        most_instances: the group's maximum.
        max_healthy_percentage: of the desired ones while they are replaced, 101 to 200.
        nat_gateways: each with an elastic address.
    """

    instance_type: str
    most_instances: int
    max_healthy_percentage: int
    nat_gateways: int

    @property
    def rolling(self) -> int:
        """Most instances at once: a full fleet while it is replaced, launch before terminate."""
        return -(-self.most_instances * self.max_healthy_percentage // 100)


@dataclass(frozen=True)
class Quota:
    """A quota of an account in a region.

    Attributes:
        name: as the console of Service Quotas has it.
        value: how many there may be.
        needed: how many all environments of the account may need at once.
        service: its code, as Service Quotas names services.
        code: of the quota, `L-…`.
    """

    name: str
    value: int
    needed: int
    service: str
    code: str

    @property
    def enough(self) -> bool:
        """Whether all environments fit in at full size."""
        return self.needed <= self.value
