"""Pictures looked into, and drawn anew for the page: what a preview shows is all that it holds.

Pillow reads four formats and no other here; it is imported at the first picture.
"""

from __future__ import annotations

import struct
import threading
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

from cx_core.errors import BadInput

if TYPE_CHECKING:
    import PIL.Image

FORMATS = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
"""Pillow's names; MPO is the JPEG with extra pictures behind it that some cameras write."""

READ = ("JPEG", "PNG", "WEBP", "GIF")
MOST_PIXELS = 50_000_000
"""More, and opening it would take more than 200 MB of memory, however few bytes it came in."""

PREVIEW = 1600
"""The longer side, in pixels."""

QUALITY = 82
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    EOFError,
    AttributeError,
    MemoryError,
    struct.error,
    zlib.error,
)
"""What damaged pictures make Pillow raise; it has no root of its own."""

_one_at_a_time = threading.Lock()


def look(content: bytes) -> tuple[str, bytes] | None:
    """(media type, JPEG of what is seen in it, without anything it carried along), or None if it is no picture.

    Of what moves, the first picture. Raises BadInput if it is a picture that is too large or broken.
    """
    from PIL import Image, UnidentifiedImageError

    with _one_at_a_time:
        try:
            with Image.open(BytesIO(content), formats=READ) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise BadInput(f"the picture has {image.width} by {image.height} points. Send a smaller one")
                return FORMATS[image.format or ""], _drawn_anew(image)
        except UnidentifiedImageError:
            return None
        except Image.DecompressionBombError as error:
            raise BadInput("the picture has too many points. Send a smaller one") from error
        except BROKEN as error:
            raise BadInput("the picture is damaged and cannot be opened. Send it again") from error


def _drawn_anew(image: PIL.Image.Image) -> bytes:
    from PIL import Image, ImageOps

    image.draft("RGB", (PREVIEW, PREVIEW))  # a large JPEG is decoded at a fraction of its size
    seen = image.convert("RGBA") if image.mode in ("P", "1") else image
    seen.thumbnail((PREVIEW, PREVIEW))
    clear = ImageOps.exif_transpose(seen).convert("RGBA")
    paper = Image.new("RGB", clear.size, "white")
    paper.paste(clear, mask=clear.getchannel("A"))
    out = BytesIO()
    paper.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
