"""Failures that a person reads: what failed, which thing, what to do next."""


class SlipwayError(Exception):
    """A command failed, and everything is back as it was; exit code 1.

    Args:
        what: one sentence: what failed.
        which: the things concerned, one line each.
        next_step: what to do now, as a command where there is one.
    """

    exit_code = 1

    def __init__(self, what: str, *, which: str | list[str] = "", next_step: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.which = [which] if isinstance(which, str) else which
        self.next_step = next_step

    def __str__(self) -> str:
        lines = [f"error: {self.what}"]
        lines += [f"  {line}" for thing in self.which for line in thing.splitlines()]
        if self.next_step:
            lines.append(self.next_step)
        return "\n".join(lines)


class OvertakenError(SlipwayError):
    """Another command has taken over the environment; exit code 1."""


class UsageError(SlipwayError):
    """The command's words or the project's settings are wrong; exit code 2."""

    exit_code = 2


class RefusedError(SlipwayError):
    """Refused before anything was touched; exit code 3."""

    exit_code = 3


class ConflictError(SlipwayError):
    """Another run wrote first; exit code 1. Nothing was written: look again and decide again."""


class UnknownStateError(SlipwayError):
    """Contact was lost: what happened is unknown; exit code 4.

    `next_step` names the command that finds out.
    """

    exit_code = 4
