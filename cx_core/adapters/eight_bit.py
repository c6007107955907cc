"""Products with weights of eight bits, for jobs of thousands of texts: half the time, and vectors that are very near.

A processor with VNNI multiplies four times as many eight-bit numbers as floats. What eight bits cannot bear are the
few columns of an encoder's numbers that are twenty times as large as all others (Dettmers et al. 2022, LLM.int8()):
those stay floats. They are the same ones whatever the text, so that any tokens show which.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

_LOUD = 48
"""One column in so many stays as it is."""

_LEVELS = 127
_ENGINE = "onednn"


def able() -> bool:
    """Whether this processor multiplies numbers of eight bits faster than floats, and torch has the products."""
    import torch

    can = torch.cpu.get_capabilities()
    return _ENGINE in torch.backends.quantized.supported_engines and bool(can.get("avx512_vnni") or can.get("avx_vnni"))


class EightBit:
    """x to x @ weight + bias, nearly. Shapes: weight (in, out), bias (out,), x (rows, in).

    `heights`: how large each column of x becomes.
    """

    def __init__(self, weight: Tensor, bias: Tensor, heights: Tensor) -> None:
        import torch

        self._loud = heights.argsort(descending=True)[: max(1, len(heights) // _LOUD)]
        self._floats = weight[self._loud].clone()
        quiet = weight.clone()
        quiet[self._loud] = 0
        self._multiply = torch.ops.quantized.linear_dynamic
        self._packed = _packed(quiet, bias)

    def __call__(self, x: Tensor) -> Tensor:
        """`x` is left as it was."""
        loud = x[:, self._loud]
        x[:, self._loud] = 0
        found: Tensor = self._multiply(x, self._packed, False).addmm_(loud, self._floats)
        x[:, self._loud] = loud
        return found


def _packed(weight: Tensor, bias: Tensor) -> Any:  # noqa: ANN401 - an object of torch's own
    import torch

    rows = weight.t().contiguous()
    steps = (rows.abs().amax(1) / _LEVELS).clamp_min(1e-12).double()
    engine = torch.backends.quantized.engine
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch means to move this elsewhere; requirements.txt says which torch it is
        kept = torch.quantize_per_channel(rows, steps, torch.zeros(len(steps), dtype=torch.long), 0, torch.qint8)
        try:
            torch.backends.quantized.engine = _ENGINE
            return torch.ops.quantized.linear_prepack(kept, bias)
        finally:
            torch.backends.quantized.engine = engine
