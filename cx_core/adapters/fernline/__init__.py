"""Fernline, the demonstration business: its own database behind the back-office and outbox ports.

Its customers write by `live_feed`.
"""

from cx_core.adapters.fernline.back_office import Fernline, Trouble
from cx_core.adapters.fernline.outbox import Delivered, FernlineOutbox
from cx_core.adapters.fernline.seed import open_fernline

__all__ = ["Delivered", "Fernline", "FernlineOutbox", "Trouble", "open_fernline"]
