"""Languages by py3langid: naive Bayes over byte groups, its model inside the package, no network."""

from __future__ import annotations

from functools import cache
from typing import Any

LANGUAGES = (
    "ar",
    "bg",
    "bn",
    "cs",
    "cy",
    "da",
    "de",
    "el",
    "en",
    "es",
    "et",
    "fa",
    "fi",
    "fr",
    "ga",
    "gu",
    "he",
    "hi",
    "hr",
    "hu",
    "it",
    "ja",
    "ko",
    "lt",
    "lv",
    "nl",
    "no",
    "pa",
    "pl",
    "pt",
    "ro",
    "ru",
    "sk",
    "sl",
    "so",
    "sq",
    "sr",
    "sv",
    "ta",
    "te",
    "th",
    "tl",
    "tr",
    "uk",
    "ur",
    "vi",
    "zh",
)
"""What customers write. Left out: dialects and small neighbours, which take short texts from their big ones."""

LONGEST = 2000


class LangId:
    """`ports.Detector`. The first use loads its 4.5 MB, once for the process."""

    def detect(self, text: str) -> tuple[tuple[str, float], ...]:
        ranked = _model().rank(text[:LONGEST])
        return tuple((str(code), float(probability)) for code, probability in ranked)


@cache
def _model() -> Any:  # noqa: ANN401  # py3langid ships no types
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages(LANGUAGES)
    return model
