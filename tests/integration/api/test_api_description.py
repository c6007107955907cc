"""The API keeps to its own OpenAPI description, whatever is sent to it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from schemathesis import Case, GenerationMode, Response
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import negative_data_rejection
from starlette.applications import Starlette

from pages.parts.routes.rate_limits import RateLimit
from tests.integration.api.conftest import Issue

EXAMPLES = 30
OPERATIONS = (
    ("/tickets", "POST"),
    ("/tickets", "GET"),
    ("/tickets/{id}", "GET"),
    ("/tickets/{id}/messages", "GET"),
    ("/tickets/{id}/messages", "POST"),
    ("/customers", "GET"),
    ("/articles", "GET"),
    ("/articles", "POST"),
    ("/articles/{id}", "GET"),
    ("/articles/{id}/versions", "POST"),
)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_that_every_answer_is_as_described(
    served: Starlette, issue: Issue, monkeypatch: pytest.MonkeyPatch, path: str, method: str, mode: GenerationMode
) -> None:
    """Schemathesis makes requests that the description allows, and some that it does not, and judges the answers."""
    monkeypatch.setattr(RateLimit, "wait", lambda _self, _name: 0.0)
    access = {"Authorization": f"Bearer {issue()}"}
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", served, headers=access)

    @given(case=schema[path][method].as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    def judged(case: Case[Any]) -> None:
        response = case.call(headers=access)
        if mode is GenerationMode.NEGATIVE and _right_on_the_wire(case, response):
            case.validate_response(response, headers=access, excluded_checks=[negative_data_rejection])
        else:
            case.validate_response(response, headers=access)

    judged()


def _right_on_the_wire(case: Case[Any], response: Response) -> bool:
    """Whether nothing of what was to be wrong was sent: an empty list under a strange name leaves no trace in an
    address, and the call puts the token in place of any other.
    """
    components = case.meta.components if case.meta else {}
    wrong = {place for place, one in components.items() if one.mode is GenerationMode.NEGATIVE}
    whole = case.operation.schema.raw_schema
    described = whole["paths"][case.operation.path][case.method.lower()].get("parameters", ())
    may = {one["name"]: one["schema"] | {"components": whole["components"]} for one in described}
    sent = parse_qsl(urlsplit(str(response.request.url)).query, keep_blank_values=True)
    return wrong <= {ParameterLocation.QUERY, ParameterLocation.HEADER} and all(
        name in may and any(Draft202012Validator(may[name]).is_valid(value) for value in _read_as(text))
        for name, text in sent
    )


def _read_as(text: str) -> tuple[str | int, ...]:
    return (text, int(text)) if text.isdecimal() else (text,)


def test_that_every_operation_is_tried(served: Starlette, issue: Issue) -> None:
    access = {"Authorization": f"Bearer {issue()}"}
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", served, headers=access)
    described = {(path, method.upper()) for path in schema for method in schema[path]}
    assert described == set(OPERATIONS)
