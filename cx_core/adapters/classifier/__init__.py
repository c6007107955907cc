"""Labels for short texts, learnt from the knowledge folder's examples.

- `triager`: goals of a message, by `linear` classifiers on `tfidf`; which language it is in: `language_detection`.
- Taught by `training` and `purpose_training`, kept by `model_cache`.
- `shipped_vectors`: of what every start needs; `clause_encoder` shows the encoder a part of an example.
- `clustering` gathers texts that have no label.
"""
