"""What the whole user pool API, governance and several servers keep. Only adds: 0001 still runs."""

from __future__ import annotations

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
