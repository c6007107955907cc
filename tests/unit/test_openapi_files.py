"""OpenAPI files are read within bounds, nothing is ever fetched, and what cannot be used is named with its place."""

from __future__ import annotations

import json
import socket
import time
import tracemalloc
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

import pytest
import yaml

from cx_core.adapters.openapi.answers import WireAnswer, parsed
from cx_core.adapters.openapi.operations import read_api
from cx_core.adapters.openapi.values import Unreadable
from cx_core.errors import BadInput

Part: TypeAlias = object


def document(**parts: Part) -> dict[str, Any]:
    """A small file that can be read, with some parts replaced."""
    get = {
        "operationId": "getOrder",
        "summary": "One order",
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
        "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}}},
    }
    order = {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "total": {"type": "integer"},
            "placed": {"type": "string", "format": "date"},
            "customer_id": {"type": "string"},
        },
    }
    made: dict[str, Any] = {
        "openapi": "3.0.3",
        "info": {"title": "Shop", "version": "1"},
        "servers": [{"url": "https://{region}.shop.example/v1", "variables": {"region": {"default": "eu"}}}],
        "paths": {"/orders/{id}": {"get": get}},
        "components": {"schemas": {"Order": order}},
    }
    return made | parts


def post(schema: Part, media: str = "application/json", **components: Part) -> dict[str, Any]:
    """A file whose second operation takes this body."""
    body = {"required": True, "content": {media: {"schema": schema}}}
    made = document()
    made["paths"]["/refunds"] = {"post": {"operationId": "refund", "requestBody": body, "responses": {}}}
    made["components"]["schemas"] |= components
    return made


def with_get(**changes: Part) -> dict[str, Any]:
    made = document()
    made["paths"]["/orders/{id}"]["get"] |= changes
    return made


def raw(value: Part) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def nested(levels: int) -> Part:
    made: Part = {"type": "string"}
    for _ in range(levels):
        made = {"type": "object", "required": ["x"], "properties": {"x": made}}
    return made


def branching() -> dict[str, Any]:
    """Thirty schemas that each name the next one twenty times: 20 to the 30th values, written out."""
    return {
        f"S{number}": {"type": "object", "properties": {f"p{one}": ref(f"S{number + 1}") for one in range(20)}}
        for number in range(30)
    }


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def bomb() -> bytes:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]" for n in range(20)]
    return "\n".join(["openapi: 3.0.0", *lines]).encode()


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a file says, no socket is opened and no name is looked up."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the reader reached for the network")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_that_operations_become_proposals_with_typed_arguments_and_fields() -> None:
    api = read_api(raw(post({"$ref": "#/components/schemas/Refund"}, Refund={
        "type": "object",
        "required": ["order_id", "amount"],
        "properties": {
            "order_id": {"type": "string"},
            "amount": {"type": "number"},
            "reason": {"type": "string", "enum": ["late", "broken"]},
            "notify": {"type": "boolean"},
            "tags": {"type": "array", "items": {"type": "string"}},
            "address": {"type": "object", "properties": {"postCode": {"type": "string"}}},
        },
    })))  # fmt: skip
    assert api.servers == ("https://eu.shop.example/v1",)
    read, write = api.operations
    assert (read.id, read.method, read.path) == ("getOrder", "GET", "/orders/{id}")
    assert (read.arguments[0].proposed, read.arguments[0].of) == ("record", "order")
    assert [(one.name, one.proposed) for one in read.fields] == [
        ("id", "text"),
        ("total", "money"),
        ("placed", "date"),
        ("customer_id", "record"),
    ]
    assert [(one.name, one.at, one.proposed, one.wire, one.required) for one in write.arguments] == [
        ("order_id", "/order_id", "record", "string", True),
        ("amount", "/amount", "money", "number", True),
        ("reason", "/reason", "text", "string", False),
        ("notify", "/notify", "boolean", "boolean", False),
        ("tags", "/tags", "items", "array", False),
        ("address_post_code", "/address/postCode", "text", "string", False),
    ]
    assert write.arguments[0].of == "order"
    assert write.arguments[2].one_of == ("late", "broken")


def test_that_the_same_file_as_yaml_gives_the_same_operations() -> None:
    as_json, as_yaml = (read_api(one).operations[0] for one in (raw(document()), yaml.safe_dump(document()).encode()))
    assert as_yaml.hash == as_json.hash
    assert set(as_yaml.fields) == set(as_json.fields)


def test_that_the_hash_of_an_operation_changes_with_it_and_with_nothing_else() -> None:
    (first,) = read_api(raw(document())).operations
    (same,) = read_api(raw(document(info={"title": "Other", "version": "2"}))).operations
    (other,) = read_api(raw(with_get(summary="Delete everything"))).operations
    assert first.hash == same.hash
    assert other.hash != first.hash


HOSTILE: dict[str, tuple[Callable[[], Part], str]] = {
    "reference to a web address": (lambda: post({"$ref": "https://evil.example/s.json"}), "leads out of the file"),
    "reference to a metadata server": (lambda: post({"$ref": "http://169.254.169.254/latest"}), "leads out of the"),
    "reference to a file": (lambda: post({"$ref": "file:///etc/passwd"}), "leads out of the file"),
    "reference to a neighbour": (lambda: post({"$ref": "../secrets.yaml#/a"}), "leads out of the file"),
    "hidden reference in an example": (
        lambda: with_get(responses={"200": {"content": {"a": {"example": {"$ref": "//evil.example"}}}}}),
        "leads out of the file",
    ),
    "dynamic reference outwards": (lambda: post({"$dynamicRef": "https://evil.example#x"}), "leads out of the file"),
    "Swagger 2": (lambda: {"swagger": "2.0", "paths": {"/a": {}}}, "/openapi"),
    "another version": (lambda: document(openapi="4.0.0"), "/openapi"),
    "version as a number": (lambda: document(openapi=3.1), "/openapi"),
    "no paths": (lambda: document(paths={}), "/paths"),
    "paths as a list": (lambda: document(paths=[1]), "/paths"),
    "a list at the top": (lambda: [document()], "Line 1"),
    "not UTF-8": (lambda: b'{"openapi": "\xff\xfe"}', "Line 1"),
    "broken JSON": (lambda: b'{"openapi": "3.0.0",\n "paths": {,}}', "Line 2"),
    "a key twice": (lambda: b'{"openapi": "3.0.0", "openapi": "3.1.0"}', "stands twice"),
    "no number": (lambda: b'{"openapi": NaN}', "not a number"),
    "a large key over many values": (lambda: {"x-" + "k" * 4_000_000: [0] * 390_000, **document()}, "500 characters"),
    "half a surrogate pair": (lambda: document(info={"title": "x\ud800", "version": "1"}), "/info/title: the text"),
    "an escaped NUL": (lambda: with_get(summary="a\0b"), "/paths/~1orders~1{id}/get/summary: the text"),
    "a key with half a surrogate pair": (lambda: document(**{"x-\udfff": 1}), "/: the key 'x-\\udfff'"),
    "endless digits": (lambda: b'{"openapi": ' + b"9" * 100_000 + b"}", "not JSON"),
    "deep lists": (lambda: b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "levels deep"),
    "deep objects": (lambda: document(x=nested(40)), "levels deep"),
    "deep YAML": (lambda: b"openapi: " + b"[" * 3_000 + b"]" * 3_000, "Line 1"),
    "10 MB": (lambda: b'{"a": "' + b"x" * 10_000_000 + b'"}', "bytes"),
    "large YAML": (lambda: b"a: " + b"x" * 2_000_000, "Convert it to JSON"),
    "many values": (lambda: document(x=[0] * 500_000), "values"),
    "5,000 operations": (
        lambda: document(paths={f"/a{n}": {"get": {"responses": {}}} for n in range(5_000)}), "operations; at most",
    ),
    "YAML bomb": (bomb, "Line 2: anchors and aliases"),
    "YAML that makes objects": (lambda: b"openapi: !!python/object/apply:os.system ['id']", "Line 1: the tag"),
    "YAML with a key twice": (lambda: b"openapi: 3.0.0\nopenapi: 3.1.0\n", "Line 2: the key"),
    "two YAML documents": (lambda: b"openapi: 3.0.0\n---\nopenapi: 3.0.0\n", "one YAML document"),
    "broken YAML": (lambda: b"openapi: 3.0.0\npaths: [\n", "Line 3"),
    "NUL": (lambda: b"openapi: 3.0.0\nx: \0", "Line 2"),
    "server that runs a script": (lambda: document(servers=[{"url": "javascript:alert(1)"}]), "/servers/0/url"),
    "server with a password": (lambda: document(servers=[{"url": "https://a:b@shop.example"}]), "/servers/0/url"),
    "server template without default": (lambda: document(servers=[{"url": "https://{x}.example"}]), "/servers/0"),
    "server template that leads elsewhere": (
        lambda: document(servers=[{"url": "https://{x}.shop.example", "variables": {"x": {"default": "evil@h?"}}}]),
        "/servers/0/variables",
    ),
    "server with a line break": (lambda: document(servers=[{"url": "https://a.example/\r\nX: 1"}]), "/servers/0/url"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_that_a_hostile_file_is_refused_with_its_place_and_reason_in_time(name: str) -> None:
    make, why = HOSTILE[name]
    content = raw(make())
    began = time.monotonic()
    with pytest.raises(BadInput) as refused:
        read_api(content)
    assert time.monotonic() - began < 5
    assert why in str(refused.value)
    assert len(str(refused.value)) < 600


LEFT_OUT: dict[str, tuple[Callable[[], Part], str, str]] = {
    "a reference to nothing": (lambda: post(ref("Nowhere")), "/paths/~1refunds/post", "leads to nothing"),
    "a reference to itself": (lambda: post(ref("A"), A=ref("A")), "/paths/~1refunds/post", "back to itself"),
    "a cycle of required parts": (
        lambda: post(ref("A"), A={"type": "object", "required": ["a"], "properties": {"a": ref("A")}}),
        "/paths/~1refunds/post", "back to itself",
    ),
    "branches without end": (lambda: post(ref("S0"), **branching()), "/paths/~1refunds/post", "branch"),
    "a required list of objects": (
        lambda: post({"type": "object", "required": ["lines"], "properties": {
            "lines": {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}}}}}}),
        "/paths/~1refunds/post", "list of objects",
    ),
    "a body of XML": (lambda: post({"type": "object"}, "application/xml"), "/paths/~1refunds/post", "JSON or form"),
    "servers of its own": (
        lambda: document(paths={**document()["paths"], "/x": {"get": {
            "responses": {}, "servers": [{"url": "https://evil.example"}]}}}),
        "/paths/~1x/get", "servers of its own",
    ),
    "a path that climbs": (
        lambda: document(paths={**document()["paths"], "/a/../../admin": {"get": {"responses": {}}}}),
        "/paths/~1a~1..~1..~1admin/get", "no path",
    ),
    "a path to another host": (
        lambda: document(paths={**document()["paths"], "//evil.example/x": {"get": {"responses": {}}}}),
        "/paths/~1~1evil.example~1x/get", "no path",
    ),
    "a path with a query": (
        lambda: document(paths={**document()["paths"], "/a?admin=1": {"get": {"responses": {}}}}),
        "/paths/~1a?admin=1/get", "no path",
    ),
    "a path with a line break": (
        lambda: document(paths={**document()["paths"], "/a\r\nHost: evil": {"get": {"responses": {}}}}),
        "/paths/~1a", "no path",
    ),
    "more parameters than anybody fills": (
        lambda: document(paths={**document()["paths"], "/a": {"get": {"responses": {}, "parameters": [
            {"in": "query", "name": f"a{number}", "schema": {"type": "string"}} for number in range(301)]}}}),
        "/paths/~1a/get/parameters", "more than 300 parameters",
    ),
    "a template nobody fills": (
        lambda: document(paths={**document()["paths"], "/a/{b}": {"get": {"responses": {}}}}),
        "/paths/~1a~1{b}/get", "both in the path",
    ),
    "a header that is ours": (
        lambda: document(paths={**document()["paths"], "/a": {"get": {"responses": {}, "parameters": [
            {"in": "header", "name": "Host", "required": True, "schema": {"type": "string"}}]}}}),
        "/paths/~1a/get", "cannot be set",
    ),
    "a header that breaks lines": (
        lambda: document(paths={**document()["paths"], "/a": {"get": {"responses": {}, "parameters": [
            {"in": "header", "name": "X\r\nHost", "required": True, "schema": {"type": "string"}}]}}}),
        "/paths/~1a/get", "cannot be set",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(LEFT_OUT))
def test_that_an_operation_that_cannot_be_used_is_left_out_and_the_others_stay(name: str) -> None:
    make, where, why = LEFT_OUT[name]
    began = time.monotonic()
    api = read_api(raw(make()))
    assert time.monotonic() - began < 5
    assert [one.id for one in api.operations] == ["getOrder"]
    (skipped,) = api.skipped
    assert skipped.at.startswith(where)
    assert why in skipped.why


def test_that_two_operations_of_one_name_are_both_left_out() -> None:
    made = document()
    made["paths"]["/a"] = {"get": {"operationId": "same", "responses": {}}}
    made["paths"]["/b"] = {"get": {"operationId": "same", "responses": {}}}
    api = read_api(raw(made))
    assert [one.id for one in api.operations] == ["getOrder"]
    assert {one.at for one in api.skipped} == {"/paths/~1a/get", "/paths/~1b/get"}


def test_that_optional_parts_that_close_a_cycle_end_there() -> None:
    person = {"type": "object", "properties": {"name": {"type": "string"}, "boss": ref("Person")}}
    api = read_api(raw(post(ref("Person"), Person=person)))
    assert [one.at for one in api.operations[1].arguments] == ["/name"]


def test_that_many_names_that_read_alike_are_numbered_in_time() -> None:
    parameters = [{"in": "query", "name": "a" + "!" * one, "schema": {"type": "string"}} for one in range(290)]
    named = [{"$ref": f"#/components/parameters/P{one}"} for one in range(290)]
    made = document(paths={f"/p{one}": {"get": {"responses": {}, "parameters": named}} for one in range(100)})
    made["components"]["parameters"] = {f"P{number}": one for number, one in enumerate(parameters)}
    began = time.monotonic()
    operations = read_api(raw(made)).operations
    assert time.monotonic() - began < 5
    names = [one.name for one in operations[0].arguments]
    assert names == ["a", *(f"a_{number}" for number in range(2, 291))]


def test_that_a_numbered_name_never_meets_another_one() -> None:
    given = ("a_2", "a", "a!", "a?", "a_2!")
    parameters = [{"in": "query", "name": name, "schema": {"type": "string"}} for name in given]
    made = document(paths={"/a": {"get": {"responses": {}, "parameters": parameters}}})
    names = [one.name for one in read_api(raw(made)).operations[0].arguments]
    assert len(set(names)) == 5
    assert names == ["a_2", "a", "a_3", "a_4", "a_2_2"]


def test_that_a_long_key_over_many_objects_takes_little_memory() -> None:
    held: dict[str, Part] = {"x-" + "k" * 400: [{} for _ in range(100_000)]}
    tracemalloc.start()
    try:
        read_api(raw(document(**held)))
        assert tracemalloc.get_traced_memory()[1] < 60_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("number", ["1e2000000000", "1e-2000000000", "1E+31", "9" * 41, "0." + "1" * 40])
def test_that_a_number_too_long_to_write_out_is_unreadable(number: str) -> None:
    with pytest.raises(Unreadable):
        parsed(WireAnswer(200, f'{{"total": {number}}}'.encode()))


def test_that_amounts_of_an_answer_stay_exact() -> None:
    given = b'{"a": 123456789012345.125, "b": 1e2, "c": 900719925474099301}'
    assert parsed(WireAnswer(200, given)) == {"a": Decimal("123456789012345.125"), "b": 100, "c": 900719925474099301}
