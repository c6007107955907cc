"""What an OpenAPI file says, or what an MCP server says of its tools."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cx_core.records.values import Record

ValueType = Literal["text", "money", "date", "integer", "boolean", "items", "record"]
Place = Literal["path", "query", "header", "body"]
Wire = Literal["string", "integer", "number", "boolean", "array"]


class OperationArgument(Record):
    """One value that an operation takes. `at` is a parameter's name, or a JSON pointer into the body."""

    name: str
    title: str = ""
    place: Place
    at: str
    wire: Wire = "string"
    proposed: ValueType = "text"
    of: str = Field(default="", description="the kind of record that an id seems to belong to")
    required: bool = False
    one_of: tuple[str, ...] = ()


class AnswerField(Record):
    """One value of an operation's answer. `at` is a JSON pointer into one record of it."""

    name: str
    at: str
    wire: Wire = "string"
    proposed: ValueType = "text"


class PinnedTool(Record):
    """A tool of an MCP server, word by word as it was looked at. Schemas and annotations are canonical JSON."""

    server: str = Field(description="as the server calls itself")
    name: str
    title: str = ""
    description: str = ""
    input_schema: str
    output_schema: str = ""
    annotations: str = Field(default="", description="hints of the server's own, which nobody relies on")


class ImportedOperation(Record):
    """One operation as its file describes it, or one tool as its server does."""

    id: str = Field(description="its operationId, or its method and path")
    method: Literal["GET", "PUT", "POST", "PATCH", "DELETE"]
    path: str
    title: str = ""
    description: str = Field(default="", description="for people alone; no model ever reads it")
    body: Literal["", "json", "form"] = ""
    arguments: tuple[OperationArgument, ...] = ()
    records_at: str = Field(default="", description="pointer to the list of records in the answer; empty: the answer")
    fields: tuple[AnswerField, ...] = ()
    tool: PinnedTool | None = Field(default=None, description="of an MCP server; None: an operation of a file")
    hash: str = Field(default="", description="over all else; a classification holds for this one alone")


class SkippedOperation(Record):
    """An operation that cannot be used, and why."""

    at: str = Field(description="JSON pointer into the file")
    why: str


class SecurityScheme(Record):
    """How a system wants to be shown who calls."""

    kind: Literal["none", "bearer", "basic", "header", "query", "oauth2"] = "none"
    name: str = Field(default="", description="of the header or query parameter that holds an API key")
    token_url: str = Field(default="", description="where OAuth2 client credentials get a token")
    scope: str = ""


class ImportedApi(Record):
    """An OpenAPI file, read, or the tools that an MCP server offers."""

    kind: Literal["openapi", "mcp"] = "openapi"
    title: str
    version: str
    servers: tuple[str, ...] = Field(default=(), description="templates filled with their defaults")
    security: tuple[SecurityScheme, ...] = ()
    operations: tuple[ImportedOperation, ...]
    skipped: tuple[SkippedOperation, ...] = ()
    hash: str = Field(description="SHA-256 of the file's bytes, or over the server and its tools")
