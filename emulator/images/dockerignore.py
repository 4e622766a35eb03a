"""`.dockerignore`: which files of the context exist for the build (Dockerfile reference)."""

import re
from pathlib import Path, PurePosixPath


class DockerIgnore:
    """Patterns in their order; the last one that matches a path or a folder above it decides.

    Args:
        text: content of the file.
    """

    def __init__(self, text: str) -> None:
        lines = [line.strip() for line in text.splitlines()]
        self._rules = [
            (line.startswith("!"), _pattern(line.removeprefix("!").strip()))
            for line in lines
            if line and not line.startswith("#")
        ]

    def leaves_out(self, path: PurePosixPath) -> bool:
        """Whether a path, relative to the context, is left out."""
        candidates = [str(path), *(str(parent) for parent in path.parents if str(parent) != ".")]
        ignored = False
        for included, pattern in self._rules:
            if any(pattern.fullmatch(candidate) for candidate in candidates):
                ignored = not included
        return ignored


def context_files(context: Path) -> dict[PurePosixPath, Path]:
    """Return the files of a context that its `.dockerignore` leaves in, by relative path."""
    rules_file = context / ".dockerignore"
    rules = DockerIgnore(rules_file.read_text() if rules_file.exists() else "")
    files = {}
    for path in sorted(_walk(context, rules, context)):
        files[PurePosixPath(path.relative_to(context).as_posix())] = path
    return files


def _walk(directory: Path, rules: DockerIgnore, context: Path) -> list[Path]:
    found: list[Path] = []
    for entry in directory.iterdir():
        relative = PurePosixPath(entry.relative_to(context).as_posix())
        if entry.is_dir() and not entry.is_symlink():
            # A folder that is left out may still hold what a later pattern brings back; but the
            # repository's own and the tools' folders are large, so the obvious is not searched.
            if entry.name not in (".git", ".emulator", ".venv", ".terraform", ".tools"):
                found += _walk(entry, rules, context)
        elif not rules.leaves_out(relative):
            found.append(entry)
    return found


def _pattern(line: str) -> re.Pattern[str]:
    """Translate Go's filepath.Match with `**`, as Docker's patternmatcher does."""
    text = line.strip("/")
    expression = ""
    position = 0
    while position < len(text):
        if text.startswith("**/", position):
            expression += "(?:.*/)?"
            position += 3
        elif text.startswith("**", position):
            expression += ".*"
            position += 2
        else:
            character = text[position]
            expression += {"*": "[^/]*", "?": "[^/]"}.get(character, re.escape(character))
            position += 1
    return re.compile(expression)
