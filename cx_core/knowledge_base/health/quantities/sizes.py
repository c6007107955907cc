"""What is measured: data, speeds, lengths, weights."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from cx_core.knowledge_base.health.quantities.numbers import NUMBER, TO, number
from cx_core.knowledge_base.health.quantities.quantity import Quantity
from cx_core.knowledge_base.health.quantities.rates import rated

_SIZES: Mapping[str, tuple[float, str]] = {
    "kb": (1e-6, "GB"),
    "mb": (1e-3, "GB"),
    "gb": (1, "GB"),
    "tb": (1e3, "GB"),
    "kilobyte": (1e-6, "GB"),
    "megabyte": (1e-3, "GB"),
    "gigabyte": (1, "GB"),
    "terabyte": (1e3, "GB"),
    "mbps": (1, "Mbit/s"),
    "mbit/s": (1, "Mbit/s"),
    "gbps": (1e3, "Mbit/s"),
    "gbit/s": (1e3, "Mbit/s"),
    "megabit": (1, "Mbit/s"),
    "gigabit": (1e3, "Mbit/s"),
    "mbit": (1, "Mbit/s"),
    "mhz": (1e-3, "GHz"),
    "ghz": (1, "GHz"),
    "mm": (1e-3, "m"),
    "cm": (1e-2, "m"),
    "m": (1, "m"),
    "km": (1e3, "m"),
    "inch": (0.0254, "m"),
    "inches": (0.0254, "m"),
    "millimetre": (1e-3, "m"),
    "centimetre": (1e-2, "m"),
    "metre": (1, "m"),
    "kilometre": (1e3, "m"),
    "millimeter": (1e-3, "m"),
    "centimeter": (1e-2, "m"),
    "meter": (1, "m"),
    "kilometer": (1e3, "m"),
    "mile": (1609, "m"),
    "foot": (0.3048, "m"),
    "feet": (0.3048, "m"),
    "g": (1e-3, "kg"),
    "kg": (1, "kg"),
    "gram": (1e-3, "kg"),
    "kilogram": (1, "kg"),
    "kilo": (1, "kg"),
    "litre": (1, "l"),
    "liter": (1, "l"),
    "px": (1, "px"),
    "pixel": (1, "px"),
    "watt": (1, "W"),
    "kwh": (1, "kWh"),
    "°c": (1, "°C"),
    "volt": (1, "V"),
}
_SIZE = re.compile(
    rf"(?P<low>{NUMBER})(?:{TO}(?P<high>{NUMBER}))?[\s-]?"
    rf"(?P<unit>{'|'.join(sorted(map(re.escape, _SIZES), key=len)[::-1])})s?(?![\w/])",
    re.I,
)


def sizes(text: str) -> Iterator[Quantity]:
    for found in _SIZE.finditer(text):
        factor, unit = _SIZES[found["unit"].lower()]
        if found["unit"] in ("M", "G") or (found["unit"].lower() in ("m", "g") and not text[found.start()].isdigit()):
            continue
        low, high = number(found["low"]), number(found["high"] or found["low"])
        made = rated(text, Quantity("size", low * factor, high * factor, unit, *found.span()))
        yield made._replace(rate="") if unit == "Mbit/s" else made
