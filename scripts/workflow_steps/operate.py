"""Run a command as somebody has dispatched it; its answer is the job's summary.

From the environment: VERB, REASON (for a hold), LOCK_ID (for unlock-state). The command runs as a
person's does, in a process of its own. Its exit code is the step's.
"""

import os

from scripts.adapters.github import job, step_failure
from scripts.adapters.github.command_process import Ended, run
from scripts.adapters.github.event import event
from scripts.adapters.github.step_failure import Failed
from scripts.base import place
from scripts.base.command import arguments_parser
from scripts.base.errors import RefusedError, SlipwayError, UsageError
from scripts.base.markdown import code, log, plain, prose

LOOKING = ("status", "history", "plan", "drift")
"""With the plan role, which only reads."""

RELEASING = ("logs", "hold", "unhold", "pause", "resume", "abort")
"""With the release role. The plan role is also a pull request's, and may read no log."""

UNLOCKING = ("unlock-state",)
"""With the infrastructure role: a lock is an object beside the state."""

VERBS = (*LOOKING, *RELEASING, *UNLOCKING)
SIGNS = {0: "✅", RefusedError.exit_code: "✋"}


def main(arguments: list[str]) -> int:
    """Run it."""
    environment = arguments_parser(__doc__).parse_args(arguments).environment
    verb = os.environ.get("VERB", "")
    try:
        words = words_of(verb, environment)
        check_readers(verb, environment)
    except SlipwayError as error:
        failed = Failed(verb, error.what, error.which, error.next_step, error.exit_code)
        job.summary(page(verb, environment, Ended(error.exit_code, "", []), failed))
        raise
    ended = run(words)
    job.show(ended.answer)
    failed_with = step_failure.noted() if ended.exit_code else None
    job.summary(page(verb, environment, ended, failed_with))
    return ended.exit_code


def words_of(verb: str, environment: str) -> list[str]:
    """Return the command line of what was dispatched.

    Raises:
        UsageError: the verb is none of `VERBS`.
    """
    if verb not in VERBS:
        raise UsageError(
            f"{verb!r} is no verb that can be dispatched", next_step=f"Use {', '.join(VERBS)}."
        )
    words = [verb, environment]
    # With "=", because a value may begin with a hyphen.
    if verb == "hold":
        words.append(f"--reason={os.environ.get('REASON', '')}")
    if verb == "unlock-state" and (lock_id := os.environ.get("LOCK_ID", "").strip()):
        words.append(f"--lock-id={lock_id}")
    return words


def check_readers(verb: str, environment: str) -> None:
    """Refuse to show the addresses of visitors to everybody.

    Raises:
        RefusedError: the repository is public, and so is every log and summary of its runs.
    """
    if verb == "logs" and event().get("repository", {}).get("visibility") == "public":
        raise RefusedError(
            "logs hold addresses of people, and everybody can read the runs of this repository",
            next_step=f"On a machine of your own: {place.command('logs', environment, at='aws')}",
        )


def page(verb: str, environment: str, ended: Ended, failed: Failed | None) -> str:
    """Return the summary, Markdown: how it ended, what to do next, and the answer.

    Where the command printed no answer, its progress is shown instead.
    """
    sign = SIGNS.get(ended.exit_code, "❌")
    lines = [f"{sign} **{environment}**: {code(verb) or 'nothing'}"]
    if ended.exit_code:
        lines[0] += f" ended with exit code {ended.exit_code}"
    if failed:
        lines[0] += f": {code(plain(failed.what))}"
        lines += ["", *log(failed.which)] if any(failed.which) else []
        lines += ["", f"**Next:** {prose(failed.next_step)}"] if failed.next_step else []
    shown = ended.answer.splitlines() or ([] if failed else ended.progress)
    if shown:
        lines += ["", *log(shown)]
    return "\n".join(lines)
