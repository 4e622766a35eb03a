"""Replace attributes of moto's classes, and put the originals back."""

from typing import Any

_MISSING = object()


class Patches:
    """What was replaced, so that `undo` leaves moto as it was found."""

    def __init__(self) -> None:
        self._undo: list[tuple[Any, str, Any]] = []

    def put(self, owner: Any, name: str, value: Any) -> None:
        """Set `owner.name` to `value`, whether or not moto has that name."""
        self._undo.append((owner, name, vars(owner).get(name, _MISSING)))
        setattr(owner, name, value)

    def replace(self, owner: Any, name: str, value: Any) -> None:
        """Set `owner.name`, which moto must have: a renamed method is noticed at once.

        Raises:
            AttributeError: this moto has no such name.
        """
        getattr(owner, name)
        self.put(owner, name, value)

    def methods(self, owner: Any, source: type) -> None:
        """Give `owner` every public method of `source`, moto's own of that name or a new one."""
        for name, value in vars(source).items():
            if not name.startswith("_"):
                self.put(owner, name, value)

    def undo(self) -> None:
        """Put every original back, last one first."""
        while self._undo:
            owner, name, original = self._undo.pop()
            if original is _MISSING:
                delattr(owner, name)
            else:
                setattr(owner, name, original)
