"""A plain BERT encoder without padding, run straight from its weights.

sentence-transformers pads a batch to its longest text and spends more time importing than a ticket takes.
Triage encodes a dozen clauses of very different lengths at once, so here the tokens of all texts lie in one
row after another, and only attention looks at each text by itself. The vectors equal those of
sentence-transformers to rounding (a test says so).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

LONGEST = 4096
"""Characters of a text that are looked at: 256 tokens never need more in any ordinary writing."""

Weights = tuple["Tensor", "Tensor"]
"""A norm's, each of shape (n,); or a product's, (in, out) and (out,): a few rows go through faster than through the
other way round, in which they are kept on disk."""


class _Layer(NamedTuple):
    qkv: Weights
    attended: Weights
    attended_norm: Weights
    wide: Weights
    narrow: Weights
    norm: Weights


def fits(folder: Path) -> bool:
    """Whether the folder holds what this module computes: BERT, mean pooling, unit length, safetensors."""
    try:
        config = json.loads((folder / "config.json").read_text())
        modules = [entry["type"].rsplit(".", 1)[-1] for entry in json.loads((folder / "modules.json").read_text())]
        pooling = json.loads((folder / "1_Pooling" / "config.json").read_text())
    except (OSError, ValueError, KeyError, TypeError):
        return False
    plain = config.get("model_type") == "bert" and config.get("hidden_act") == "gelu"
    absolute = config.get("position_embedding_type", "absolute") == "absolute"
    mean = {name for name, on in pooling.items() if name.startswith("pooling_mode") and on} == {
        "pooling_mode_mean_tokens"
    }
    files = all((folder / name).is_file() for name in ("model.safetensors", "tokenizer.json"))
    return plain and absolute and mean and files and modules == ["Transformer", "Pooling", "Normalize"]


class PackedBert:
    """Texts to unit vectors. Reads only its own tensors, so several threads may call it."""

    def __init__(self, folder: Path) -> None:
        from safetensors.torch import load_file
        from tokenizers import Tokenizer

        config = json.loads((folder / "config.json").read_text())
        longest = json.loads((folder / "sentence_bert_config.json").read_text()).get("max_seq_length", 256)
        self.dimensions: int = config["hidden_size"]
        self._heads: int = config["num_attention_heads"]
        self._epsilon: float = config["layer_norm_eps"]
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(longest)
        weights = {name.removeprefix("bert."): value for name, value in load_file(folder / "model.safetensors").items()}
        self._words = weights["embeddings.word_embeddings.weight"]
        places = weights["embeddings.position_embeddings.weight"]
        self._places = places + weights["embeddings.token_type_embeddings.weight"][0]
        self._first_norm = _pair(weights, "embeddings.LayerNorm")
        self._layers = [_layer(weights, f"encoder.layer.{n}.") for n in range(config["num_hidden_layers"])]

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text, cut to the longest sequence the model knows."""
        cut = [text[:LONGEST] for text in texts]
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(cut)]

    def vectors(self, tokens: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """One row per token list, in the order given: the unit vector, then the mean after half of the layers."""
        import torch

        order = sorted(range(len(tokens)), key=lambda n: len(tokens[n]))
        groups = [(length, len(list(same))) for length, same in groupby(order, key=lambda n: len(tokens[n]))]
        with torch.inference_mode():
            rows = self._forward([tokens[n] for n in order], groups)
            found = np.empty((len(tokens), 2 * self.dimensions), dtype=np.float32)
            found[order] = rows.numpy()
        return found

    def _forward(self, tokens: Sequence[Sequence[int]], groups: Sequence[tuple[int, int]]) -> Tensor:
        import torch
        from torch.nn import functional

        shape, flat = (self.dimensions,), torch.tensor([token for text in tokens for token in text])
        places = torch.cat([torch.arange(length).repeat(count) for length, count in groups])
        x = functional.layer_norm(self._words[flat] + self._places[places], shape, *self._first_norm, self._epsilon)
        half = x
        for number, layer in enumerate(self._layers, start=1):
            attended = self._attention(_product(x, layer.qkv), groups)
            x = x + _product(attended, layer.attended)
            x = functional.layer_norm(x, shape, *layer.attended_norm, self._epsilon)
            x = x + _product(functional.gelu(_product(x, layer.wide)), layer.narrow)
            x = functional.layer_norm(x, shape, *layer.norm, self._epsilon)
            half = x if number == len(self._layers) // 2 else half
        return torch.cat([functional.normalize(_means(x, groups)), _means(half, groups)], dim=1)

    def _attention(self, qkv: Tensor, groups: Sequence[tuple[int, int]]) -> Tensor:
        """Each text attends to itself alone; texts of one length go through together."""
        import torch
        from torch.nn import functional

        found = []
        for part, (length, count) in zip(torch.split(qkv, [n * c for n, c in groups]), groups, strict=True):
            query, key, value = part.view(count, length, 3, self._heads, -1).permute(2, 0, 3, 1, 4)
            mixed = functional.scaled_dot_product_attention(query, key, value)
            found.append(mixed.transpose(1, 2).reshape(count * length, self.dimensions))
        return torch.cat(found)


def _means(x: Tensor, groups: Sequence[tuple[int, int]]) -> Tensor:
    """One row for each text: the mean of its tokens."""
    import torch

    parts = torch.split(x, [length * count for length, count in groups])
    return torch.cat([p.view(count, length, -1).mean(1) for p, (length, count) in zip(parts, groups, strict=True)])


def _product(x: Tensor, weights: Weights) -> Tensor:
    weight, bias = weights
    return bias.addmm(x, weight)


def _pair(weights: dict[str, Tensor], name: str) -> Weights:
    return weights[f"{name}.weight"], weights[f"{name}.bias"]


def _layer(weights: dict[str, Tensor], prefix: str) -> _Layer:
    import torch

    parts = [_pair(weights, f"{prefix}attention.self.{name}") for name in ("query", "key", "value")]
    return _Layer(
        qkv=_turned((torch.cat([weight for weight, _ in parts]), torch.cat([bias for _, bias in parts]))),
        attended=_turned(_pair(weights, prefix + "attention.output.dense")),
        attended_norm=_pair(weights, prefix + "attention.output.LayerNorm"),
        wide=_turned(_pair(weights, prefix + "intermediate.dense")),
        narrow=_turned(_pair(weights, prefix + "output.dense")),
        norm=_pair(weights, prefix + "output.LayerNorm"),
    )


def _turned(weights: Weights) -> Weights:
    weight, bias = weights
    return weight.t().contiguous(), bias
