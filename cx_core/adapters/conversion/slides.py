"""Presentations to Markdown: a section a slide, in the order they are shown, without what is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

from pptx import Presentation
from pptx.exc import PythonPptxError

from cx_core.adapters.conversion.shape import Read, shaped, table
from cx_core.adapters.conversion.word import BROKEN_XML
from cx_core.errors import BadInput

# python-pptx ships no types for its shapes.
_TITLES = (1, 3)  # PP_PLACEHOLDER: TITLE, CENTER_TITLE


class _Deck:
    """What was read of a presentation so far, and what was not."""

    def __init__(self, width: int, height: int) -> None:
        self.size = (width, height)
        self.hidden: list[str] = []
        self.hidden_slides = self.notes = self.pictures = self.charts = 0

    def told(self) -> Iterator[str]:
        counted = (
            (self.hidden_slides, "hidden slide", "left out"),
            (self.pictures, "picture", "not read"),
            (self.charts, "chart or drawing", "not read"),
        )
        for count, what, become in counted:
            if count:
                yield f"{count} {what} was {become}." if count == 1 else f"{count} {_plural(what)} were {become}."
        if self.notes:
            yield f"The speaker's notes of {self.notes} slides were left out: they are not for those who read it."


def read(name: str, content: bytes) -> Read:
    """Raises BadInput."""
    try:
        made = Presentation(BytesIO(content))
        deck = _Deck(int(made.slide_width or 9_144_000), int(made.slide_height or 6_858_000))
        sections = [section for slide in made.slides if (section := _slide(slide, deck))]
        title = str(made.core_properties.title or "")
    except (PythonPptxError, *BROKEN_XML) as error:
        raise BadInput("it is damaged: what should be a presentation cannot be read. Save it again") from error
    title = "" if title.lower().startswith(("powerpoint", "presentation")) else title
    if not title and sections and sections[0][0]:
        title = sections[0][0]
        sections[0] = ("", sections[0][1])
    text = "\n\n".join(f"## {heading}\n\n{body}" if heading else body for heading, body in sections if body or heading)
    return shaped(text, name, title=title, notes=deck.told(), hidden=deck.hidden)


def _slide(slide: Any, deck: _Deck) -> tuple[str, str] | None:  # noqa: ANN401
    if slide._element.get("show") in ("0", "false"):
        deck.hidden_slides += 1
        deck.hidden += [
            text for shape in slide.shapes if shape.has_text_frame and (text := shape.text_frame.text.strip())
        ]
        return None
    if (
        slide.has_notes_slide
        and (slide.notes_slide.notes_text_frame is not None)
        and slide.notes_slide.notes_text_frame.text.strip()
    ):
        deck.notes += 1
    head = slide.shapes.title
    heading = " ".join(head.text_frame.text.split()) if head is not None else ""
    others = [shape for shape in slide.shapes if head is None or shape.shape_id != head.shape_id]
    blocks = [block for shape in _in_order(others) for block in _shape(shape, deck)]
    return (heading, "\n\n".join(blocks)) if heading or blocks else None


def _in_order(shapes: Iterable[Any]) -> list[Any]:
    """As they are read: from the top, and from the left."""
    return sorted(shapes, key=lambda shape: ((shape.top or 0) // 300_000, shape.left or 0))


def _shape(shape: Any, deck: _Deck) -> Iterator[str]:  # noqa: ANN401
    kind = str(shape.shape_type or "")
    if kind.startswith("GROUP"):
        for inner in _in_order(shape.shapes):
            yield from _shape(inner, deck)
    elif getattr(shape, "has_table", False) and shape.has_table:
        yield table([[cell.text_frame.text for cell in row.cells] for row in shape.table.rows])
    elif getattr(shape, "has_chart", False) and shape.has_chart:
        deck.charts += 1
    elif kind.startswith(("PICTURE", "LINKED_PICTURE")):
        deck.pictures += 1
    elif shape.has_text_frame and shape.text_frame.text.strip():
        if _outside(shape, deck.size):
            deck.hidden.append(shape.text_frame.text)
        else:
            yield _words(shape)


def _outside(shape: Any, size: tuple[int, int]) -> bool:  # noqa: ANN401
    """Whether nobody sees it since it lies beside the slide."""
    left, top, wide, high = (getattr(shape, side) for side in ("left", "top", "width", "height"))
    if None in (left, top, wide, high):
        return False
    return bool(left >= size[0] or top >= size[1] or left + wide <= 0 or top + high <= 0)


def _words(shape: Any) -> str:  # noqa: ANN401
    """Paragraphs; points of a list where there are several in the body of a slide, or one below another."""
    told = [
        (paragraph.level, " ".join("".join(run.text for run in paragraph.runs).split()))
        for paragraph in shape.text_frame.paragraphs
    ]
    told = [(level, text) for level, text in told if text]
    points = len(told) > 1 and (shape.is_placeholder or any(level for level, _ in told))
    if points:
        return "\n".join(f"{'  ' * level}- {text}" for level, text in told)
    return "\n\n".join(text for _, text in told)


def _plural(what: str) -> str:
    return what.replace("chart or drawing", "charts or drawing") + "s"
