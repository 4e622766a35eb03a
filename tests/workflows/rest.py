"""GitHub's REST API for one repository, as far as the pipeline uses it.

Every call is answered by what the calling *job* may do: the right that GitHub's documentation
names for it ("Permissions required for GitHub Apps") must be in the job's `permissions`.
"""

import io
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request

from scripts.base import clock
from tests.workflows.files import Job
from tests.workflows.github_data import BOT, GitHubData, Json

Answer = Response | tuple[Response, int]
RIGHTS: list[tuple[str, str]] = [
    # The first whose words are in the path decides; write for anything but GET.
    ("/attestations/", "attestations"),
    ("/deployments", "deployments"),
    ("/actions/", "actions"),
    ("/pulls", "pull-requests"),
    ("/issues", "issues"),
    ("/commits", "contents"),
    ("/compare", "contents"),
    ("/contents", "contents"),
]


def needed(method: str, path: str, on_pull_request: bool) -> tuple[str, str]:
    """Return the right that a call takes: scope and level."""
    level = "read" if method == "GET" else "write"
    if path.endswith("/pulls") and "/commits/" in path:
        return "pull-requests", "read"
    scope = next((scope for words, scope in RIGHTS if words in path), "metadata")
    if scope == "issues" and on_pull_request:
        scope = "pull-requests"
    return scope, level


def refused(message: str, status: int) -> Answer:
    return jsonify(
        {"message": message, "documentation_url": "https://docs.github.com/rest"}
    ), status


class Api:
    """The routes; `who` says which job calls, None for a call from nowhere."""

    def __init__(self, data: GitHubData, token: str, who: Callable[[], Job | None]) -> None:
        self.data = data
        self.token = token
        self.who = who

    def register(self, app: Flask) -> None:
        routes = Blueprint("rest", __name__)
        root = "/repos/<owner>/<name>"
        for rule, methods, view in (
            ("", "GET", self.repository),
            ("/issues", "GET", self.issues),
            ("/issues", "POST", self.create_issue),
            ("/issues/<int:number>", "GET", self.issue),
            ("/issues/<int:number>", "PATCH", self.edit_issue),
            ("/issues/<int:number>/comments", "GET", self.comments),
            ("/issues/<int:number>/comments", "POST", self.create_comment),
            ("/issues/comments/<int:number>", "GET", self.comment),
            ("/issues/comments/<int:number>", "PATCH", self.edit_comment),
            ("/pulls", "GET", self.pulls),
            ("/pulls", "POST", self.create_pull),
            ("/pulls/<int:number>", "GET", self.pull),
            ("/commits/<sha>/pulls", "GET", self.pulls_of_commit),
            ("/deployments", "GET", self.deployments),
            ("/deployments", "POST", self.create_deployment),
            ("/deployments/<int:number>", "GET", self.deployment),
            ("/deployments/<int:number>/statuses", "GET", self.statuses),
            ("/deployments/<int:number>/statuses", "POST", self.create_status),
            ("/actions/runs/<int:number>", "GET", self.run),
            ("/actions/runs/<int:number>/approvals", "GET", self.approvals),
            ("/actions/runs/<int:number>/artifacts", "GET", self.artifacts),
            ("/actions/workflows/<workflow>/runs", "GET", self.runs_of_workflow),
            ("/actions/artifacts/<int:number>/zip", "GET", self.artifact),
            ("/attestations/<digest>", "GET", self.attestations_of),
        ):
            endpoint = f"{methods} {rule}".replace(".", "_")
            routes.add_url_rule(root + rule, endpoint, self._granted(view), methods=[methods])
        app.register_blueprint(routes)

    def _granted(self, view: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(owner: str, name: str, **arguments: Any) -> Any:
            answer = self._judge(f"{owner}/{name}", arguments) or view(**arguments)
            status = answer[1] if isinstance(answer, tuple) else answer.status_code
            job = self.who()
            self.data.requests.append(
                (job.key if job else "", request.method, request.path, status)
            )
            return answer

        return guarded

    def _judge(self, repository: str, arguments: dict[str, Any]) -> Answer | None:
        sent = request.headers.get("Authorization", "").partition(" ")[2]
        if sent in self.data.settings.tokens:
            return None if repository == self.data.repository else refused("Not Found", 404)
        if sent != self.token:
            return refused("Bad credentials", 401)
        job = self.who()
        if job is None:
            return refused("Bad credentials: this token belongs to no job that runs", 401)
        if repository != self.data.repository:
            return refused("Not Found", 404)
        number = arguments.get("number")
        comment = self.data.find_comment(number) if number else None
        issue = comment["issue"] if comment and "/comments/" in request.path else number
        scope, level = needed(request.method, request.path, issue in self.data.pulls)
        if scope != "metadata" and not job.may(scope, level):
            needs = f"{scope}: {level}"
            return refused(f"Resource not accessible by integration ({job.key}: {needs})", 403)
        return None

    def _url(self, *parts: object) -> str:
        return "/".join(
            [request.host_url.rstrip("/"), "repos", self.data.repository, *map(str, parts)]
        )

    # Repository

    def repository(self) -> Answer:
        return jsonify(
            {
                "id": self.data.repository_id,
                "full_name": self.data.repository,
                "owner": {
                    "login": self.data.repository.split("/")[0],
                    "id": self.data.owner_id,
                    "type": self.data.settings.owner_kind,
                },
                "visibility": self.data.visibility,
                **self.data.settings.repository,
                "url": self._url(),
            }
        )

    # Issues and comments

    def _shown_issue(self, issue: Json) -> Json:
        url = self._url("issues", issue["number"])
        page = f"https://github.com/{self.data.repository}/issues/{issue['number']}"
        return {**issue, "url": url, "html_url": page, "comments_url": f"{url}/comments"}

    def issues(self) -> Answer:
        state = request.args.get("state", "open")
        labels = set(filter(None, request.args.get("labels", "").split(",")))
        found = [
            self._shown_issue(issue)
            for issue in self.data.issues.values()
            if state in ("all", issue["state"])
            and labels <= {label["name"] for label in issue["labels"]}
        ]
        return jsonify(page_of(list(reversed(found))))

    def create_issue(self) -> Answer:
        sent: Json = request.get_json()
        issue = self.data.new_issue(sent["title"], sent.get("body", ""), sent.get("labels", []))
        return jsonify(self._shown_issue(issue)), 201

    def issue(self, number: int) -> Answer:
        if number not in self.data.issues:
            return refused("Not Found", 404)
        return jsonify(self._shown_issue(self.data.issues[number]))

    def edit_issue(self, number: int) -> Answer:
        issue = self.data.issues[number]
        issue.update(
            {k: v for k, v in request.get_json().items() if k in ("title", "body", "state")}
        )
        return jsonify(self._shown_issue(issue))

    def _shown_comment(self, comment: Json) -> Json:
        return {**comment, "url": self._url("issues", "comments", comment["id"])}

    def comments(self, number: int) -> Answer:
        found = self.data.comments.get(number, [])
        return jsonify(page_of([self._shown_comment(comment) for comment in found]))

    def create_comment(self, number: int) -> Answer:
        if number not in {*self.data.issues, *self.data.pulls}:
            return refused("Not Found", 404)
        comment = self.data.new_comment(number, request.get_json()["body"])
        return jsonify(self._shown_comment(comment)), 201

    def comment(self, number: int) -> Answer:
        found = self.data.find_comment(number)
        return jsonify(self._shown_comment(found)) if found else refused("Not Found", 404)

    def edit_comment(self, number: int) -> Answer:
        found = self.data.find_comment(number)
        if found is None:
            return refused("Not Found", 404)
        found["body"] = request.get_json()["body"]
        return jsonify(self._shown_comment(found))

    # Pull requests

    def _shown_pull(self, pull: Json) -> Json:
        number = pull["number"]
        links = {"url": self._url("pulls", number), "issue_url": self._url("issues", number)}
        return {**pull, **links}

    def pulls(self) -> Answer:
        state = request.args.get("state", "open")
        branch = request.args.get("head", ":").split(":")[-1]
        found = [
            pull
            for pull in self.data.pulls.values()
            if state in ("all", pull.get("state", "open"))
            and branch in ("", pull.get("head", {}).get("ref"))
        ]
        return jsonify(page_of([self._shown_pull(pull) for pull in found]))

    def create_pull(self) -> Answer:
        asked: Json = request.get_json()
        number = self.data.next_id()
        owner = {"repo": {"id": self.data.repository_id, "full_name": self.data.repository}}
        self.data.pulls[number] = {
            "id": number,
            "number": number,
            "html_url": f"https://github.com/{self.data.repository}/pull/{number}",
            "title": asked["title"],
            "body": asked["body"],
            "state": "open",
            "head": {"ref": asked["head"], **owner},
            "base": {"ref": asked["base"], **owner},
        }
        return jsonify(self._shown_pull(self.data.pulls[number])), 201

    def pull(self, number: int) -> Answer:
        if number not in self.data.pulls:
            return refused("Not Found", 404)
        return jsonify(self._shown_pull(self.data.pulls[number]))

    def pulls_of_commit(self, sha: str) -> Answer:
        numbers = self.data.pulls_of_commit.get(sha, [])
        return jsonify(page_of([self._shown_pull(self.data.pulls[number]) for number in numbers]))

    # Deployments

    def _find_deployment(self, number: int) -> Json:
        return next(d for d in self.data.deployments if d["id"] == number)

    def _shown_deployment(self, deployment: Json) -> Json:
        url = self._url("deployments", deployment["id"])
        shown = {name: value for name, value in deployment.items() if name != "statuses"}
        return {**shown, "url": url, "statuses_url": f"{url}/statuses"}

    def deployments(self) -> Answer:
        found = [
            self._shown_deployment(deployment)
            for deployment in reversed(self.data.deployments)
            if request.args.get("environment") in (None, deployment["environment"])
        ]
        return jsonify(page_of(found))

    def create_deployment(self) -> Answer:
        sent: Json = request.get_json()
        deployment = {**sent, "id": self.data.next_id(), "created_at": clock.now(), "statuses": []}
        self.data.deployments.append(deployment)
        return jsonify(self._shown_deployment(deployment)), 201

    def deployment(self, number: int) -> Answer:
        return jsonify(self._shown_deployment(self._find_deployment(number)))

    def statuses(self, number: int) -> Answer:
        return jsonify(page_of(list(reversed(self._find_deployment(number)["statuses"]))))

    def create_status(self, number: int) -> Answer:
        status = {**request.get_json(), "id": self.data.next_id(), "creator": BOT}
        self._find_deployment(number)["statuses"].append(status)
        return jsonify(status), 201

    # Runs and artifacts

    def _shown_run(self, run: Json) -> Json:
        url = self._url("actions", "runs", run["id"])
        return {**run, "url": url, "artifacts_url": f"{url}/artifacts"}

    def run(self, number: int) -> Answer:
        if number not in self.data.runs:
            return refused("Not Found", 404)
        return jsonify(self._shown_run(self.data.runs[number]))

    def attestations_of(self, digest: str) -> Answer:
        found = [one for one in self.data.attestations if one["digest"] == digest]
        return jsonify({"attestations": found}) if found else refused("Not Found", 404)

    def approvals(self, number: int) -> Answer:
        return jsonify(self.data.approvals.get(number, []))

    def runs_of_workflow(self, workflow: str) -> Answer:
        wanted = request.args
        found = [
            self._shown_run(run)
            for run in reversed(list(self.data.runs.values()))
            if run["path"] == f".github/workflows/{workflow}"
            and wanted.get("head_sha") in (None, run["head_sha"])
            and wanted.get("event") in (None, run["event"])
            and wanted.get("status") in (None, run["status"], run["conclusion"])
        ]
        return jsonify({"total_count": len(found), "workflow_runs": page_of(found)})

    def artifacts(self, number: int) -> Answer:
        wanted = request.args.get("name")
        found = [
            self._shown_artifact(artifact)
            for artifact in reversed(list(self.data.artifacts.values()))
            if artifact["run"] == number and wanted in (None, artifact["name"])
        ]
        return jsonify({"total_count": len(found), "artifacts": page_of(found)})

    def _shown_artifact(self, artifact: Json) -> Json:
        url = self._url("actions", "artifacts", artifact["id"])
        return {
            "id": artifact["id"],
            "name": artifact["name"],
            "size_in_bytes": len(artifact["content"]),
            "expired": artifact.get("expired", False),
            "url": url,
            "archive_download_url": f"{url}/zip",
            "workflow_run": {"id": artifact["run"], "repository_id": self.data.repository_id},
        }

    def artifact(self, number: int) -> Answer:
        content = self.data.artifacts[number]["content"]
        return Response(io.BytesIO(content).getvalue(), mimetype="application/zip")


def page_of(rows: list[Json]) -> list[Json]:
    """The part of a list that a page shows."""
    size, number = (
        int(request.args.get(name, default)) for name, default in (("per_page", 30), ("page", 1))
    )
    return rows[(number - 1) * size : number * size]
