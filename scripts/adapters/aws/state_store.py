"""The one writer of ledger and hold: SSM parameters of one environment.

SSM has no conditional write, but PutParameter answers the version that it made: a write re-reads
first, and an answer other than that version plus one means that somebody wrote in between.
"""

from typing import TYPE_CHECKING

from scripts.base.errors import UnknownStateError
from scripts.domain import facts, holds, ledger
from scripts.domain.facts import Facts
from scripts.domain.holds import Hold
from scripts.domain.ledger import Ledger

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient


class StateStore:
    """Ledger and hold of one environment.

    Args:
        ssm: the client.
        ledger_name: name of the ledger's parameter.
        hold_name: name of the hold's parameter.
    """

    def __init__(self, ssm: "SSMClient", ledger_name: str, hold_name: str) -> None:
        self._ssm = ssm
        self._ledger_name = ledger_name
        self._hold_name = hold_name
        self._seen: int | None = None

    def read(self) -> Ledger | None:
        """Return the ledger, or None while Terraform has not made its parameter.

        Raises:
            UnknownStateError: the parameter holds no ledger.
        """
        text, self._seen = self._get(self._ledger_name)
        return ledger.load(text) if self._seen else None

    def write(self, changed: Ledger) -> Ledger:
        """Replace the ledger that was read last.

        Raises:
            UnknownStateError: somebody else wrote since it was read.
        """
        if self._seen is None:
            raise ValueError("a ledger is read before it is written")
        _, version = self._get(self._ledger_name)
        if version != self._seen:
            raise self._conflict(self._seen, version)
        answer = self._ssm.put_parameter(
            Name=self._ledger_name, Value=ledger.dump(changed), Type="String", Overwrite=True
        )
        if answer["Version"] != self._seen + 1:
            raise self._conflict(self._seen + 1, answer["Version"])
        self._seen = answer["Version"]
        return changed

    def hold(self) -> Hold | None:
        """Return the hold, or None.

        Raises:
            UnknownStateError: the parameter holds something else.
        """
        text, version = self._get(self._hold_name)
        return holds.load(text) if version else None

    def set_hold(self, hold: Hold) -> None:
        """Hold the environment; an earlier hold is replaced."""
        self._ssm.put_parameter(
            Name=self._hold_name, Value=holds.dump(hold), Type="String", Overwrite=True
        )

    def lift_hold(self) -> None:
        """Remove the hold; harmless where none is."""
        try:
            self._ssm.delete_parameter(Name=self._hold_name)
        except self._ssm.exceptions.ParameterNotFound:
            return

    def _get(self, name: str) -> tuple[str, int]:
        try:
            parameter = self._ssm.get_parameter(Name=name)["Parameter"]
        except self._ssm.exceptions.ParameterNotFound:
            return "", 0
        return parameter["Value"], parameter["Version"]

    def _conflict(self, expected: int, found: int) -> UnknownStateError:
        return UnknownStateError(
            "another run wrote the ledger at the same time",
            which=f"{self._ledger_name}: version {found}, expected {expected}",
            next_step="Let the other run end, then run this again. Both values are kept: "
            f"aws ssm get-parameter-history --name {self._ledger_name}",
        )


def read_facts(ssm: "SSMClient", name: str) -> Facts | None:
    """Return an environment's facts, or None where it does not exist yet.

    Args:
        ssm: the client.
        name: of the parameter that Terraform writes.

    Raises:
        UnknownStateError: the parameter cannot be read as facts.
    """
    try:
        return facts.parse(ssm.get_parameter(Name=name)["Parameter"]["Value"])
    except ssm.exceptions.ParameterNotFound:
        return None
