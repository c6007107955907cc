"""Reads an OpenAPI 3.0 or 3.1 file into operations that people can classify.

What cannot be called safely or understood is left out with its place and the reason; the rest can be used.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Literal, NamedTuple, cast
from urllib.parse import urlsplit

from cx_core.adapters.openapi.document import Json, pointer, read_document
from cx_core.adapters.openapi.references import References, Unresolved, check_references
from cx_core.adapters.openapi.schemas import Leaf, Schemas, Unusable, VisitBudget
from cx_core.errors import BadInput
from cx_core.records import (
    AnswerField,
    ImportedApi,
    ImportedOperation,
    OperationArgument,
    Place,
    SecurityScheme,
    SkippedOperation,
)

MOST_OPERATIONS = 1_500
MOST_FIELDS = 120
MOST_PARAMETERS = 300
"""Of one operation, with those of its path."""
LONGEST_PATH = 300
METHODS: Mapping[str, Literal["GET", "PUT", "POST", "PATCH", "DELETE"]] = {
    "get": "GET", "put": "PUT", "post": "POST", "patch": "PATCH", "delete": "DELETE",
}  # fmt: skip
OURS = frozenset({
    "accept", "accept-encoding", "authorization", "connection", "content-length", "content-type", "cookie", "expect",
    "forwarded", "host", "keep-alive", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade",
    "user-agent", "x-forwarded-for", "x-forwarded-host", "x-http-method-override",
})  # fmt: skip
"""Headers that no argument may set."""
_PATH = re.compile(r"(/([A-Za-z0-9._~!$&'()*+,;=:@-]|\{[A-Za-z0-9_.-]+\})*)+")
_TEMPLATE = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(r"[^a-z0-9]+")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,80}")


class _Operation(NamedTuple):
    where: str
    path: str
    method: str
    body: dict[str, Json]
    shared: Json
    servers: Json


def read_api(content: bytes) -> ImportedApi:
    """The operations of a file. Raises BadInput naming the line or JSON pointer and the reason."""
    document = read_document(content)
    version = document.get("openapi")
    if not isinstance(version, str) or not re.fullmatch(r"3\.[01]\.\d+", version):
        raise BadInput(f"/openapi: {str(version)[:40]!r} is not read. Give a file of OpenAPI 3.0 or 3.1.")
    paths = document.get("paths")
    if not isinstance(paths, dict) or not paths:
        raise BadInput("/paths: the file describes no paths.")
    check_references(document)
    return _Reader(document).read(paths, sha256(content).hexdigest())


class _Reader:
    def __init__(self, document: dict[str, Json]) -> None:
        self._document = document
        self._references = References(document)
        self._budget = VisitBudget()
        self._schemas = Schemas(self._references, self._budget)
        self._skipped: list[SkippedOperation] = []

    def read(self, paths: dict[str, Json], digest: str) -> ImportedApi:
        found = list(self._found(paths))
        if len(found) > MOST_OPERATIONS:
            raise BadInput(f"/paths: {len(found):,} operations; at most {MOST_OPERATIONS:,} are read.")
        servers = self._servers()
        times = Counter(_id(one) for one in found)
        operations: list[ImportedOperation] = []
        for one in found:
            try:
                if times[_id(one)] > 1:
                    raise Unusable(f"{one.where}: {times[_id(one)]} operations are called {_id(one)!r}.")
                operations.append(self._operation(one))
            except (Unusable, Unresolved) as error:
                where, _, why = str(error).partition(": ")
                self._skipped.append(SkippedOperation(at=where, why=why))
        if not operations:
            first = f" {self._skipped[0].at}: {self._skipped[0].why}" if self._skipped else ""
            raise BadInput(f"/paths: the file has no operation that can be used.{first}")
        info = self._document.get("info")
        info = info if isinstance(info, dict) else {}
        return ImportedApi(
            title=str(info.get("title") or "Untitled")[:120],
            version=str(info.get("version") or "")[:40],
            servers=servers,
            security=self._security(),
            operations=tuple(operations),
            skipped=tuple(self._skipped),
            hash=digest,
        )

    def _found(self, paths: dict[str, Json]) -> Iterator[_Operation]:
        for path, raw in paths.items():
            where = pointer("paths", path)
            try:
                item, _ = self._references.follow(raw, where)
            except Unresolved as error:
                self._skip(where, str(error).partition(": ")[2])
                continue
            if path.startswith("x-") or not isinstance(item, dict):
                continue
            for method in METHODS.keys() & item.keys():
                body = item[method]
                if isinstance(body, dict):
                    shared, servers = item.get("parameters"), item.get("servers") or body.get("servers")
                    yield _Operation(where + pointer(method), path, method, body, shared, servers)

    def _skip(self, where: str, why: str) -> None:
        self._skipped.append(SkippedOperation(at=where, why=why))

    def _operation(self, one: _Operation) -> ImportedOperation:
        self._budget.begin()
        _check_path(one)
        _check_servers(one)
        arguments = [*self._parameters(one)]
        kind, body = self._body(one)
        arguments += body
        _check_template(one, arguments)
        records_at, fields = self._answer(one)
        made = ImportedOperation(
            id=_id(one),
            method=METHODS[one.method],
            path=one.path,
            title=str(one.body.get("summary") or _id(one))[:160],
            description=str(one.body.get("description") or "")[:2000],
            body=kind,
            arguments=named_arguments(arguments),
            records_at=records_at,
            fields=fields,
        )
        return made.replace(hash=operation_hash(made))

    def _parameters(self, one: _Operation) -> Iterator[OperationArgument]:
        merged: dict[tuple[str, str], tuple[str, dict[str, Json]]] = {}
        for where, raw in (
            (one.where.rsplit("/", 1)[0], one.shared),
            (one.where, one.body.get("parameters")),
        ):
            listed = raw if isinstance(raw, list) else []
            if len(merged) + len(listed) > MOST_PARAMETERS:
                raise Unusable(f"{where}/parameters: more than {MOST_PARAMETERS} parameters.")
            for number, given in enumerate(listed):
                place = f"{where}/parameters/{number}"
                parameter, _ = self._references.follow(given, place)
                if not isinstance(parameter, dict):
                    raise Unusable(f"{place}: this is not a parameter.")
                merged[str(parameter.get("in")), str(parameter.get("name"))] = (place, parameter)
        for (kind, name), (where, parameter) in merged.items():
            if (argument := self._parameter(one.path, kind, name, where, parameter)) is not None:
                yield argument

    def _parameter(
        self, path: str, kind: str, name: str, where: str, parameter: dict[str, Json]
    ) -> OperationArgument | None:
        required = kind == "path" or parameter.get("required") is True
        if kind == "header" and (not _HEADER.fullmatch(name) or name.lower() in OURS):
            if required and name.lower() != "authorization":
                raise Unusable(f"{where}: the header {name[:60]!r} cannot be set by an argument.")
            return None
        if kind not in ("path", "query", "header") or "schema" not in parameter:
            if required:
                raise Unusable(f"{where}: a required parameter in {kind[:20]!r} without a schema cannot be sent.")
            return None
        try:
            leaf = self._schemas.one(name, parameter["schema"], f"{where}/schema", required=required)
        except Unusable:
            if required:
                raise
            return None
        title = str(parameter.get("description") or leaf.title)[:200]
        if kind == "path" and leaf.wire in ("string", "integer"):
            leaf = leaf._replace(proposed="record", of=_kind_before(path, name))
        return argument_of(leaf._replace(title=title), cast(Place, kind), name)

    def _body(self, one: _Operation) -> tuple[Literal["", "json", "form"], list[OperationArgument]]:
        given = one.body.get("requestBody")
        if given is None:
            return "", []
        where = f"{one.where}/requestBody"
        body, _ = self._references.follow(given, where)
        given = body.get("content") if isinstance(body, dict) else None
        content = given if isinstance(given, dict) else {}
        required = isinstance(body, dict) and body.get("required") is True
        for media, kind in (("application/json", "json"), ("application/x-www-form-urlencoded", "form")):
            name = next((one for one in content if one.split(";")[0].strip().lower() == media), "")
            part = content.get(name)
            if isinstance(part, dict):
                place = where + pointer("content", name, "schema")
                leaves = self._schemas.leaves(part.get("schema"), place)
                wanted = cast(Literal["json", "form"], kind)
                return wanted, [argument_of(leaf, "body", leaf.at) for leaf in leaves if leaf.at]
        if required:
            kinds = ", ".join(one[:40] for one in content) or "not described"
            raise Unusable(f"{where}/content: a body as JSON or form can be sent; this one is {kinds}.")
        return "", []

    def _answer(self, one: _Operation) -> tuple[str, tuple[AnswerField, ...]]:
        """Where records stand in the answer to a call that succeeded, and what is in one; empty if it is not told."""
        responses = one.body.get("responses")
        if not isinstance(responses, dict):
            return "", ()
        status = next((name for name in ("200", "201", "202", "2XX", "default") if name in responses), "")
        where = f"{one.where}/responses/{status}"
        try:
            response, _ = self._references.follow(responses.get(status), where)
            content = response.get("content") if isinstance(response, dict) else None
            part = content.get("application/json") if isinstance(content, dict) else None
            if not isinstance(part, dict):
                return "", ()
            at, schema = self._schemas.list_in(part.get("schema"), where, single=one.path.endswith("}"))
            leaves = self._schemas.leaves(schema, where, answer=True)
        except Unresolved:
            return "", ()
        shallow = sorted((leaf for leaf in leaves if leaf.at), key=lambda leaf: leaf.at.count("/"))[:MOST_FIELDS]
        names = unique_names([leaf.at.partition("/*")[0] for leaf in shallow])
        return at, tuple(
            AnswerField(name=name, at=leaf.at, wire=leaf.wire, proposed=leaf.proposed)
            for name, leaf in zip(names, shallow, strict=True)
        )

    def _servers(self) -> tuple[str, ...]:
        """Absolute addresses, templates filled with their defaults. Raises BadInput."""
        given, made = self._document.get("servers"), []
        for number, server in enumerate(given if isinstance(given, list) else ()):
            where = f"/servers/{number}"
            url = server.get("url") if isinstance(server, dict) else None
            if not isinstance(url, str):
                raise BadInput(f"{where}/url: a server needs an address.")
            variables = server.get("variables") if isinstance(server, dict) else None
            url = _filled(url, variables if isinstance(variables, dict) else {}, where)
            parts = urlsplit(url)
            if parts.scheme and (parts.scheme not in ("http", "https") or not parts.hostname or parts.username):
                raise BadInput(f"{where}/url: {url[:120]!r} is no address that can be called.")
            if parts.scheme:
                made.append(url.rstrip("/"))
        return tuple(made)

    def _security(self) -> tuple[SecurityScheme, ...]:
        components = self._document.get("components")
        schemes = components.get("securitySchemes") if isinstance(components, dict) else None
        made = (_scheme(one) for one in schemes.values()) if isinstance(schemes, dict) else ()
        return tuple(one for one in made if one is not None)


def operation_hash(operation: ImportedOperation) -> str:
    """SHA-256 over all that was read of it. The order in which a file names things does not matter."""
    exact = operation.model_dump(mode="json", exclude={"hash"} if operation.tool else {"hash", "tool"})
    for name in ("arguments", "fields"):
        exact[name].sort(key=lambda one: (one["at"], one["name"]))
    return sha256(json.dumps(exact, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _id(one: _Operation) -> str:
    given = one.body.get("operationId")
    return given[:120] if isinstance(given, str) and given.strip() else f"{one.method.upper()} {one.path}"[:200]


def _kind_before(path: str, name: str) -> str:
    """The kind of record that a part of a path names: "order" for /orders/{id}."""
    before = path.partition("{" + name + "}")[0].rstrip("/").rsplit("/", 1)[-1]
    word = _NAME.sub("_", before.lower()).strip("_")
    return word[:-3] + "y" if word.endswith("ies") else word.removesuffix("s")


def _check_servers(one: _Operation) -> None:
    """An operation of another server would get this one's credentials, so it is not used."""
    if one.servers:
        raise Unusable(f"{one.where}/servers: an operation with servers of its own is not used.")


def _check_path(one: _Operation) -> None:
    steps = one.path.split("/")
    if (
        len(one.path) > LONGEST_PATH
        or not _PATH.fullmatch(one.path)
        or "." in steps
        or ".." in steps
        or "//" in one.path
    ):
        raise Unusable(f"{one.where}: {one.path[:120]!r} is no path that can be called.")


def _check_template(one: _Operation, arguments: list[OperationArgument]) -> None:
    wanted = set(_TEMPLATE.findall(one.path))
    given = {argument.at for argument in arguments if argument.place == "path"}
    if wanted != given:
        odd = sorted(wanted ^ given)[0]
        raise Unusable(f"{one.where}: {{{odd[:60]}}} is not both in the path and among its parameters.")


def argument_of(leaf: Leaf, place: Place, at: str) -> OperationArgument:
    """The argument that a value of a schema is. `named_arguments` gives it its name."""
    return OperationArgument(
        name=at,
        title=leaf.title,
        place=place,
        at=at,
        wire=leaf.wire,
        proposed=leaf.proposed,
        of=leaf.of,
        required=leaf.required,
        one_of=leaf.one_of,
    )


def named_arguments(arguments: list[OperationArgument]) -> tuple[OperationArgument, ...]:
    """The same, each with a name of its own."""
    names = unique_names([argument.at for argument in arguments])
    return tuple(argument.replace(name=name) for name, argument in zip(names, arguments, strict=True))


def unique_names(places: list[str]) -> list[str]:
    """Return names of letters, figures and underscores; two that would be the same are numbered."""
    made: list[str] = []
    taken: set[str] = set()
    last: dict[str, int] = {}
    for place in places:
        spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", place)
        name = _NAME.sub("_", spaced.lower()).strip("_") or "value"
        name = name if name[0].isalpha() else f"value_{name}"
        number = last.get(name, 0) + 1
        while (numbered := name if number == 1 else f"{name}_{number}") in taken:
            number += 1
        last[name] = number
        taken.add(numbered)
        made.append(numbered)
    return made


def _filled(url: str, variables: Mapping[str, Json], where: str) -> str:
    for name in _TEMPLATE.findall(url):
        variable = variables.get(name)
        default = variable.get("default") if isinstance(variable, dict) else None
        if not isinstance(default, str) or not re.fullmatch(r"[A-Za-z0-9._~/:-]{0,100}", default):
            raise BadInput(f"{where}/variables: {{{name[:40]}}} has no default that can stand in an address.")
        url = url.replace(f"{{{name}}}", default)
    if len(url) > 400 or any(ord(mark) <= 32 or ord(mark) > 126 for mark in url):
        raise BadInput(f"{where}/url: {url[:120]!r} is no address that can be called.")
    return url


def _scheme(one: Json) -> SecurityScheme | None:
    if not isinstance(one, dict):
        return None
    kind, scheme, name = one.get("type"), str(one.get("scheme") or "").lower(), str(one.get("name") or "")
    if kind == "http" and scheme in ("bearer", "basic"):
        return SecurityScheme(kind="bearer" if scheme == "bearer" else "basic")
    if kind == "apiKey" and one.get("in") in ("header", "query") and _HEADER.fullmatch(name):
        return SecurityScheme(kind="header" if one.get("in") == "header" else "query", name=name)
    flows = one.get("flows")
    flow = flows.get("clientCredentials") if isinstance(flows, dict) else None
    if kind == "oauth2" and isinstance(flow, dict) and isinstance(url := flow.get("tokenUrl"), str):
        scopes = flow.get("scopes")
        return SecurityScheme(
            kind="oauth2", token_url=url[:400], scope=" ".join(scopes) if isinstance(scopes, dict) else ""
        )
    return None
