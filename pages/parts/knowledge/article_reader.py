"""The published articles, for reading."""

from __future__ import annotations

import streamlit as st

from cx_core.catalogue import Article
from cx_core.records import ArticleId, Person
from pages.parts.components import node, paper
from pages.parts.knowledge.article import AUDIENCES, article_page
from pages.parts.knowledge.article_list import ListEntry, listing
from pages.parts.knowledge.article_usage import use_of
from pages.wiring import desk


def show(someone: Person) -> None:
    """The list on the left, what is read on the right."""
    left, right = st.columns([1, 2.4], gap="large")
    with left:
        st.subheader("Knowledge")
        article = _contents(desk().article_lifecycle.articles(someone))
    with right, st.container(width=760):
        if article:
            read, use = st.tabs(["Article", "Usage"])
            with read:
                article_page(article, AUDIENCES[article.audience])
            with use:
                use_of(someone, ArticleId(article.id))


def _contents(articles: tuple[Article, ...]) -> Article | None:
    words = st.text_input("Find in articles", placeholder="refund, router, roaming…", key="article-words")
    listed = _found(articles, words)
    if not listed:
        paper(node("p", "No article has all these words.", cls="muted"), key="article-none")
        return None
    wanted = st.query_params.get("article", "")
    article = next((one for one in listed if one.id == wanted), listed[0])
    entries: list[ListEntry] = [
        {"id": one.id, "title": one.title, "note": "Internal" if one.audience == "internal" else ""} for one in listed
    ]
    listing(entries, current=article.id, label="Articles", key="articles", on_chosen=open_article)
    return article


def _found(articles: tuple[Article, ...], words: str) -> list[Article]:
    """Articles that hold every word, by title."""
    wanted = words.casefold().split()
    held = [one for one in articles if all(word in f"{one.title} {one.text}".casefold() for word in wanted)]
    return sorted(held, key=lambda one: one.title.casefold())


def open_article(id: str) -> None:
    """Callback: the open article is an id in the URL, so that it can be linked to."""
    st.query_params["article"] = id
