"""What the whole user pool API, governance and several servers keep. Only adds: 0001 still runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "passkeys",
        sa.Column("pool_id", sa.Text, nullable=False),
        sa.Column("credential_id", sa.Text, nullable=False),
        sa.Column("sub", sa.Text, nullable=False),
        sa.Column("relying_party_id", sa.Text, nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "credential_id", name="pk_passkeys"),
    )
    op.create_index("ix_passkeys_sub", "passkeys", ["pool_id", "sub"])
    op.create_table(
        "user_sessions",
        sa.Column("pool_id", sa.Text, nullable=False),
        sa.Column("session_id", sa.Text, nullable=False),
        sa.Column("sub", sa.Text, nullable=False),
        sa.Column("client_id", sa.Text, nullable=False),
        sa.Column("event_id", sa.Text, nullable=True),
        sa.Column("browser_hash", sa.Text, nullable=True),
        sa.Column("origin_session_id", sa.Text, nullable=True),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("user_agent", sa.Text, nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("active_ms", sa.BigInteger, nullable=False),
        sa.Column("expires_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "session_id", name="pk_user_sessions"),
    )
    op.create_index("ix_user_sessions_sub", "user_sessions", ["pool_id", "sub"])
    op.create_index("ix_user_sessions_event", "user_sessions", ["pool_id", "event_id"])
    op.create_index("ix_user_sessions_expires", "user_sessions", ["expires_ms"])
    op.create_table(
        "client_session_configurations",
        sa.Column("pool_id", sa.Text, nullable=False),
        sa.Column("client_id", sa.Text, nullable=False),
        sa.Column("max_validity_minutes", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "client_id", name="pk_client_session_configurations"),
    )
    op.add_column("browser_sessions", sa.Column("methods", sa.Text, nullable=True))
    op.add_column("browser_sessions", sa.Column("session_id", sa.Text, nullable=True))
