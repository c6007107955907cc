"""What the documents say is true: links resolve, commands and modules exist, settings are named as they are.

The map is whole, too: docs/architecture.md names every part of the core, a package that tells its parts all of them,
and docs/adr/README.md every decision. Prints each untruth as file:line and exits 1 if there is any.
"""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from cx_core.settings import Settings, variable

ROOT = Path(__file__).resolve().parent.parent

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`]+)`")
FENCE = re.compile(r"^\s*```(\w*)")
SHELL = {"sh", "bash", "console", "shell"}
COMMAND = re.compile(r"^(?:[A-Z_]+=\S+ )*(make|(?:\.venv/bin/)?python3? -m) ")
MODULE = re.compile(r"[\w./-]+\.py")
MAP = ROOT / "docs" / "architecture.md"
DECISIONS = ROOT / "docs" / "adr"
TOLD = (
    "act",
    "act/reply",
    "audit",
    "decide",
    "decide/policy",
    "demo",
    "evidence",
    "knowledge_base",
    "knowledge_base/health",
    "llm",
    "privacy",
    "prompt_injection",
    "records",
    "search",
    "service_rules",
    "text",
    "understand",
    "workflows",
    "adapters",
    "adapters/accounts",
    "adapters/audit",
    "adapters/classifier",
    "adapters/durable",
    "adapters/encoder",
    "adapters/files",
    "adapters/keys",
    "adapters/knowledge",
    "adapters/llm",
    "adapters/mail",
    "adapters/notify",
    "adapters/policy",
    "adapters/search",
    "adapters/sql",
    "desk",
    "desk/accounts",
    "desk/governance",
    "desk/ingestion",
    "desk/knowledge",
    "desk/operations",
    "desk/reporting",
    "desk/tickets",
)
"""Packages whose docstring says what each of their modules is for."""
SETTING = re.compile(r"\b(?:CX|OPENAI)_[A-Z_]+\b")
OTHER_VARIABLES = {"CX_REQUIRE_BROWSER", "CX_CHROMIUM"}


@cache
def known(pattern: str) -> tuple[str, ...]:
    """Paths of the files that git knows or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", pattern],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return tuple(name for name in listed.stdout.split() if (ROOT / name).exists())


def documents() -> list[Path]:
    """Every Markdown file but articles: they are customers' reading, written in the business's own words."""
    return [ROOT / name for name in known("*.md") if not name.startswith("knowledge/articles/")]


def anchors(document: Path) -> set[str]:
    """The anchors a reader's tool makes of headings."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def bad_link(document: Path, target: str) -> str | None:
    """Why a relative link leads nowhere. Links to other sites are not followed."""
    if re.match(r"[a-z]+:", target):
        return None
    path, _, anchor = target.partition("#")
    aim = (document.parent / path).resolve() if path else document
    if not aim.exists():
        return f"{target} leads nowhere"
    if anchor and aim.suffix == ".md" and anchor not in anchors(aim):
        return f"{target} names no heading of {aim.name}"
    return None


def commands(text: str) -> Iterator[tuple[int, str]]:
    """(line, command) of shell blocks and of inline code that begins as a command."""
    language = None
    for number, line in enumerate(text.splitlines(), start=1):
        fence = FENCE.match(line)
        if fence:
            language = fence.group(1) if language is None else None
        elif language in SHELL:
            yield number, line.strip().removeprefix("$ ")
        elif language is None:
            yield from ((number, code) for code in CODE.findall(line))


@cache
def targets() -> frozenset[str]:
    return frozenset(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@cache
def help_of(words: tuple[str, ...]) -> tuple[int, str]:
    """Exit code and text of `python -m WORDS --help`."""
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "COLUMNS": "200"}
    asked = subprocess.run(
        [sys.executable, "-m", *words, "--help"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return asked.returncode, asked.stdout + asked.stderr


def bad_make(words: list[str]) -> str | None:
    asked = [word for word in words if "=" not in word]
    wrong = [word for word in asked if word not in targets() and word != "X"]
    return f"make has no target {wrong[0]}" if wrong else None


def bad_module(words: list[str]) -> str | None:
    """Words up to the first option, file or placeholder must name a command; options must be in its help."""
    if words[0] not in {"cx_core", "bench"}:
        return None
    plain = re.compile(r"[a-z][a-z_]*$")
    end = next((index for index, word in enumerate(words) if not plain.match(word)), len(words))
    code, text = help_of(tuple(words[:end]))
    if code != 0:
        return f"python -m {' '.join(words[:end])} --help failed: {text.strip().splitlines()[-1] if text else code}"
    missing = [word for word in words if word.startswith("--") and word.strip("[]").split("=")[0] not in text]
    return f"python -m {' '.join(words[:end])} has no {missing[0]}" if missing else None


def bad_command(command: str) -> str | None:
    if not COMMAND.match(command):
        return None
    words = [word.strip("[]") for word in shlex.split(command, comments=True)]
    words = words[next(index for index, word in enumerate(words) if "=" not in word) :]
    return bad_make(words[1:]) if words[0] == "make" else bad_module(words[2:])


def bad_module_path(code: str) -> str | None:
    """A module is named by its path, or by the end of it."""
    there = not MODULE.fullmatch(code) or any(f"/{name}".endswith(f"/{code}") for name in known("*.py"))
    return None if there else f"there is no {code}"


def bad_setting(name: str) -> str | None:
    known = {variable(field) for field in Settings.model_fields} | OTHER_VARIABLES
    return None if name in known else f"no setting is called {name}"


def untruths(document: Path) -> Iterator[tuple[int, str]]:
    text = document.read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), start=1):
        prose = CODE.sub("", line)
        found = [bad_link(document, target) for target in LINK.findall(prose)]
        found += [bad_setting(name) for name in SETTING.findall(line)]
        found += [bad_module_path(code) for code in CODE.findall(line)]
        yield from ((number, wrong) for wrong in found if wrong)
    for number, command in commands(text):
        if wrong := bad_command(command):
            yield number, wrong


def unnamed_settings() -> Iterator[str]:
    """Settings that the README does not explain."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for field in Settings.model_fields:
        if f"`{variable(field)}`" not in text:
            yield f"README.md:1: does not name {variable(field)}"


def parts(package: Path) -> Iterator[str]:
    """Names of the modules and packages in a package."""
    for path in sorted(package.iterdir()):
        if (path / "__init__.py").exists() or (path.suffix == ".py" and path.name != "__init__.py"):
            yield path.stem


def unnamed_parts(core: Path, drawn: str) -> Iterator[str]:
    """Parts of the core that the map leaves out, and modules that their package's docstring does."""
    for name in parts(core):
        if not re.search(rf"`(?:cx_core/)?{name}(?:\.py|/)`", drawn):
            yield f"{MAP.relative_to(ROOT)}:1: does not say where {core.name}/{name} belongs"
    for package in TOLD:
        face = core / package / "__init__.py"
        told = ast.get_docstring(ast.parse(face.read_text(encoding="utf-8"))) or ""
        yield from (
            f"{face.relative_to(core.parent)}:1: does not name `{name}`"
            for name in parts(core / package)
            if f"`{name}`" not in told
        )


def unlisted_decisions() -> Iterator[str]:
    """Decisions that their index leaves out."""
    index = DECISIONS / "README.md"
    listed = set(LINK.findall(index.read_text(encoding="utf-8")))
    yield from (
        f"{index.relative_to(ROOT)}:1: does not list {path.name}"
        for path in sorted(DECISIONS.glob("[0-9]*.md"))
        if path.name not in listed
    )


def main() -> int:
    found = [
        f"{document.relative_to(ROOT)}:{number}: {wrong}"
        for document in documents()
        for number, wrong in untruths(document)
    ]
    found += [
        *unlisted_decisions(),
        *unnamed_settings(),
        *unnamed_parts(ROOT / "cx_core", MAP.read_text(encoding="utf-8")),
    ]
    print("\n".join(found) if found else f"{len(documents())} documents say what is so.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
