"""How the requests of one rollout were answered."""

from dataclasses import dataclass


@dataclass
class Tally:
    """How many requests were answered by whom, and how many of them badly."""

    asked: int = 0
    bad: int = 0
