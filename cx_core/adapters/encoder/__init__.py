"""Texts to vectors.

- `minilm`: the encoder that comes with a package, or another by name. `encoder_inference`: run from its weights.
"""
