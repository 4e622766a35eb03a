"""GitHub's REST API for the settings of one repository, with what it refuses.

People act with a token of their own, jobs with theirs: no job may administer. What the repository's
plan lacks is refused in GitHub's words.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request

from tests.workflows.files import Job
from tests.workflows.github_data import GitHubData, Json
from tests.workflows.rest import Answer, page_of, refused
from tests.workflows.settings_data import no_rules

Who = Callable[[], Job | None]
OF_ROLE = {
    "admin": None,  # everything
    "write": {"metadata", "contents", "actions", "issues", "secrets", "variables"},
    "read": {"metadata", "contents", "actions", "issues"},
}
UPGRADE = "Upgrade to GitHub Pro or make this repository public to enable this feature."
REVIEWERS = (
    "Failed to create the environment protection rule. Please ensure the billing plan supports the "
    "required reviewers protection rule."
)
PULL_REQUEST = {
    "dismiss_stale_reviews_on_push",
    "require_code_owner_review",
    "require_last_push_approval",
    "required_approving_review_count",
    "required_review_thread_resolution",
}
PARAMETERS = {
    "deletion": set[str](),
    "non_fast_forward": set[str](),
    "required_signatures": set[str](),
    "pull_request": PULL_REQUEST,
    "required_status_checks": {"required_status_checks", "strict_required_status_checks_policy"},
}
"""What each type of rule has to be given (REST API, "Create a repository ruleset")."""


class SettingsApi:
    """The routes; `who` says which job calls, None for a call from nowhere."""

    def __init__(self, data: GitHubData, token: str, who: Who) -> None:
        self.data = data
        self.settings = data.settings
        self.token = token
        self.who = who

    def register(self, app: Flask) -> None:
        routes = Blueprint("settings", __name__)
        of_repository: list[tuple[str, str, str, Callable[..., Any]]] = [
            ("", "PATCH", "administration", self.edit_repository),
            ("/actions/permissions", "GET", "administration", self.actions),
            ("/actions/permissions", "PUT", "administration", self.set_actions),
            ("/actions/permissions/selected-actions", "GET", "administration", self.selected),
            ("/actions/permissions/selected-actions", "PUT", "administration", self.select),
            ("/actions/permissions/workflow", "GET", "administration", self.workflow_token),
            ("/actions/permissions/workflow", "PUT", "administration", self.set_workflow_token),
            (f"/actions/permissions/{RETENTION}", "GET", "administration", self.retention),
            (f"/actions/permissions/{RETENTION}", "PUT", "administration", self.set_retention),
            (f"/{SUBJECT}", "GET", "administration", self.subject),
            (f"/{SUBJECT}", "PUT", "administration", self.set_subject),
            ("/environments", "GET", "actions", self.environments),
            ("/environments/<name>", "GET", "actions", self.environment),
            ("/environments/<name>", "PUT", "administration", self.put_environment),
            (f"/environments/<name>/{POLICIES}", "GET", "actions", self.policies),
            (f"/environments/<name>/{POLICIES}", "POST", "administration", self.add_policy),
            ("/environments/<name>/secrets", "GET", "environments", self.environment_secrets),
            ("/rules/branches/<branch>", "GET", "metadata", self.rules),
            ("/rulesets", "GET", "metadata", self.rulesets),
            ("/rulesets", "POST", "administration", self.add_ruleset),
            ("/rulesets/<int:number>", "GET", "metadata", self.ruleset),
            ("/rulesets/<int:number>", "PUT", "administration", self.put_ruleset),
            ("/labels", "GET", "issues", self.labels),
            ("/labels", "POST", "issues", self.add_label),
            ("/actions/variables", "GET", "variables", self.variables),
            ("/actions/variables", "POST", "variables", self.add_variable),
            ("/actions/variables/<name>", "PATCH", "variables", self.edit_variable),
            ("/actions/secrets", "GET", "secrets", self.secrets),
            ("/actions/organization-secrets", "GET", "secrets", self.organization_secrets),
            ("/actions/workflows", "GET", "actions", self.workflows),
            ("/actions/workflows/<int:number>/enable", "PUT", "actions", self.enable),
            ("/collaborators", "GET", "administration", self.collaborators),
            ("/codeowners/errors", "GET", "contents", self.owners_errors),
            ("/private-vulnerability-reporting", "GET", "metadata", self.reports),
            ("/private-vulnerability-reporting", "PUT", "administration", self.take_reports),
        ]
        for rule, method, right, view in of_repository:
            endpoint = f"{method} {rule}".replace(".", "_")
            guarded = self._granted(view, right)
            routes.add_url_rule(f"/repos/<of>/<called>{rule}", endpoint, guarded, methods=[method])
        for rule, of_anybody in (
            ("/user", self.user),
            ("/users/<login>", self.person),
            ("/orgs/<owner>", self.organization),
            (f"/orgs/<owner>/{SUBJECT}", self.organization_subject),
            ("/orgs/<owner>/teams/<slug>", self.team),
        ):
            routes.add_url_rule(rule, rule.replace(".", "_"), self._known(of_anybody))
        app.register_blueprint(routes)

    def _role(self) -> str | None:
        return self.settings.tokens.get(request.headers.get("Authorization", "").partition(" ")[2])

    def _granted(self, view: Callable[..., Any], right: str) -> Callable[..., Any]:
        def guarded(of: str, called: str, **arguments: Any) -> Any:
            answer = self._judge(f"{of}/{called}", right) or view(**arguments)
            return self._noted(answer)

        return guarded

    def _known(self, view: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(**arguments: Any) -> Any:
            if self._role() is None and not self._is_of_a_job():
                return self._noted(refused("Bad credentials", 401))
            public = request.path.count("/") == 2  # a person's or an organization's page
            if self._role() is None and not public:
                return self._noted(refused("Resource not accessible by integration", 403))
            return self._noted(view(**arguments))

        return guarded

    def _is_of_a_job(self) -> bool:
        sent = request.headers.get("Authorization", "").partition(" ")[2]
        return sent == self.token and self.who() is not None

    def _noted(self, answer: Any) -> Any:
        status = answer[1] if isinstance(answer, tuple) else answer.status_code
        job = self.who()
        entry = (job.key if job else "", request.method, request.path, status)
        self.data.requests.append(entry)
        lost = f"{request.method} {request.path.rpartition('/')[2]}"
        if status < 300 and lost in self.settings.lost_answers:
            self.settings.lost_answers.remove(lost)
            return refused("Server Error", 502)
        return answer

    def _judge(self, repository: str, right: str) -> Answer | None:
        role = self._role()
        if role is None:
            return self._judge_job(repository, right)
        allowed = OF_ROLE[role]
        if repository != self.data.repository:
            return refused("Not Found", 404)
        changes = request.method != "GET"
        may = allowed is None or (right in allowed and not (changes and role == "read"))
        if may and changes and request.path.rpartition("/")[2] in self.settings.overruled:
            return refused("Conflict: this is set by the organization.", 409)
        if may:
            return None
        if self.data.visibility == "public":
            return refused("Must have admin rights to Repository.", 403)
        return refused("Not Found", 404)

    def _judge_job(self, repository: str, right: str) -> Answer | None:
        job = self.who()
        if job is None or not self._is_of_a_job():
            return refused("Bad credentials", 401)
        if repository != self.data.repository:
            return refused("Not Found", 404)
        level = "read" if request.method == "GET" else "write"
        # GITHUB_TOKEN's permissions know neither administration nor secrets nor variables.
        if right != "metadata" and not job.may(right, level):
            needs = f"{right}: {level}"
            return refused(f"Resource not accessible by integration ({job.key}: {needs})", 403)
        return None

    # What the plan offers

    def _has_environments(self) -> bool:
        return self.data.visibility == "public" or self.settings.plan != "free"

    def _has_reviewers(self) -> bool:
        return self.data.visibility == "public" or self.settings.plan == "enterprise"

    # People and their plans

    def user(self) -> Answer:
        owner = self.data.repository.split("/")[0]
        return jsonify({"login": owner, "id": 1, "plan": {"name": self.settings.plan}})

    def person(self, login: str) -> Answer:
        found = {known.lower(): known for known in self.settings.users}
        if login.lower() not in found:
            return refused("Not Found", 404)
        return jsonify(_user(found[login.lower()], self.settings.users))

    def organization(self, owner: str) -> Answer:
        shown = {"login": owner, "id": self.data.owner_id}
        if self._role() == "admin" and self.settings.plan_is_shown:
            shown["plan"] = {"name": self.settings.plan}
        return jsonify(shown)

    def organization_subject(self, owner: str) -> Answer:
        if self._role() != "admin":
            return refused("Not Found", 404)
        return jsonify({"include_claim_keys": self.settings.organization_subject})

    def team(self, owner: str, slug: str) -> Answer:
        number = self.settings.teams.get(f"{owner}/{slug}")
        return jsonify({"id": number, "slug": slug}) if number else refused("Not Found", 404)

    # The repository

    def edit_repository(self) -> Answer:
        self.settings.repository.update(request.get_json())
        return jsonify({})

    def collaborators(self) -> Answer:
        wanted = request.args.get("permission", "pull")
        order = ("pull", "push", "admin")
        found = [
            {"login": login, "id": self.settings.users.get(login, 0)}
            for login, role in self.settings.collaborators.items()
            if order.index(role) >= order.index(wanted)
        ]
        return jsonify(page_of(found))

    def owners_errors(self) -> Answer:
        if self.settings.owners_errors is None:
            return refused("Not Found", 404)
        return jsonify({"errors": self.settings.owners_errors})

    def reports(self) -> Answer:
        return jsonify({"enabled": self.settings.private_reports})

    def take_reports(self) -> Answer:
        self.settings.private_reports = True
        return _nothing()

    # Actions

    def actions(self) -> Answer:
        shown = dict(self.settings.actions)
        return jsonify(shown if shown["enabled"] else {"enabled": False})

    def set_actions(self) -> Answer:
        sent = request.get_json()
        if sent.get("allowed_actions", "all") not in ("all", "local_only", "selected"):
            return refused("Invalid request.", 422)
        # What is left out is reset.
        self.settings.actions = {"allowed_actions": "all", "sha_pinning_required": False, **sent}
        return _nothing()

    def selected(self) -> Answer:
        if self.settings.actions["allowed_actions"] != "selected":
            return refused("Selected actions are not set.", 409)
        return jsonify(self.settings.selected_actions)

    def select(self) -> Answer:
        if self.settings.actions["allowed_actions"] != "selected":
            return refused("Selected actions are not set.", 409)
        self.settings.selected_actions.update(request.get_json())
        return _nothing()

    def workflow_token(self) -> Answer:
        return jsonify(self.settings.workflow_token)

    def set_workflow_token(self) -> Answer:
        self.settings.workflow_token.update(request.get_json())
        return _nothing()

    def retention(self) -> Answer:
        return jsonify(self.settings.retention)

    def set_retention(self) -> Answer:
        days = request.get_json()["days"]
        if not 1 <= days <= self.settings.retention["maximum_allowed_days"]:
            return refused("Invalid retention period.", 422)
        self.settings.retention["days"] = days
        return _nothing()

    def subject(self) -> Answer:
        return jsonify(self.settings.subject)

    def set_subject(self) -> Answer:
        sent = request.get_json()
        if not isinstance(sent.get("use_default"), bool):
            return refused("Invalid request.", 422)
        self.settings.subject = sent
        return jsonify({}), 201

    def variables(self) -> Answer:
        found = [{"name": k, "value": v} for k, v in self.settings.variables.items()]
        return _listed("variables", found)

    def add_variable(self) -> Answer:
        sent = request.get_json()
        if sent["name"] in self.settings.variables:
            return refused("Already exists - Variable already exists", 409)
        self.settings.variables[sent["name"]] = sent["value"]
        return jsonify({}), 201

    def edit_variable(self, name: str) -> Answer:
        if name not in self.settings.variables:
            return refused("Not Found", 404)
        self.settings.variables[name] = request.get_json()["value"]
        return _nothing()

    def secrets(self) -> Answer:
        return _listed("secrets", _named(self.settings.secrets))

    def organization_secrets(self) -> Answer:
        return _listed("secrets", _named(self.settings.organization_secrets))

    def workflows(self) -> Answer:
        return _listed("workflows", self.settings.workflows)

    def enable(self, number: int) -> Answer:
        found = [one for one in self.settings.workflows if one["id"] == number]
        if not found:
            return refused("Not Found", 404)
        found[0]["state"] = "active"
        return _nothing()

    # Environments

    def _shown_environment(self, name: str) -> Json:
        rules = self._rules_of(name)
        shown: list[Json] = []
        if rules["wait_timer"]:
            shown.append({"id": 1, "type": "wait_timer", "wait_timer": rules["wait_timer"]})
        if reviewers := self.data.environments[name]:
            shown.append(
                {
                    "id": 2,
                    "type": "required_reviewers",
                    "prevent_self_review": rules["prevent_self_review"],
                    "reviewers": [self._reviewer(one) for one in reviewers],
                }
            )
        if rules["deployment_branch_policy"]:
            shown.append({"id": 3, "type": "branch_policy"})
        return {
            "id": 1,
            "name": name,
            "url": request.host_url + f"repos/{self.data.repository}/environments/{name}",
            "can_admins_bypass": rules["can_admins_bypass"],
            "deployment_branch_policy": rules["deployment_branch_policy"],
            "protection_rules": shown,
        }

    def _rules_of(self, name: str) -> Json:
        return self.settings.environment_rules.setdefault(name, no_rules())

    def _reviewer(self, name: str) -> Json:
        if name in self.settings.teams:
            team = {"id": self.settings.teams[name], "slug": name.split("/")[1]}
            return {"type": "Team", "reviewer": team}
        return {"type": "User", "reviewer": _user(name, self.settings.users)}

    def environments(self) -> Answer:
        if not self._has_environments():
            return refused("Not Found", 404)
        return _listed("environments", list(map(self._shown_environment, self.data.environments)))

    def environment(self, name: str) -> Answer:
        if name not in self.data.environments:
            return refused("Not Found", 404)
        return jsonify(self._shown_environment(name))

    def put_environment(self, name: str) -> Answer:
        """What is left out is reset."""
        sent = request.get_json(silent=True) or {}
        policy = sent.get("deployment_branch_policy")
        keys = ("protected_branches", "custom_branch_policies")
        if policy is not None and not all(isinstance(policy.get(key), bool) for key in keys):
            return refused("Invalid request. Both keys of the policy are required.", 422)
        if policy is not None and policy[keys[0]] == policy[keys[1]]:
            both = "protected_branches and custom_branch_policies cannot have the same value"
            return refused(both, 422)
        names = {("User", number): login for login, number in self.settings.users.items()}
        names |= {("Team", number): team for team, number in self.settings.teams.items()}
        reviewers = [(one["type"], one["id"]) for one in sent.get("reviewers") or []]
        if not self._has_environments():
            return refused("Not Found", 404)
        if reviewers and not self._has_reviewers():
            return refused(REVIEWERS, 422)
        if len(reviewers) > 6 or not set(reviewers) <= set(names):
            return refused("Validation Failed: reviewers", 422)
        before = self._rules_of(name)
        custom = bool(policy and policy["custom_branch_policies"])
        self.data.environments[name] = [names[one] for one in reviewers]
        self.settings.environment_rules[name] = {
            **no_rules(),
            **{key: sent[key] for key in KEPT if key in sent},
            "deployment_branch_policy": policy,
            "policies": before["policies"] if custom else [],
            "secrets": before["secrets"],
        }
        return jsonify(self._shown_environment(name))

    def policies(self, name: str) -> Answer:
        if name not in self.data.environments:
            return refused("Not Found", 404)
        return _listed("branch_policies", self._rules_of(name)["policies"])

    def add_policy(self, name: str) -> Answer:
        rules = self._rules_of(name)
        chosen = rules["deployment_branch_policy"] or {}
        if name not in self.data.environments or not chosen.get("custom_branch_policies"):
            return refused("Not Found", 404)
        sent = request.get_json()
        if any(one["name"] == sent["name"] for one in rules["policies"]):
            return Response(status=303)
        rules["policies"].append({**sent, "id": self.data.next_id()})
        return jsonify(rules["policies"][-1])

    def environment_secrets(self, name: str) -> Answer:
        return _listed("secrets", _named(self._rules_of(name)["secrets"]))

    # Rules of branches

    def rules(self, branch: str) -> Answer:
        if not self._has_environments():
            return refused(UPGRADE, 403)
        found = [
            {
                **rule,
                "ruleset_id": ruleset["id"],
                "ruleset_source_type": ruleset["source_type"],
                "ruleset_source": self.data.repository,
            }
            for ruleset in self.settings.rulesets
            if ruleset["enforcement"] == "active" and self._applies(ruleset, branch)
            for rule in ruleset["rules"]
        ]
        return jsonify(page_of(found))

    def _applies(self, ruleset: Json, branch: str) -> bool:
        patterns = {"~ALL", f"refs/heads/{branch}"}
        if branch == self.settings.repository["default_branch"]:
            patterns.add("~DEFAULT_BRANCH")
        refs = ruleset["conditions"]["ref_name"]
        return bool(patterns & set(refs["include"])) and not patterns & set(refs["exclude"])

    def rulesets(self) -> Answer:
        if not self._has_environments():
            return refused(UPGRADE, 403)
        parents = request.args.get("includes_parents", "true") == "true"
        found = [
            {key: one[key] for key in ("id", "name", "target", "source_type", "enforcement")}
            for one in self.settings.rulesets
            if parents or one["source_type"] == "Repository"
        ]
        return jsonify(page_of(found))

    def ruleset(self, number: int) -> Answer:
        found = self._find_ruleset(number)
        if found is None:
            return refused("Not Found", 404)
        hidden = set() if self._role() == "admin" else {"bypass_actors"}
        return jsonify({key: value for key, value in found.items() if key not in hidden})

    def _find_ruleset(self, number: int) -> Json | None:
        return next((one for one in self.settings.rulesets if one["id"] == number), None)

    def add_ruleset(self) -> Answer:
        sent = request.get_json()
        wrong = self._wrong_with(sent, None)
        if wrong:
            return wrong
        made = {"bypass_actors": [], **sent, "id": self.data.next_id(), "source_type": "Repository"}
        self.settings.rulesets.append(made)
        return jsonify(made), 201

    def put_ruleset(self, number: int) -> Answer:
        found, sent = self._find_ruleset(number), request.get_json()
        if found is None or found["source_type"] != "Repository":
            return refused("Not Found", 404)
        wrong = self._wrong_with({**found, **sent}, number)
        if wrong:
            return wrong
        found.update(sent)
        return jsonify(found)

    def _wrong_with(self, ruleset: Json, number: int | None) -> Answer | None:
        if not self._has_environments():
            return refused(UPGRADE, 403)
        errors = []
        taken = [one["id"] for one in self.settings.rulesets if one["name"] == ruleset["name"]]
        if any(one != number for one in taken):
            errors.append("Name must be unique")
        refs = ruleset["conditions"]["ref_name"]
        for pattern in [*refs["include"], *refs["exclude"]]:
            if not pattern.startswith(("~ALL", "~DEFAULT_BRANCH", "refs/heads/")):
                errors.append(f"Invalid target patterns: '{pattern}'")
        for rule in ruleset["rules"]:
            lacking = PARAMETERS.get(rule["type"], {"type"}) - set(rule.get("parameters", {}))
            errors += [f"Invalid rule '{rule['type']}': {name}" for name in sorted(lacking)]
        return _invalid(errors) if errors else None

    # Labels

    def labels(self) -> Answer:
        return jsonify(page_of(_named(self.settings.labels)))

    def add_label(self) -> Answer:
        name = request.get_json()["name"]
        if name.lower() in map(str.lower, self.settings.labels):
            return _invalid([{"resource": "Label", "code": "already_exists", "field": "name"}])
        self.settings.labels.append(name)
        return jsonify({"name": name}), 201


RETENTION = "artifact-and-log-retention"
SUBJECT = "actions/oidc/customization/sub"
POLICIES = "deployment-branch-policies"
KEPT = ("wait_timer", "prevent_self_review", "can_admins_bypass")


def _listed(key: str, entries: list[Json]) -> Answer:
    return jsonify({"total_count": len(entries), key: page_of(entries)})


def _named(names: list[str]) -> list[Json]:
    return [{"name": name} for name in names]


def _user(login: str, users: dict[str, int]) -> Json:
    return {"login": login, "id": users.get(login, 1)}


def _nothing() -> Response:
    return Response(status=204)


def _invalid(errors: list[Any]) -> Answer:
    return jsonify({"message": "Validation Failed", "errors": errors}), 422
