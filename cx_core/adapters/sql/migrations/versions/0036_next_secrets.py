"""Connected systems: new credentials beside those in force, until two people have signed them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036_next_secrets"
down_revision = "0035_simulations"


def upgrade() -> None:
    op.add_column("connector", sa.Column("next_secret", sa.LargeBinary(), nullable=True))
