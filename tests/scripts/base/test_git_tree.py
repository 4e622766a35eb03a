"""A version is what git would commit of the content now; and what a merge brings."""

import subprocess
from pathlib import Path

import pytest

from scripts.base import git_tree, release_version
from scripts.base.errors import UsageError


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "checkout"
    (root / "app").mkdir(parents=True)
    (root / "requirements").mkdir()
    (root / "app" / "main.py").write_text("one\n")
    (root / "Dockerfile").write_text("FROM scratch\n")
    (root / ".dockerignore").write_text("*\n")
    (root / "requirements" / "run.txt").write_text("flask==1\n")
    (root / "README.md").write_text("hello\n")
    (root / ".gitignore").write_text("*.log\n")
    git(root, "init", "--quiet")
    commit(root)
    return root


def git(root: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=root, check=True, capture_output=True, text=True
    )
    return done.stdout


def commit(root: Path) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "x")


def test_a_version_is_12_hex_digits(checkout):
    version = release_version.version(checkout)
    assert len(version) == 12
    int(version, 16)


def test_edits_count_before_they_are_committed_and_agree_with_the_commit(checkout):
    before = release_version.version(checkout)
    (checkout / "app" / "main.py").write_text("two\n")
    edited = release_version.version(checkout)
    commit(checkout)
    assert before != edited == release_version.version(checkout)


def test_a_clean_checkout_agrees_with_the_working_tree(checkout, tmp_path):
    (checkout / "app" / "new.py").write_text("new\n")
    with_new = release_version.version(checkout)
    commit(checkout)
    git(tmp_path, "clone", "--quiet", str(checkout), "other")
    assert release_version.version(tmp_path / "other") == with_new


def test_a_new_file_counts_and_an_ignored_one_does_not(checkout):
    before = release_version.version(checkout)
    (checkout / "app" / "debug.log").write_text("noise\n")
    assert release_version.version(checkout) == before
    (checkout / "app" / "new.py").write_text("new\n")
    assert release_version.version(checkout) != before


def test_a_removed_file_counts(checkout):
    (checkout / "app" / "extra.py").write_text("x\n")
    commit(checkout)
    before = release_version.version(checkout)
    (checkout / "app" / "extra.py").unlink()
    assert release_version.version(checkout) != before


def test_a_mode_counts_and_a_time_does_not(checkout):
    before = release_version.version(checkout)
    (checkout / "app" / "main.py").touch()
    assert release_version.version(checkout) == before
    (checkout / "app" / "main.py").chmod(0o755)
    assert release_version.version(checkout) != before


def test_what_is_not_in_the_image_does_not_count(checkout):
    before = release_version.version(checkout)
    (checkout / "README.md").write_text("changed\n")
    assert release_version.version(checkout) == before


@pytest.mark.parametrize("name", ["Dockerfile", ".dockerignore", "requirements/run.txt"])
def test_each_thing_in_the_image_counts(checkout, name):
    before = release_version.version(checkout)
    (checkout / name).write_text("changed\n")
    assert release_version.version(checkout) != before


def test_the_platform_counts(checkout):
    assert git_tree.content_hash(checkout, ["app"], "a") != git_tree.content_hash(
        checkout, ["app"], "b"
    )


def test_a_tracked_file_counts_though_an_ignore_rule_matches_it(checkout):
    (checkout / "app" / "kept.log").write_text("one\n")
    git(checkout, "add", "--force", "app/kept.log")
    commit(checkout)
    before = release_version.version(checkout)
    (checkout / "app" / "kept.log").write_text("two\n")
    assert release_version.version(checkout) != before


def test_hashing_leaves_index_and_objects_alone(checkout):
    (checkout / "app" / "main.py").write_text("two\n")
    status = git(checkout, "status", "--porcelain")
    objects = sorted(str(path) for path in (checkout / ".git" / "objects").rglob("*"))
    release_version.version(checkout)
    assert git(checkout, "status", "--porcelain") == status
    assert sorted(str(path) for path in (checkout / ".git" / "objects").rglob("*")) == objects


def test_a_repository_without_a_commit_has_a_version(tmp_path):
    git(tmp_path, "init", "--quiet")
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    assert release_version.version(tmp_path)
    assert git_tree.head_commit(tmp_path) == ""


def test_a_folder_that_is_no_checkout_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    with pytest.raises(UsageError, match="git"):
        release_version.version(tmp_path)


def test_only_files_that_git_sees_are_listed(checkout):
    (checkout / "app" / "debug.log").write_text("noise\n")
    (checkout / "app" / "new.py").write_text("new\n")
    assert git_tree.tracked_files(checkout, ["app"]) == ["app/main.py", "app/new.py"]


def branch(root: Path) -> None:
    git(root, "branch", "-M", "main")
    git(root, "checkout", "--quiet", "-b", "change")


def merge(root: Path) -> None:
    commit(root)
    git(root, "checkout", "--quiet", "main")
    git(root, "commit", "--quiet", "--allow-empty", "--message", "meanwhile")
    git(root, "merge", "--quiet", "--no-ff", "--message", "merge", "change")


def test_a_merge_changes_what_its_branch_brings(checkout):
    branch(checkout)
    (checkout / "README.md").write_text("changed\n")
    (checkout / "größe.md").write_text("new\n")
    (checkout / "Dockerfile").unlink()
    merge(checkout)
    assert git_tree.merged_changes(checkout) == ["Dockerfile", "README.md", "größe.md"]
    assert git_tree.merged_changes(checkout, ["app", "README.md"]) == ["README.md"]
    assert git_tree.merged_changes(checkout, ["app"]) == []


def test_a_renamed_file_is_changed_where_it_was_too(checkout):
    branch(checkout)
    git(checkout, "mv", "app/main.py", "main.md")
    merge(checkout)
    assert git_tree.merged_changes(checkout) == ["app/main.py", "main.md"]


def test_what_is_no_merge_or_lacks_its_parents_changes_nothing_that_is_known(checkout, tmp_path):
    branch(checkout)
    (checkout / "README.md").write_text("changed\n")
    commit(checkout)
    assert git_tree.merged_changes(checkout) == []
    (checkout / "README.md").write_text("changed again\n")
    merge(checkout)
    for depth, known in ((1, []), (2, ["README.md"])):
        git(tmp_path, "clone", "--quiet", f"--depth={depth}", f"file://{checkout}", f"{depth}")
        assert git_tree.merged_changes(tmp_path / f"{depth}") == known
