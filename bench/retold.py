"""Knowledge into which sentences were put that somebody wrote of its facts: in words, rows and answers of their own.

`retold.json` holds them with the true values, and beside them sentences that look alike and speak of something else:
another product, case, time or step. A seeded generator chooses which are put in, and alters the numbers of a half.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from pathlib import Path

from bench.altered import Change, another, fact_kind, facts_in
from cx_core.catalogue import Article

SENTENCES = Path(__file__).with_name("retold.json")


def retold(articles: Mapping[str, Article], seed: int) -> tuple[dict[str, Article], tuple[Change, ...]]:
    """A copy with a third of the sentences and of those about something else, at most one an article."""
    chance = random.Random(seed)
    told = json.loads(SENTENCES.read_text(encoding="utf-8"))
    texts = {id: article.text for id, article in articles.items()}
    changes: list[Change] = []
    wanted = [(into, text, of) for into, text, of in told["retold"]] + [
        (into, text, []) for into, text in told["other"]
    ]
    for into, text, of in chance.sample(wanted, len(wanted)):
        if any(change.article == into for change in changes) or len(changes) >= len(wanted) / 3:
            continue
        facts = facts_in(text)
        wrong = bool(of and facts) and chance.random() < 0.67
        made = text
        if wrong:
            fact = facts[-1] if len(facts) > 1 and text.startswith(("|", "#", "*")) else facts[0]
            made = text[: fact.start()] + another(fact, chance) + text[fact.end() :]
        kind = fact_kind(facts[0]) if wrong else "same" if of else "other"
        above = chance.choice(("", "## Good to know\n"))
        texts[into] = f"{texts[into].rstrip()}\n\n{above}{made}"
        changes.append(Change(kind, "retold", wrong, into, made, " or ".join(of), text))
    return {id: article.replace(text=texts[id]) for id, article in articles.items()}, tuple(changes)
