"""Reads the knowledge folder: YAML and Markdown in, `catalogue.Knowledge` out, everything cross-checked.

A folder that loads is one the stages can trust: every name in it leads somewhere. What is wrong is a
KnowledgeError that names the file, the place in it, and what to do.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import Field, ValidationError, field_validator

from cx_core.adapters.knowledge.file_faults import SAFE_LOADER, line_of, misfit, not_yaml, refuse_deep
from cx_core.adapters.knowledge.knowledge_check import cross_check
from cx_core.adapters.knowledge.macro_files import check_macros
from cx_core.adapters.knowledge.paragraphs import one_line_a_paragraph
from cx_core.adapters.knowledge.record_files import check_records
from cx_core.catalogue import ActionSpec, Article, Company, Knowledge, Labelled, Macro, RecordSpec, TaskType
from cx_core.demo.feed_messages import FeedMessage
from cx_core.errors import KnowledgeError
from cx_core.records import ActionName, Record

Kind = TypeVar("Kind", bound=Record)
Name = TypeVar("Name", bound=str)

_FRONT_MATTER = re.compile(r"---\n(.*?\n)---\n(.*)\Z", re.S)
_DIGEST_LENGTH = 12


class _Loader(SAFE_LOADER):  # type: ignore[valid-type, misc]  # one of two classes, known only at run time
    """The safe loader, but a key given twice is an error: YAML would quietly drop the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if str(key.value) in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value!r} is given twice", key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)  # type: ignore[no-any-return]


class _Other(Record):
    """triage/other.yaml: sentences that ask for nothing, and matters that are not ours; remarks are ours."""

    examples: tuple[str, ...] = Field(min_length=1)
    remarks: tuple[str, ...] = ()


class _SameWords(Record):
    """triage/same_words.yaml: groups of words that mean the same to customers."""

    groups: tuple[tuple[str, ...], ...]


class _Feed(Record):
    """feed.yaml, a bare list, under a name so that errors can point into it."""

    messages: tuple[FeedMessage, ...]


class _FrontMatter(Record):
    """What an article says about itself, above its text."""

    id: str = Field(min_length=1)
    title: str = Field(min_length=1)
    audience: str = "customer"
    task_types: tuple[str, ...] = ()

    @field_validator("id", "title")
    @classmethod
    def _one_line(cls, value: str) -> str:
        return value.strip()


def load(path: Path) -> Knowledge:
    """The whole folder. Raises KnowledgeError for the first thing that is wrong."""
    if not path.is_dir():
        raise KnowledgeError(f"{path}: there is no such folder. Set CX_KNOWLEDGE to a knowledge folder.")
    version = _version(path)
    # What a linked folder holds has no part in the version, so that a change in it would not be seen.
    linked = any(child.is_symlink() for child in path.iterdir())
    loaded = _loaded.__wrapped__(path, version) if linked else _loaded(path, version)
    if not linked and _version(path) != version:  # changed while it was read
        _loaded.cache_clear()
    return loaded.model_copy(update={name: dict(value) for name, value in loaded if isinstance(value, dict)})


@lru_cache(maxsize=4)
def _loaded(path: Path, version: str) -> Knowledge:
    """Read once as long as no file changes; every caller gets dicts of its own."""
    actions, records = load_catalogue(path)
    other = _record(path, path / "triage" / "other.yaml", _Other)
    labelled = {name: _record(path, path / "triage" / f"{name}.yaml", Labelled) for name in ("sentiment", "urgency")}
    knowledge = Knowledge(
        version=version,
        company=_company(path, records),
        task_types=_by_name(path, "task_types", TaskType, lambda one: one.name),
        actions=actions,
        records=records,
        articles=_articles(path),
        macros=_by_name(path, "macros", Macro, lambda one: one.name),
        sentiment=labelled["sentiment"],
        urgency=labelled["urgency"],
        same_words=_same_words(path),
        other=other.examples,
        remarks=other.remarks,
    )
    cross_check(knowledge)
    _check_stated(knowledge)
    check_macros(path / "macros", knowledge.macros, knowledge.actions, knowledge.task_types)
    return knowledge


def _same_words(path: Path) -> tuple[tuple[str, ...], ...]:
    file = path / "triage" / "same_words.yaml"
    return _record(path, file, _SameWords).groups if file.exists() else ()


def _check_stated(knowledge: Knowledge) -> None:
    for one in knowledge.company.stated:
        spec = knowledge.actions.get(one.read)
        if spec is None or spec.kind != "read" or set(spec.arguments) != set(one.arguments):
            raise KnowledgeError(
                f"company.yaml: stated: {one.read} is no read with these arguments. Name one of actions/."
            )


def load_catalogue(path: Path) -> tuple[dict[ActionName, ActionSpec], dict[str, RecordSpec]]:
    """The actions and the kinds of records of a knowledge folder, checked. Raises KnowledgeError."""
    if not (path / "actions").is_dir():
        raise KnowledgeError(f"{path}: there is no folder actions. docs/packs.md says what a knowledge folder has.")
    actions = _by_name(path, "actions", ActionSpec, lambda one: one.name)
    records = _by_name(path, "records", RecordSpec, lambda one: one.name)
    check_records(path, actions, records)
    return actions, records


def load_feed(path: Path) -> tuple[FeedMessage, ...]:
    """The messages of `feed.yaml` in the folder `path`, in the order they are played; () if it has none."""
    file = path / "feed.yaml"
    if not file.exists():
        return ()
    messages = _valid(_name(path, file), _Feed, {"messages": _parse(path, file)}).messages
    seen: set[str] = set()
    for message in messages:
        place = f"{_name(path, file)}: message {message.id}"
        if message.id in seen:
            raise KnowledgeError(f"{place}: this id is used twice. Give each message its own.")
        if message.after is not None and message.after not in seen:
            raise KnowledgeError(f"{place}: after: {message.after} does not come before it. Name an earlier message.")
        for name in message.files:
            inside = (path / name).resolve().is_relative_to(path.resolve())
            if not inside or not (path / name).is_file():
                raise KnowledgeError(f"{place}: files: there is no {name}. Name a file of the knowledge folder.")
        seen.add(message.id)
    return messages


def _version(path: Path) -> str:
    """A digest of every file's place and bytes; hidden files are not part of the knowledge."""
    digest = hashlib.sha256()
    files = (file for file in path.rglob("*") if file.is_file() and not _hidden(file.relative_to(path)))
    for name, file in sorted((file.relative_to(path).as_posix(), file) for file in files):
        content = file.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:_DIGEST_LENGTH]


def _hidden(relative: Path) -> bool:
    return any(part.startswith(".") for part in relative.parts)


def _by_name(path: Path, folder: str, kind: type[Kind], name_of: Callable[[Kind], Name]) -> dict[Name, Kind]:
    """One record a file, under its name, which is also the file's."""
    found: dict[Name, Kind] = {}
    for file in _files(path / folder, "yaml"):
        one = _record(path, file, kind)
        name = name_of(one)
        if name != file.stem:
            raise KnowledgeError(
                f"{_name(path, file)}: name: {name!r} is not the file's name. Use {file.stem!r}, or rename the file."
            )
        found[name] = one
    return found


def _articles(path: Path) -> dict[str, Article]:
    found: dict[str, Article] = {}
    for file in _files(path / "articles", "md"):
        article = _article(path, file)
        if article.id in found:
            raise KnowledgeError(f"{_name(path, file)}: id: {article.id!r} is another article's. Choose another.")
        found[article.id] = article
    return found


def _article(path: Path, file: Path) -> Article:
    text = _text(path, file)
    match = _FRONT_MATTER.match(text)
    if match is None:
        raise KnowledgeError(
            f"{_name(path, file)}: line 1: no front matter. Begin with a line ---, then id and title, then a line ---."
        )
    about = _parse_text(_name(path, file), match[1], first_line=2)
    front = _valid(_name(path, file), _FrontMatter, about, match[1], first_line=2)
    body = one_line_a_paragraph(match[2])
    if not body:
        raise KnowledgeError(f"{_name(path, file)}: there is no text below the front matter. Write the article.")
    version = hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_LENGTH]
    return _valid(_name(path, file), Article, {**front.model_dump(), "text": body, "version": version})


def _files(folder: Path, ending: str) -> Iterable[Path]:
    if ending == "yaml":
        for file in sorted(folder.glob("*.yml")):
            raise KnowledgeError(f"{folder.name}/{file.name}: line 1: this file is not read. Call it {file.stem}.yaml.")
    return sorted(file for file in folder.glob(f"*.{ending}") if not file.name.startswith("."))


def _record(path: Path, file: Path, kind: type[Kind]) -> Kind:
    text = _text(path, file)
    return _valid(_name(path, file), kind, _parse_text(_name(path, file), text, first_line=1), text)


def _company(path: Path, records: Mapping[str, RecordSpec]) -> Company:
    file = path / "company.yaml"
    text = _text(path, file)
    content = _parse_text(_name(path, file), text, first_line=1)
    if isinstance(content, Mapping) and "restricted" in content:
        kinds = sorted({f"records/{kind.name}.yaml" for kind in records.values()}) or ["records/"]
        what = f"restricted: fields are marked where their kind is defined, in {', '.join(kinds[:3])}"
        advice = "Write `restricted: true` beside each there, and take this list out."
        raise KnowledgeError(f"{_name(path, file)}: line {line_of(text, ('restricted',))}: {what}. {advice}")
    return _valid(_name(path, file), Company, content, text)


def _parse(path: Path, file: Path) -> object:
    return _parse_text(_name(path, file), _text(path, file), first_line=1)


def _text(path: Path, file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise KnowledgeError(f"{_name(path, file)}: there is no such file. Write it, or copy Fernline's.") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise KnowledgeError(f"{_name(path, file)}: line {line}: not UTF-8 text. Save the file as UTF-8.") from error


def _parse_text(name: str, text: str, *, first_line: int) -> object:
    try:
        refuse_deep(text)
        return yaml.load(text, Loader=_Loader)  # noqa: S506  # a safe loader
    except yaml.MarkedYAMLError as error:
        raise KnowledgeError(f"{name}: {not_yaml(error, text, first_line)}") from error
    except yaml.YAMLError as error:
        raise KnowledgeError(f"{name}: not YAML: {error}. Mend the file.") from error


def _valid(name: str, kind: type[Kind], content: object, text: str = "", first_line: int = 1) -> Kind:
    """`text` is what the content was read from, if its places are to be told by line."""
    if content is None:
        raise KnowledgeError(f"{name}: line 1: the file is empty. Write it as the others of its kind, or delete it.")
    if not isinstance(content, Mapping):
        raise KnowledgeError(f"{name}: expected fields such as `name: value`. See the other files of its kind.")
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        raise KnowledgeError(f"{name}: {misfit(error, kind, text, first_line)}") from error


def _name(path: Path, file: Path) -> str:
    return file.relative_to(path).as_posix()
