"""Draws the photos of damage that the live feed's customers send: `python -m scripts.damage_photos`.

They are drawings of ours, the same in every run, so that no picture in the repository is of anything that exists.
"""

from __future__ import annotations

import math
import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

SIZE = (900, 675)
FOLDER = Path(__file__).resolve().parent.parent / "knowledge" / "photos"


def table(dice: random.Random, colour: tuple[int, int, int]) -> Image.Image:
    """A wooden surface, lit from one side."""
    image = Image.new("RGB", SIZE, colour)
    pen = ImageDraw.Draw(image)
    for y in range(0, SIZE[1], 3):
        shade = dice.randint(-14, 14)
        pen.line((0, y, SIZE[0], y + dice.randint(-6, 6)), tuple(c + shade for c in colour), 4)
    for y in range(0, SIZE[1], 170):
        pen.line((0, y, SIZE[0], y + 4), tuple(c - 40 for c in colour), 3)
    return image.filter(ImageFilter.GaussianBlur(1.6))


def cracked_tablet() -> Image.Image:
    dice = random.Random(6)
    image = table(dice, (150, 112, 78))
    thing = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    pen = ImageDraw.Draw(thing)
    pen.rounded_rectangle((170, 110, 740, 560), 34, (34, 37, 42, 255))
    pen.rounded_rectangle((198, 138, 712, 532), 8, (70, 96, 118, 255))
    for x in range(198, 712):
        pen.line((x, 138, x, 532), (62 + x // 14, 88 + x // 16, 112 + x // 20, 255))
    struck = (560, 250)
    for spoke in range(19):
        angle = spoke / 19 * math.tau + dice.uniform(-0.1, 0.1)
        at: tuple[float, float] = struck
        for _ in range(dice.randint(7, 13)):
            angle += dice.uniform(-0.22, 0.22)
            reach = dice.uniform(18, 46)
            to = (at[0] + reach * math.cos(angle), at[1] + reach * math.sin(angle))
            if not (198 < to[0] < 712 and 138 < to[1] < 532):
                break
            pen.line((*at, *to), (232, 240, 244, 255), dice.choice((1, 2, 3)))
            at = to
    for ring in (26, 58, 97, 141):
        around = [
            (
                struck[0] + ring * dice.uniform(0.85, 1.15) * math.cos(step / 16 * math.tau),
                struck[1] + ring * dice.uniform(0.85, 1.15) * math.sin(step / 16 * math.tau),
            )
            for step in range(17)
        ]
        inside = [(x, y) for x, y in around if 200 < x < 710 and 140 < y < 530]
        pen.line(inside, (214, 226, 232, 230), 2)
    return on(image, thing, -7)


def crushed_box() -> Image.Image:
    dice = random.Random(9)
    image = table(dice, (112, 114, 112))
    thing = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    pen = ImageDraw.Draw(thing)
    pen.polygon([(190, 200), (690, 180), (735, 300), (640, 330), (700, 545), (215, 565)], (176, 134, 88, 255))
    pen.polygon([(190, 200), (690, 180), (735, 300), (430, 318), (330, 262)], (198, 156, 106, 255))
    pen.polygon([(640, 330), (735, 300), (700, 545), (612, 470)], (136, 100, 64, 255))
    pen.polygon([(400, 312), (520, 372), (640, 330), (600, 318)], (58, 42, 30, 255))  # where it gave way
    for _ in range(60):
        x, y = dice.uniform(220, 620), dice.uniform(330, 545)
        pen.line((x, y, x + dice.uniform(-40, 40), y + dice.uniform(-9, 9)), (154, 114, 72, 255), 2)
    for crease in ((330, 262, 400, 312), (520, 372, 470, 560), (520, 372, 612, 470), (400, 312, 290, 560)):
        pen.line(crease, (112, 80, 50, 255), 4)
    pen.rectangle((250, 440, 392, 520), (236, 234, 226, 255))
    for bar in range(262, 380, 7):
        pen.line((bar, 452, bar, 496), (40, 40, 40, 255), dice.choice((1, 2, 4)))
    return on(image, thing, 4)


def on(image: Image.Image, thing: Image.Image, angle: float) -> Image.Image:
    """Laid on the table with its shadow, and a little unsharp, as such photos are."""
    turned = thing.rotate(angle, Image.Resampling.BICUBIC)
    shadow = turned.getchannel("A").filter(ImageFilter.GaussianBlur(14)).point(lambda value: int(value * 0.55))
    image.paste((20, 16, 12), (14, 18), shadow)
    image.paste(turned, mask=turned.getchannel("A"))
    return image.filter(ImageFilter.GaussianBlur(0.8))


if __name__ == "__main__":
    for draw in (cracked_tablet, crushed_box):
        draw().save(FOLDER / f"{draw.__name__}.jpg", "JPEG", quality=62, optimize=True)
