"""Shorter and more formal by rules alone: only what rules do well, so that nothing that matters is lost."""

from __future__ import annotations

import re
from functools import partial

from cx_core.catalogue import Company

_SENTENCE = re.compile(r"(?<=[.!?])[ \t]+")
_COURTESY = re.compile(
    r"(?:thank you|thanks|many thanks|(?:I am|I['’]m|we are|we['’]re)?\s*(?:so |very |truly |really )?sorry"
    r"|(?:I|we) apologi[sz]e|(?:my|our) apologies|(?:I|we) hope (?:this|that) helps|have a (?:good|nice|lovely) day)\b",
    re.IGNORECASE,
)
"""How a sentence begins that says nothing but courtesy."""
_FACT = re.compile(r"[\d{}£$€@?]|\w+://|\b(?:but|because|if|unless|please|will|can)\b", re.IGNORECASE)
_SPELT = (
    (r"\bcan['’]t\b", "cannot"),
    (r"\bwon['’]t\b", "will not"),
    (r"\bshan['’]t\b", "shall not"),
    (r"\b(\w+)n['’]t\b", r"\1 not"),
    (r"\b(I)['’]m\b", r"\1 am"),
    (r"\b(you|we|they|who)['’]re\b", r"\1 are"),
    (r"\b(I|you|we|they|who)['’]ve\b", r"\1 have"),
    (r"\b(I|you|we|they|he|she|it|that|there|who)['’]ll\b", r"\1 will"),
    (r"\b(I|you|we|they|he|she)['’]d (like|be|need|prefer|love|want|suggest|recommend|have to)\b", r"\1 would \2"),
    (r"\b(he|she|it|that|there|here|what|who)['’]s (been|got|gone|had|become)\b", r"\1 has \2"),
    (r"\b(he|she|it|that|there|here|what)['’]s\b", r"\1 is"),
    (r"\blet['’]s\b", "let us"),
)
"""Short forms that can be read in one way only, or in one way before these words; the others stay."""
_GREETING = re.compile(r"\A\s*(?:hi|hey|hiya|hello)(?: there)?\b[ \t]*", re.IGNORECASE)
_PLAIN = ((r"\bthanks\b(?! to)", "thank you"), (r"!+(?=\s|$)", "."), (r"\bOK\b", "all right"))


def shorter(text: str, company: Company) -> str:
    """Without the closing line and sentences of mere courtesy; a paragraph is not emptied but for the closing."""
    paragraphs = text.replace("\r", "").split("\n\n")
    kept = [_without_courtesy(one) for one in paragraphs if one.strip() != company.closing.strip()]
    return "\n\n".join(kept).strip()


def _without_courtesy(paragraph: str) -> str:
    sentences = _SENTENCE.split(paragraph)
    needed = [one for one in sentences if not _COURTESY.match(one) or _FACT.search(one)]
    return " ".join(needed) if needed and len(needed) < len(sentences) else paragraph


def more_formal(text: str) -> str:
    """Short forms spelt out, a greeting that begins with Dear, no exclamations."""
    formal = _GREETING.sub("Dear ", text, count=1) if re.search(r"\A[^\n]*,\s*\n", text) else text
    formal = re.sub(r"\ADear ,", "Dear customer,", formal)
    for pattern, spelt in (*_SPELT, *_PLAIN):
        formal = re.sub(pattern, partial(_cased, spelt), formal, flags=re.IGNORECASE)
    return formal


def _cased(spelt: str, match: re.Match[str]) -> str:
    made = match.expand(spelt)
    return made[0].upper() + made[1:] if match[0][0].isupper() else made
