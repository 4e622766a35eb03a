"""Measure rollouts of dev on an emulator of its own: a good release, the way back, two bad ones.

python -m bench.rollouts [--no-write]
"""

from collections.abc import Callable
from dataclasses import dataclass

from bench import clones, report
from bench.rolling import BadRelease, RollBack, Rolling, Rollout, answered_badly, gave_up
from bench.tables import Goal, goals, table
from emulator.aws.refresh.progress import BLOCKED_SECONDS
from scripts.base import command
from scripts.base.console import step
from tests.emulator.live import edits

ENVIRONMENT = "dev"
MOST_TIMES = 1.5
MOST_SECONDS_TO_ACT = 5


@dataclass(frozen=True)
class Figures:
    """What was measured.

    Attributes:
        deploy: of a good release.
        roll_back: of it.
        bad: releases by what was wrong with them.
    """

    deploy: Rollout
    roll_back: RollBack
    bad: dict[str, BadRelease]


def measure() -> Figures:
    """Bring up dev in a clone of HEAD and roll it.

    Raises:
        SlipwayError: a command ended otherwise than it should.
    """
    with clones.fresh() as clone:
        with step("bringing up a fresh clone"):
            clones.run(clone, "up", f"ENV={ENVIRONMENT}")
        rolling = Rolling(clone, ENVIRONMENT)
        with step("deploying a good release"):
            deploy = rolling.release()
        with step("rolling it back"):
            roll_back = rolling.go_back()
        with step("deploying a release that crashes at import"):
            crashes = rolling.bad_release(edits.crashes_at_import(), gave_up)
        with step("deploying a release that answers 5xx behind the balancer"):
            answers_badly = rolling.bad_release(
                edits.answers_5xx_behind_a_balancer(), answered_badly
            )
    bad = {"crashes at import": crashes, "answers 5xx behind the balancer alone": answers_badly}
    return Figures(deploy, roll_back, bad)


def text(figures: Figures) -> str:
    """Write the figures as Markdown."""
    return "\n\n".join(
        [
            f"One run on {report.cores()} cores; {report.busy()}.",
            _parts({"deploy": figures.deploy, "rollback": figures.roll_back.rollout}),
            "**Goals**",
            _goals(figures),
            "**Bad releases** (seconds from the first bad sign)",
            _bad(figures.bad),
        ]
    )


def _parts(rollouts: dict[str, Rollout]) -> str:
    def row(title: str, field: Callable[[Rollout], float]) -> list[str]:
        return [title, *(f"{field(rollout):.1f}" for rollout in rollouts.values())]

    return table(
        ("seconds", *rollouts),
        [
            row("boots, one after the other", lambda one: one.bound.boots),
            row("settling, likewise", lambda one: one.bound.settle),
            row("warm-ups, likewise", lambda one: one.bound.warmups),
            row("the last drain", lambda one: one.bound.drains),
            row("**lower bound**", lambda one: one.bound.seconds),
            row("**measured**", lambda one: one.seconds),
            row("of that, the bake", lambda one: one.bake),
        ],
    )


def _goals(figures: Figures) -> str:
    rollouts = {"good deploy": figures.deploy, "rollback": figures.roll_back.rollout}
    times = [
        Goal(
            f"{title}, against its lower bound",
            f"at most {MOST_TIMES} times",
            f"{rollout.times:.2f} times",
            rollout.times <= MOST_TIMES,
        )
        for title, rollout in rollouts.items()
    ]
    hold, refresh = figures.roll_back.hold, figures.roll_back.refresh
    acts = Goal(
        "rollback: from the command to its first write, the hold",
        f"at most {MOST_SECONDS_TO_ACT} s",
        f"{hold:.1f} s; its refresh began after {refresh:.1f} s",
        hold <= MOST_SECONDS_TO_ACT,
    )
    return goals([*times, acts])


def _bad(releases: dict[str, BadRelease]) -> str:
    return table(
        ("release", "decision", "whole fleet", "AWS's own hour", "requests lost", "AWS went back"),
        [
            [
                title,
                f"{one.decision:.1f}",
                f"{one.whole:.1f}",
                f"{BLOCKED_SECONDS}, {BLOCKED_SECONDS / one.whole:.0f} times as long",
                f"{one.lost} of {one.asked}",
                one.reason,
            ]
            for title, one in releases.items()
        ],
    )


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and write the figures into bench/README.md."""
    parser = command.arguments_parser(__doc__, environment=False)
    parser.add_argument("--no-write", action="store_true", help="print only")
    options = parser.parse_args(arguments)
    written = text(measure())
    return report.publish(written, "rollouts", write=not options.no_write)


if __name__ == "__main__":
    command.run(main)
