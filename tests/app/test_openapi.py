"""The OpenAPI document is true: of the routes, and of every answer."""

import dataclasses
import re
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from jsonschema_rs import meta
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup

from app.config import EXAMPLE, Config
from app.factory import create_app
from tests.app.doubles import FailingStorage, MemoryStorage

CALLER = {"X-Forwarded-For": "192.0.2.1"}


@pytest.fixture
def app(config):
    return create_app(config, MemoryStorage())


CONFIG = Config.from_environment(EXAMPLE)
MANY = settings(max_examples=100, deadline=None, suppress_health_check=[*HealthCheck])


def described(storage, change=lambda document: None):
    """The document that the service on this storage serves, and the service behind it.

    Read from a dictionary: schemathesis leaves out the route that it reads a document from.
    """
    app = create_app(CONFIG, storage)
    document: Any = app.test_client().get("/openapi.json").json
    change(document)
    schema = schemathesis.openapi.from_dict(document)
    schema.app = app
    return schema


def operations(storage):
    found: list[Any] = [result.ok() for result in described(storage).get_all_operations()]
    assert len(found) == 6
    return [pytest.param(operation, id=operation.path) for operation in found]


def requests_of_every_kind():
    """Each operation with good requests; with bad ones where it takes a parameter."""
    return [
        pytest.param(*operation.values, mode, id=f"{operation.id}-{mode}")
        for operation in operations(MemoryStorage())
        for mode in GenerationMode
        if mode is GenerationMode.POSITIVE or operation.values[0].query
    ]


def test_the_document_describes_exactly_the_routes(app):
    documented = {
        (path, method.upper())
        for path, operations in app.test_client().get("/openapi.json").json["paths"].items()
        for method in operations
    }
    routes = {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD"}
    }
    assert documented == routes


def test_every_schema_is_a_schema_and_every_reference_leads_somewhere(app):
    text = app.test_client().get("/openapi.json").text
    document = app.test_client().get("/openapi.json").json
    schemas = document["components"]["schemas"]
    for schema in schemas.values():
        assert meta.is_valid(schema)
    named = set(re.findall(r'"#/components/schemas/(\w+)"', text))
    assert named == set(schemas)


@pytest.mark.parametrize(("operation", "mode"), requests_of_every_kind())
def test_no_request_gets_an_undocumented_answer_or_a_server_error(operation, mode):
    @MANY
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case):
        case.call_and_validate(headers=CALLER)

    check()


@pytest.mark.parametrize("operation", operations(FailingStorage()))
def test_without_storage_every_answer_is_documented_too(operation):
    @MANY
    @given(case=operation.as_strategy())
    def check(case):
        case.call_and_validate(headers=CALLER, excluded_checks=[not_a_server_error])

    check()


@pytest.mark.parametrize("path", ["/", "/history", "/health", "/ready", "/version"])
def test_answers_that_no_document_describes_would_be_noticed(path):
    """The check checks: with a route's 200 taken out, its answer is an error."""

    def without_success(document):
        responses = document["paths"][path]["get"]["responses"]
        responses["204"] = responses.pop("200")

    case = described(MemoryStorage(), without_success)[path]["GET"].Case()
    with pytest.raises(FailureGroup):
        case.call_and_validate(headers=CALLER)


def test_its_title_is_the_services_name(config):
    named = dataclasses.replace(config, service_name="visits-of-ours")
    answer = create_app(named, MemoryStorage()).test_client().get("/openapi.json")
    assert answer.get_json()["info"]["title"] == "visits-of-ours"
