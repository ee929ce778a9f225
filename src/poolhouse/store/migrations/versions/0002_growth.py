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
        "installation",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_installation"),
    )
    op.execute("INSERT INTO installation (name, value) VALUES ('oldest_server', '0001')")
    op.drop_index("ix_group_members_sub", "group_members")
    op.create_index("ix_group_members_sub", "group_members", ["pool_id", "sub", "group_name"])
    op.create_table(
        "pool_governance",
        sa.Column("pool_id", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("modified_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("pool_id", name="pk_pool_governance"),
    )
    op.create_table(
        "audit_blocks",
        sa.Column("pool_id", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("first_ms", sa.BigInteger, nullable=False),
        sa.Column("last_ms", sa.BigInteger, nullable=False),
        sa.Column("previous_ms", sa.BigInteger, nullable=True),
        sa.Column("records", sa.Text, nullable=False),
        sa.Column("head", sa.Text, nullable=False),
        sa.Column("seal", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "chain_id", "number", name="pk_audit_blocks"),
    )
    op.create_index("ix_audit_blocks_time", "audit_blocks", ["pool_id", "last_ms"])
    op.create_index("ix_audit_blocks_last", "audit_blocks", ["last_ms"])
    op.create_table(
        "recordings",
        sa.Column("pool_id", sa.Text, nullable=False),
        sa.Column("recorded_ms", sa.BigInteger, nullable=False),
        sa.Column("recording_id", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("expires_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "recorded_ms", "recording_id", name="pk_recordings"),
    )
    op.create_index("ix_recordings_expires", "recordings", ["expires_ms"])
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
    _create_styles()
    _create_identity_providers()
    _create_account_records()


def _create_styles() -> None:
    op.create_table(
        "ui_customizations",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("css", sa.Text(), nullable=True),
        sa.Column("css_version", sa.Text(), nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=True),
        sa.Column("image_type", sa.Text(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("modified_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "client_id", name="pk_ui_customizations"),
    )
    op.create_table(
        "managed_login_brandings",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("branding_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("modified_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "branding_id", name="pk_managed_login_brandings"),
    )
    op.create_index(
        "ix_managed_login_brandings_client",
        "managed_login_brandings",
        ["pool_id", "client_id"],
        unique=True,
    )
    op.create_table(
        "branding_assets",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("branding_id", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("color_mode", sa.Text(), nullable=False),
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.Column("extension", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint(
            "pool_id",
            "branding_id",
            "category",
            "color_mode",
            "resource_id",
            name="pk_branding_assets",
        ),
    )
    op.create_table(
        "terms",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("terms_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("modified_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "terms_id", name="pk_terms"),
    )
    op.create_index("ix_terms_client_name", "terms", ["pool_id", "client_id", "name"], unique=True)


def _create_identity_providers() -> None:
    op.create_table(
        "identity_providers",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sealed_secrets", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("modified_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "name", name="pk_identity_providers"),
    )
    op.create_table(
        "identity_provider_identifiers",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "identifier", name="pk_identity_provider_identifiers"),
    )
    op.create_index(
        "ix_identity_provider_identifiers_name",
        "identity_provider_identifiers",
        ["pool_id", "name"],
        unique=False,
    )
    op.create_table(
        "saml_certificates",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("sealed_private_key", sa.LargeBinary(), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "purpose", name="pk_saml_certificates"),
    )
    op.create_table(
        "linked_identities",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("provider_name", sa.Text(), nullable=False),
        sa.Column("attribute", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("sub", sa.Text(), nullable=False),
        sa.Column("is_primary", sa.Integer(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "pool_id", "provider_name", "attribute", "value", name="pk_linked_identities"
        ),
    )
    op.create_index(
        "ix_linked_identities_sub", "linked_identities", ["pool_id", "sub"], unique=False
    )


def _create_account_records() -> None:
    op.create_table(
        "user_pool_replicas",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "region", name="pk_user_pool_replicas"),
    )
    op.create_table(
        "provisioned_limits",
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("requests_per_second", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("region", "category", name="pk_provisioned_limits"),
    )
    _second_factors_and_devices()


def _second_factors_and_devices() -> None:
    op.create_table(
        "user_factors",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("sub", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "sub", name="pk_user_factors"),
    )
    op.create_table(
        "software_tokens",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("sub", sa.Text(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_pending", sa.LargeBinary(), nullable=True),
        sa.Column("friendly_name", sa.Text(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "sub", name="pk_software_tokens"),
    )
    op.create_table(
        "second_factor_failures",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("sub", sa.Text(), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("last_failure_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "sub", name="pk_second_factor_failures"),
    )
    op.create_table(
        "devices",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("sub", sa.Text(), nullable=False),
        sa.Column("device_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("last_address", sa.Text(), nullable=False),
        sa.Column("remembered", sa.Integer(), nullable=False),
        sa.Column("sealed_verifier", sa.LargeBinary(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("modified_ms", sa.BigInteger(), nullable=False),
        sa.Column("authenticated_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "sub", "device_key", name="pk_devices"),
    )
    op.add_column("auth_sessions", sa.Column("failures", sa.BigInteger(), nullable=True))
    op.create_index("ix_auth_sessions_sub", "auth_sessions", ["pool_id", "sub"])
    op.create_index("ix_sign_in_failures_last", "sign_in_failures", ["last_failure_ms"])
    op.create_index("ix_auth_sessions_hash", "auth_sessions", ["session_hash"])
    op.create_table(
        "user_import_jobs",
        sa.Column("pool_id", sa.Text, nullable=False),
        sa.Column("job_id", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("runner", sa.Text, nullable=True),
        sa.Column("lease_ms", sa.BigInteger, nullable=True),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "job_id", name="pk_user_import_jobs"),
    )
    op.create_index(
        "ix_user_import_jobs_created", "user_import_jobs", ["pool_id", "created_ms", "job_id"]
    )
    op.create_index("ix_user_import_jobs_status", "user_import_jobs", ["status"])
    op.create_table(
        "auth_events",
        sa.Column("pool_id", sa.Text, nullable=False),
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("sub", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "event_id", name="pk_auth_events"),
    )
    op.create_index(
        "ix_auth_events_sub", "auth_events", ["pool_id", "sub", "created_ms", "event_id"]
    )
    op.create_index("ix_auth_events_created", "auth_events", ["created_ms"])
    op.create_table(
        "risk_configurations",
        sa.Column("pool_id", sa.Text, nullable=False),
        sa.Column("client_id", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("modified_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "client_id", name="pk_risk_configurations"),
    )
    op.create_table(
        "log_configurations",
        sa.Column("pool_id", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("pool_id", name="pk_log_configurations"),
    )
    op.create_table(
        "spent_states",
        sa.Column("pool_id", sa.Text, nullable=False),
        sa.Column("state_hash", sa.Text, nullable=False),
        sa.Column("expires_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "state_hash", name="pk_spent_states"),
    )
    op.create_index("ix_spent_states_expires", "spent_states", ["expires_ms"])
