"""Write the report of a command when it ends, however it ends."""

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from scripts.adapters.aws.clients import lost_contact
from scripts.adapters.terraform.cli import work_folder
from scripts.base import clock, command
from scripts.base.actor import actor_name
from scripts.base.console import say
from scripts.base.errors import SlipwayError, UnknownStateError
from scripts.reporting.report_document import document
from scripts.reporting.report_markdown import markdown
from scripts.reporting.run_record import RunRecord

PAGE, DOCUMENT = "report.md", "report.json"


def add_option(parser: argparse.ArgumentParser) -> None:
    """Give a command the option `--report`."""
    parser.add_argument(
        "--report",
        metavar="FOLDER",
        type=Path,
        help=f"where {PAGE} and {DOCUMENT} are written; else the environment's working folder",
    )


@contextmanager
def written(name: str, environment: str, folder: Path | None = None) -> Iterator[RunRecord]:
    """Yield a run record, and write its report at the end.

    Args:
        name: of the command.
        environment: which one it acts on.
        folder: where the report goes; None for the environment's working folder.
    """
    folder = folder or work_folder(environment)
    for file in (PAGE, DOCUMENT):
        (folder / file).unlink(missing_ok=True)
    run_record = RunRecord(name, environment, actor_name(), clock.now())
    try:
        yield run_record
    except SlipwayError as error:
        run_record.error, run_record.code = error, error.exit_code
        raise
    except (BotoCoreError, ClientError) as error:
        run_record.error = lost_contact(error, environment)
        run_record.code = UnknownStateError.exit_code
        raise
    except KeyboardInterrupt:
        run_record.code = command.INTERRUPTED
        raise
    except Exception as error:
        run_record.error, run_record.code = SlipwayError(f"{type(error).__name__}: {error}"), 1
        raise
    finally:
        run_record.ended = clock.now()
        _write(folder, run_record)


def _write(folder: Path, run_record: RunRecord) -> None:
    report = document(run_record)
    # A disk that is full must not hide what the command has to say.
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / DOCUMENT).write_text(json.dumps(report, indent=2) + "\n")
        (folder / PAGE).write_text(markdown(run_record, report))
        say(f"report: {folder / PAGE}")
