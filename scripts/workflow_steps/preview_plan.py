"""Plan an environment for a pull request: a summary to show, a receipt to hold the merge to.

Writes `summary.json` and `receipt.json` below .work/preview/ENV. An environment whose inputs are
the applied ones is planned only where the pipeline itself changed. Outputs: `folder`, `receipt`
(the artifact's name, empty without a plan).
"""

from pathlib import Path

from scripts.adapters.aws import image
from scripts.adapters.aws.clients import Clients, connect
from scripts.adapters.aws.observe import open_state_store
from scripts.adapters.github import job
from scripts.adapters.terraform.inputs import inputs_hash
from scripts.base import command, release_version
from scripts.base.console import say
from scripts.base.git_tree import merged_changes
from scripts.base.project import ROOT, Project
from scripts.domain import receipt
from scripts.domain.ledger import Ledger
from scripts.domain.plan_changes import changes
from scripts.operations.find_receipts import artifact_name
from scripts.operations.planned_changes import plan_of
from scripts.reporting import plan_summary
from scripts.reporting.plan_summary import LONGEST, Outlook

PIPELINE = (".github", "scripts")


def main(arguments: list[str]) -> int:
    """Plan, and write both files."""
    environment = command.arguments_parser(__doc__).parse_args(arguments).environment
    project = Project.load()
    clients = connect(project, environment)
    inputs = inputs_hash(ROOT / "infra" / "envs" / environment)
    outlook = _outlook(clients, project, environment, inputs)
    planned = outlook.infrastructure or bool(merged_changes(ROOT, PIPELINE))
    plan = plan_of(clients, project, environment) if planned else None
    found = changes(plan) if plan else []
    name = receipt.fingerprint(environment, inputs, found) if found else ""
    folder = ROOT / ".work" / "preview" / environment
    folder.mkdir(parents=True, exist_ok=True)
    shown = plan_summary.summarise(environment, plan, found, name, outlook)
    _write(folder / "summary.json", plan_summary.dump(shown))
    if planned:
        _write(folder / "receipt.json", receipt.dump(receipt.make(environment, inputs, found)))
    job.set_output("folder", str(folder.relative_to(ROOT)))
    job.set_output("receipt", artifact_name(environment, inputs) if planned else "")
    say(f"{environment}: {len(found)} changes" if planned else f"{environment}: nothing to plan")
    return 0


def _outlook(clients: Clients, project: Project, environment: str, inputs: str) -> Outlook:
    store = open_state_store(clients, project, environment)
    book = store.read() or Ledger()
    hold = store.hold()
    version = release_version.version()
    return Outlook(
        release=version,
        running=book.release.version if book.release else "",
        built=image.find_digest(clients, project, version) is not None,
        failed=bool(book.release and book.has_failed(version, book.release.spec_hash)),
        held=hold.sentence()[:LONGEST] if hold else "",
        infrastructure=book.inputs != inputs,
    )


def _write(path: Path, text: str) -> None:
    path.write_text(text + "\n")
