"""Building: what the Dockerfile's final stage copies and sets becomes an image."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from emulator.images import dockerfile, layer
from emulator.images.dockerignore import context_files
from emulator.images.errors import ImageError
from emulator.images.image import Image

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass
class _Builder:
    """State of the image while the instructions are carried out one by one."""

    context: dict[PurePosixPath, Path]
    stages: dict[str, dockerfile.BuildStage]
    files: dict[PurePosixPath, Path] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": DEFAULT_PATH})
    settings: dict[str, Any] = field(default_factory=dict)
    directory: PurePosixPath = field(default_factory=lambda: PurePosixPath("/"))
    history: list[str] = field(default_factory=list)

    def carry_out(self, instruction: dockerfile.Instruction) -> None:
        self.history.append(str(instruction))
        rest = instruction.rest
        match instruction.keyword:
            case "COPY":
                self._copy(rest)
            case "WORKDIR":
                self.directory = self.directory / rest
            case "ENV":
                for key, value in dockerfile.pairs(rest).items():
                    self.environment[key] = self._expand(value)
            case "CMD" | "ENTRYPOINT":
                words, exec_form = dockerfile.words_or_json(rest)
                key = {"CMD": "Cmd", "ENTRYPOINT": "Entrypoint"}[instruction.keyword]
                self.settings[key] = words if exec_form else ["/bin/sh", "-c", rest]
            case "EXPOSE":
                known = self.settings.setdefault("ExposedPorts", {})
                for port in rest.split():
                    known[port if "/" in port else f"{port}/tcp"] = {}
            case "USER":
                self.settings["User"] = rest
            case "LABEL":
                labels = self.settings.get("Labels", {})
                self.settings["Labels"] = {**labels, **dockerfile.pairs(rest)}

    def _copy(self, rest: str) -> None:
        words = rest.split()
        options = [word for word in words if word.startswith("--")]
        *sources, target = [word for word in words if not word.startswith("--")]
        origin = next((o.removeprefix("--from=") for o in options if o.startswith("--from=")), None)
        if origin is not None:
            self.history.append(f"from {origin}: {self._inputs_of(origin)}")
            return
        into = self.directory / target
        for source in sources:
            self._copy_source(PurePosixPath(source), into, target.endswith("/") or len(sources) > 1)

    def _copy_source(self, source: PurePosixPath, into: PurePosixPath, folder: bool) -> None:
        found = self._select(source)
        for path, file in found.items():
            inside = path.relative_to(source) if path != source else None
            if inside is None:
                self.files[into / path.name if folder else into] = file
            else:
                self.files[into / inside] = file

    def _select(self, source: PurePosixPath) -> dict[PurePosixPath, Path]:
        if set(str(source)) & set("*?["):
            raise ImageError(f"COPY {source}: wildcards are not emulated on the stage")
        found = {
            path: file
            for path, file in self.context.items()
            if path == source or source in path.parents
        }
        if not found:
            raise ImageError(f'failed to compute cache key: "/{source}": not found')
        return found

    def _inputs_of(self, stage_name: str) -> str:
        """Hash of all that an earlier stage says and copies from the context."""
        stage = self.stages.get(stage_name)
        if stage is None:
            return "another image"
        other = _Builder(self.context, self.stages)
        for instruction in stage.instructions:
            other.carry_out(instruction)
        content = hashlib.sha256("\n".join([stage.base, *other.history]).encode())
        content.update(layer.pack(other.files))
        return content.hexdigest()

    def _expand(self, value: str) -> str:
        for key, known in self.environment.items():
            value = value.replace(f"${{{key}}}", known).replace(f"${key}", known)
        return value


def build(context: Path, dockerfile_path: Path) -> Image:
    """Build the final stage of a Dockerfile.

    Args:
        context: folder that COPY reads, less what its `.dockerignore` leaves out.
        dockerfile_path: the Dockerfile.

    Raises:
        ImageError: the Dockerfile asks for what cannot be done, or for a file that is not there.
    """
    try:
        stages = dockerfile.parse(dockerfile_path.read_text())
    except OSError as error:
        raise ImageError(f"failed to read dockerfile: {error}") from error
    final = stages[-1]
    builder = _Builder(context_files(context), {stage.name: stage for stage in stages})
    builder.history.append(f"FROM {final.base}")
    for instruction in final.instructions:
        builder.carry_out(instruction)
    settings = {
        **builder.settings,
        "Env": [f"{key}={value}" for key, value in builder.environment.items()],
        "WorkingDir": str(builder.directory),
    }
    return Image.make(layer.pack(builder.files), settings, builder.history)
