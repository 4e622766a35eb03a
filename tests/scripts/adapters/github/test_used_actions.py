"""Which actions the files below .github use."""

from pathlib import Path

from scripts.adapters.github.used_actions import used_actions, workflow_files
from scripts.base.project import ROOT
from tests.workflows.files import actions_used

SHA = "a" * 40
WORKFLOW = f"""\
steps:
  - uses: them/tools/scan@{SHA} # v1
  - name: ours
    uses: ./.github/actions/setup
  # uses: not/this@{SHA}
"""


def test_they_are_those_that_the_workflow_tests_need_stand_ins_for():
    found = {tuple(action.split("@")) for action in used_actions()}
    assert ("actions/checkout") in {name for name, _ in found}
    assert found == actions_used(ROOT)


def test_a_path_below_an_action_is_the_action_and_own_files_are_none(tmp_path: Path):
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "a.yml").write_text(WORKFLOW)
    assert used_actions(tmp_path) == (f"them/tools@{SHA}",)
    assert workflow_files(tmp_path) == (".github/workflows/a.yml",)
