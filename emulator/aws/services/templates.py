"""Launch templates as EC2 keeps them."""

import base64
import binascii
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import get_service_model
from moto.ec2.exceptions import EC2ClientError, InvalidLaunchTemplateVersionNotFound
from moto.ec2.models.launch_templates import LaunchTemplate, LaunchTemplateVersion
from moto.ec2.responses.launch_templates import LaunchTemplates
from moto.ec2.utils import parse_user_data

from emulator.aws.patches import Patches

# Before base64 (API reference, RequestLaunchTemplateData.UserData).
MOST_USER_DATA_BYTES = 16 * 1024
DEFAULT_PAGE = 200

_moto_get_version = LaunchTemplate.get_version
_moto_create_version = LaunchTemplates.create_launch_template_version
_moto_describe_versions = LaunchTemplates.describe_launch_template_versions


def install(patches: Patches) -> None:
    """Patch moto's launch templates."""
    patches.methods(LaunchTemplates, _Responses)
    patches.replace(LaunchTemplateVersion, "user_data", property(_user_data))
    patches.replace(LaunchTemplate, "get_version", _get_version)
    patches.replace(LaunchTemplate, "latest_version_number", property(_latest))
    # moto answers the tags that the template was created with, whatever CreateTags did since.
    patches.put(LaunchTemplate, "tags", property(lambda self: self.get_tags(), lambda *_: None))


class _Responses:
    def create_launch_template(self: Any) -> ActionResult:
        _refuse_unknown(self)
        data = self._get_param("LaunchTemplateData", {})
        _refuse_long(data)
        self.error_on_dryrun()
        template = _made_before(self) or _make(self, data)
        answer = {
            "CreateTime": template.create_time,
            "CreatedBy": f"arn:{self.partition}:iam::{self.current_account}:root",
            "DefaultVersionNumber": template.default_version_number,
            "LatestVersionNumber": template.latest_version_number,
            "LaunchTemplateId": template.id,
            "LaunchTemplateName": template.name,
            "Tags": template.tags,
        }
        return ActionResult({"LaunchTemplate": answer})

    def create_launch_template_version(self: Any) -> ActionResult:
        _refuse_unknown(self)
        data = self._get_param("LaunchTemplateData", {})
        _refuse_long(data)
        if made := _version_made_before(self):
            return ActionResult({"LaunchTemplateVersion": _answer(self, _template(self), made)})
        source = self._get_param("SourceVersion")
        if source:
            self.params["LaunchTemplateData"] = {
                **_template(self).get_version(source).data,
                **data,
            }
        answer = _moto_create_version(self)
        made = _template(self).versions[-1]
        made.client_token = self._get_param("ClientToken")
        made.made_at = self.emulator.context.now()
        return answer

    def delete_launch_template_versions(self: Any) -> ActionResult:
        """Delete versions; asked for by number, one is not found from then on."""
        self.error_on_dryrun()
        template = _template(self)
        deleted = [template.get_version(number) for number in self._get_param("Versions", [])]
        for version in deleted:
            version.deleted = True
        answers = [
            {
                "LaunchTemplateId": template.id,
                "LaunchTemplateName": template.name,
                "VersionNumber": version.number,
            }
            for version in deleted
        ]
        return ActionResult({"SuccessfullyDeletedLaunchTemplateVersions": answers})

    def describe_launch_template_versions(self: Any) -> ActionResult:
        if not (self._get_param("LaunchTemplateName") or self._get_param("LaunchTemplateId")):
            return _moto_describe_versions(self)
        self.error_on_dryrun()
        template = _template(self)
        wanted = self._get_param("Versions", [])
        found = [_seen(self, template, v) for v in wanted] or template.versions[::-1]
        found = [v for v in found if not vars(v).get("deleted") and _visible(self.emulator, v)]
        low, high = self._get_int_param("MinVersion", 0), self._get_int_param("MaxVersion")
        found = [v for v in found if low <= v.number and (high is None or v.number <= high)]
        start = int(self._get_param("NextToken") or 0)
        end = start + self._get_int_param("MaxResults", DEFAULT_PAGE)
        return ActionResult(
            {
                "LaunchTemplateVersions": [_answer(self, template, v) for v in found[start:end]],
                "NextToken": str(end) if end < len(found) else None,
            }
        )


def _get_version(template: LaunchTemplate, number: Any) -> LaunchTemplateVersion:
    """moto's own, but for a version that was deleted.

    Source: EC2 API reference, "Error codes", InvalidLaunchTemplateId.VersionNotFound.
    """
    version: LaunchTemplateVersion = _moto_get_version(template, number)
    if vars(version).get("deleted"):
        raise InvalidLaunchTemplateVersionNotFound(template_id=template.id, version=str(number))
    return version


def _seen(response: Any, template: Any, number: Any) -> Any:
    """A version as a read finds it: one that was just made may not be there yet."""
    seen = _latest(template) if str(number).lower() == "$latest" else number
    version = template.get_version(seen)
    if not _visible(response.emulator, version):
        raise InvalidLaunchTemplateVersionNotFound(template_id=template.id, version=str(number))
    return version


def _visible(emulator: Any, version: Any) -> bool:
    made = vars(version).get("made_at")
    context = emulator.context
    return made is None or context.now() >= made + context.lateness.of(
        f"{version.template.id} {version.number}"
    )


def _latest(template: Any) -> int:
    """LatestVersionNumber as a read shows it."""
    emulator = template.ec2_backend.emulator
    return int(max(v.number for v in template.versions if _visible(emulator, v)))


def _make(response: Any, data: dict[str, Any]) -> Any:
    # moto would store the template's own tags among those of its instances.
    template = response.ec2_backend.create_launch_template(
        response._get_param("LaunchTemplateName"),
        response._get_param("VersionDescription"),
        data,
        response._parse_tag_specification(),
    )
    template.client_token = response._get_param("ClientToken")
    return template


def _made_before(response: Any) -> Any:
    """The template that a request made whose answer was lost, and which a client sends again.

    Source: EC2 API reference, "Ensuring idempotency in Amazon EC2 API requests".
    """
    token = response._get_param("ClientToken")
    made: list[Any] = list(response.ec2_backend.launch_templates.values())
    return next((t for t in made if token and getattr(t, "client_token", "") == token), None)


def _version_made_before(response: Any) -> Any:
    """The version that a request made whose answer was lost: likewise."""
    token = response._get_param("ClientToken")
    made: list[Any] = _template(response).versions if token else []
    return next((one for one in made if getattr(one, "client_token", "") == token), None)


def _user_data(version: Any) -> Any:
    """moto asserts a type that not every path of its own stores."""
    stored = version.data.get("UserData")
    return None if stored is None else parse_user_data(str(stored))


def _template(response: Any) -> Any:
    name = response._get_param("LaunchTemplateName")
    if name:
        return response.ec2_backend.get_launch_template_by_name(name)
    return response.ec2_backend.get_launch_template(response._get_param("LaunchTemplateId"))


def _answer(response: Any, template: Any, version: Any) -> dict[str, Any]:
    return {
        "CreateTime": version.create_time,
        "CreatedBy": f"arn:{response.partition}:iam::{response.current_account}:root",
        "DefaultVersion": template.is_default(version),
        "LaunchTemplateData": version.data,
        "LaunchTemplateId": template.id,
        "LaunchTemplateName": template.name,
        "VersionDescription": version.description,
        "VersionNumber": version.number,
    }


def _refuse_long(data: dict[str, Any]) -> None:
    """Refuse user data that EC2 would refuse.

    Raises:
        EC2ClientError: it is not base64, or longer than 16 KB when decoded.
    """
    try:
        user_data = base64.b64decode(str(data.get("UserData") or ""), validate=True)
    except binascii.Error as error:
        raise EC2ClientError(
            "InvalidUserData.Malformed", "Invalid BASE64 encoding of user data."
        ) from error
    if len(user_data) > MOST_USER_DATA_BYTES:
        raise EC2ClientError(
            "InvalidParameterValue", f"User data is limited to {MOST_USER_DATA_BYTES} bytes"
        )


def _refuse_unknown(response: Any) -> None:
    """Refuse a parameter of the template's data that EC2's model does not have.

    Raises:
        EC2ClientError: UnknownParameter.
    """
    operation = get_service_model("ec2").operation_model("CreateLaunchTemplateVersion")
    shape = operation.input_shape.members["LaunchTemplateData"]
    for key in response.querystring:
        first, *rest = key.split(".")
        if first == "LaunchTemplateData" and not _known(shape, rest):
            raise EC2ClientError("UnknownParameter", f"The parameter {key} is not recognized")


def _known(shape: Any, path: list[str]) -> bool:
    if not path:
        return True
    if shape.type_name == "list":
        return _known(shape.member, path[1:] if path[0].isdigit() else path)
    if shape.type_name != "structure":
        return False
    for name, member in shape.members.items():
        if path[0] in (name, member.serialization.get("queryName"), _wire_name(member)):
            return _known(member, path[1:])
    return False


def _wire_name(member: Any) -> str:
    name = str(member.serialization.get("name") or "")
    return name[:1].upper() + name[1:]
