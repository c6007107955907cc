"""What a text states in numbers: periods, sums of money, shares, sizes, counts, times of day, days, telephone numbers.

Each is given in a base unit of its kind, so that a fortnight is 14 days and "£5" is "5.00 GBP". Numbers that belong to
a name (Hub 5, Fibre 150) are no quantities. English words; figures and signs of any text. One file a kind;
`reading` puts them together, `agreeing` says whether two may both be true.
"""

from cx_core.knowledge_base.health.quantities.agreeing import agree
from cx_core.knowledge_base.health.quantities.names import NAME, named_numbers
from cx_core.knowledge_base.health.quantities.quantity import Kind, Quantity
from cx_core.knowledge_base.health.quantities.reading import quantities

__all__ = [
    "NAME",
    "Kind",
    "Quantity",
    "agree",
    "named_numbers",
    "quantities",
]
