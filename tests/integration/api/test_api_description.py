"""The API keeps to its own OpenAPI description, whatever is sent to it."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
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
        case.call_and_validate(headers=access)

    judged()


def test_that_every_operation_is_tried(served: Starlette, issue: Issue) -> None:
    access = {"Authorization": f"Bearer {issue()}"}
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", served, headers=access)
    described = {(path, method.upper()) for path in schema for method in schema[path]}
    assert described == set(OPERATIONS)
