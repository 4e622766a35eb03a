"""What jobs leave behind on GitHub: artifacts of a run, and attestations of an image."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request

from tests.workflows.github_data import GitHubData, Json
from tests.workflows.runs import JobRun, Run


class Artifacts:
    """The routes that the stand-ins of the three actions call.

    Args:
        data: where everything is kept.
        workspaces: whose run and job a workspace is.
    """

    def __init__(self, data: GitHubData, workspaces: Callable[[str], tuple[Run, JobRun]]) -> None:
        self.data = data
        self._workspaces = workspaces

    def register(self, app: Flask) -> None:
        routes = Blueprint("artifacts", __name__, url_prefix="/harness")
        routes.add_url_rule("/attest", "attest", self._attest, methods=["POST"])
        routes.add_url_rule("/artifacts", "upload", self._upload, methods=["POST"])
        routes.add_url_rule("/artifacts", "list", self._list)
        routes.add_url_rule("/artifacts/<int:number>", "content", self._content)
        app.register_blueprint(routes)

    def _attest(self) -> Any:
        run, job = self._workspaces(request.form["workspace"])
        missing = [
            scope for scope in ("attestations", "id-token") if not job.job.may(scope, "write")
        ]
        if missing:
            return f"Resource not accessible by integration: {', '.join(missing)}: write", 403
        if self.data.visibility != "public":
            return "Feature not available for the organization", 404
        if not self.data.attests:
            return "error signing: rekor: 503 Service Unavailable", 503
        self.data.attestations.append({"run": run.id, **request.form.to_dict()})
        return "", 201

    def _upload(self) -> Any:
        run, _ = self._workspaces(request.args["workspace"])
        name, number = request.args["name"], self.data.next_id()
        same = [key for key, one in self._of(run) if one["name"] == name]
        if same and request.args["overwrite"] != "true":
            return "an artifact with this name already exists on the workflow run", 409
        for key in same:
            del self.data.artifacts[key]
        self.data.artifacts[number] = {
            "id": number,
            "run": run.id,
            "name": name,
            "content": request.get_data(),
        }
        return "", 201

    def _list(self) -> Any:
        run, _ = self._workspaces(request.args["workspace"])
        return jsonify({one["name"]: number for number, one in self._of(run)})

    def _content(self, number: int) -> Any:
        return Response(self.data.artifacts[number]["content"], mimetype="application/zip")

    def _of(self, run: Run) -> list[tuple[int, Json]]:
        return [
            (number, one) for number, one in self.data.artifacts.items() if one["run"] == run.id
        ]
