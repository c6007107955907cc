"""Writes the word lists that masking knows names and places by: `python -m scripts.name_lists WORDS`.

Needs Faker (MIT), which nothing else here does, so it is not among the requirements: `pip install Faker`. WORDS is
a list of English words, one a line, such as Debian's american-english-small; only which names are also ordinary
words is taken from it. The lists change as seldom as names do.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
import unicodedata
import zoneinfo
from collections.abc import Iterable, Iterator
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "cx_core" / "understand" / "words"
NOTICE = "From Faker (https://github.com/joke2k/faker), MIT licence, (c) Daniele Faraglia and contributors."
GIVEN = ("first_names", "first_names_male", "first_names_female", "first_names_nonbinary")
PLACES = ("cities", "city_names", "countries", "states", "counties", "towns")
LOCALES = ("en_US", "en_GB", "en_IE", "en_IN", "en_AU", "en_CA", "de_DE", "de_AT", "de_CH", "es_ES")
"""Whose cities, counties and states are taken."""


def main(words: Path) -> None:
    english = set(words.read_text(encoding="utf-8").split())
    given = {name for person in modules("person") for name in from_lists(person, GIVEN)}
    last = {name for person in modules("person") for name in from_lists(person, ("last_names",))}
    places = {place for address in modules("address", LOCALES) for place in from_lists(address, PLACES, whole=True)}
    zones = (zone.rpartition("/")[2].replace("_", " ").casefold() for zone in zoneinfo.available_timezones())
    places |= {zone for zone in zones if zone.replace(" ", "").isalpha() and len(zone) > 3}
    write("given", given, english)
    write("surnames", last, english)
    write("places", places, english)


def modules(kind: str, locales: Iterable[str] = ()) -> Iterator[object]:
    """Faker's providers of a kind, of all locales or of these."""
    package = importlib.import_module(f"faker.providers.{kind}")
    for found in pkgutil.iter_modules(package.__path__):
        if not locales or found.name in locales:
            yield importlib.import_module(f"{package.__name__}.{found.name}").Provider


def from_lists(provider: object, names: Iterable[str], *, whole: bool = False) -> Iterator[str]:
    """The entries, in small letters and in Latin script, with and without accents; in single words unless `whole`."""
    for name in names:
        entries = getattr(provider, name, ())
        for entry in () if isinstance(entries, property) else entries or ():
            for part in (entry,) if whole else entry.replace("-", " ").split():
                folded = part.strip(".'’").casefold()
                if len(folded) > 1 and all(ord(letter) < 0x250 for letter in folded):
                    plain = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
                    yield from {folded, plain} if len(plain) == len(folded) else {folded}


def write(name: str, entries: set[str], english: set[str]) -> None:
    """One a line; an asterisk after those that are ordinary English words as well."""
    lines = [f"{entry}*" if entry in english else entry for entry in sorted(entries) if not entry.isdigit()]
    (FOLDER / f"{name}.txt").write_text("\n".join([f"# {NOTICE}", *lines]) + "\n", encoding="utf-8")
    print(f"{name}: {len(lines)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
