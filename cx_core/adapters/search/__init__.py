"""What is found by meaning and by words.

- Which articles are served: `served_articles`; `index_updates` has the index follow them.
- `article_index` of an `index_snapshot`, by `chroma_vectors`, `bm25_index` and `candidates`.
- Answers in published words: `published_answers`, held against other passages by `contradiction_check`.
- Earlier tickets: `solved_case_index`.
"""
