"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "app_clients",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("modified_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "client_id", name="pk_app_clients"),
    )
    with op.batch_alter_table("app_clients", schema=None) as batch_op:
        batch_op.create_index("ix_app_clients_client_id", ["client_id"], unique=True)

    op.create_table(
        "attempts",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("sub", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("window_start_ms", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "sub", "kind", name="pk_attempts"),
    )
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.create_index("ix_attempts_window", ["window_start_ms"], unique=False)

    op.create_table(
        "auth_sessions",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("session_hash", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("sub", sa.Text(), nullable=False),
        sa.Column("challenge", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=True),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "session_hash", name="pk_auth_sessions"),
    )
    with op.batch_alter_table("auth_sessions", schema=None) as batch_op:
        batch_op.create_index("ix_auth_sessions_expires", ["expires_ms"], unique=False)

    op.create_table(
        "authorization_codes",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("sub", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("used_ms", sa.BigInteger(), nullable=True),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "code_hash", name="pk_authorization_codes"),
    )
    with op.batch_alter_table("authorization_codes", schema=None) as batch_op:
        batch_op.create_index("ix_authorization_codes_expires", ["expires_ms"], unique=False)

    op.create_table(
        "browser_sessions",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("session_hash", sa.Text(), nullable=False),
        sa.Column("sub", sa.Text(), nullable=False),
        sa.Column("auth_time", sa.BigInteger(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "session_hash", name="pk_browser_sessions"),
    )
    with op.batch_alter_table("browser_sessions", schema=None) as batch_op:
        batch_op.create_index("ix_browser_sessions_expires", ["expires_ms"], unique=False)

    op.create_table(
        "client_secrets",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("secret_id", sa.Text(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "client_id", "secret_id", name="pk_client_secrets"),
    )
    op.create_table(
        "codes",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("sub", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "sub", "purpose", name="pk_codes"),
    )
    with op.batch_alter_table("codes", schema=None) as batch_op:
        batch_op.create_index("ix_codes_expires", ["expires_ms"], unique=False)

    op.create_table(
        "domains",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "domain", name="pk_domains"),
    )
    with op.batch_alter_table("domains", schema=None) as batch_op:
        batch_op.create_index("ix_domains_domain", ["domain"], unique=True)

    op.create_table(
        "function_aliases",
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("region", "name", "alias", name="pk_function_aliases"),
    )
    op.create_table(
        "function_permissions",
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("qualifier", sa.Text(), nullable=False),
        sa.Column("statement_id", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "region", "name", "qualifier", "statement_id", name="pk_function_permissions"
        ),
    )
    op.create_table(
        "functions",
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("package", sa.LargeBinary(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("modified_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("region", "name", "version", name="pk_functions"),
    )
    op.create_table(
        "group_members",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("group_name", sa.Text(), nullable=False),
        sa.Column("sub", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "group_name", "sub", name="pk_group_members"),
    )
    with op.batch_alter_table("group_members", schema=None) as batch_op:
        batch_op.create_index("ix_group_members_sub", ["pool_id", "sub"], unique=False)

    op.create_table(
        "groups",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("role_arn", sa.Text(), nullable=True),
        sa.Column("precedence", sa.BigInteger(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("modified_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "name", name="pk_groups"),
    )
    op.create_table(
        "inbox",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "message_id", name="pk_inbox"),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index("ix_inbox_address", ["address", "created_ms"], unique=False)

    op.create_table(
        "password_history",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("sub", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "sub", "created_ms", name="pk_password_history"),
    )
    op.create_table(
        "refresh_tokens",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.Column("superseded_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("pool_id", "token_hash", name="pk_refresh_tokens"),
    )
    with op.batch_alter_table("refresh_tokens", schema=None) as batch_op:
        batch_op.create_index("ix_refresh_tokens_event", ["pool_id", "event_id"], unique=False)
        batch_op.create_index("ix_refresh_tokens_expires", ["expires_ms"], unique=False)

    op.create_table(
        "resource_servers",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "identifier", name="pk_resource_servers"),
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("sub", sa.Text(), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("last_failure_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "sub", name="pk_sign_in_failures"),
    )
    op.create_table(
        "sign_ins",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("origin_jti", sa.Text(), nullable=True),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("sub", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("auth_time", sa.BigInteger(), nullable=False),
        sa.Column("revoked_ms", sa.BigInteger(), nullable=True),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "event_id", name="pk_sign_ins"),
    )
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.create_index("ix_sign_ins_client", ["pool_id", "client_id"], unique=False)
        batch_op.create_index("ix_sign_ins_expires", ["expires_ms"], unique=False)
        batch_op.create_index("ix_sign_ins_sub", ["pool_id", "sub"], unique=False)

    op.create_table(
        "signing_keys",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("kid", sa.Text(), nullable=False),
        sa.Column("token_use", sa.Text(), nullable=False),
        sa.Column("sealed_private_key", sa.LargeBinary(), nullable=False),
        sa.Column("public_jwk", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("retired_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("pool_id", "kid", name="pk_signing_keys"),
    )
    op.create_table(
        "srp_verifiers",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("sub", sa.Text(), nullable=False),
        sa.Column("sealed_verifier", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "sub", name="pk_srp_verifiers"),
    )
    op.create_table(
        "user_aliases",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("attribute", sa.Text(), nullable=False),
        sa.Column("value_key", sa.Text(), nullable=False),
        sa.Column("sub", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "attribute", "value_key", name="pk_user_aliases"),
    )
    with op.batch_alter_table("user_aliases", schema=None) as batch_op:
        batch_op.create_index("ix_user_aliases_sub", ["pool_id", "sub"], unique=False)

    op.create_table(
        "user_pools",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("modified_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", name="pk_user_pools"),
    )
    op.create_table(
        "user_search",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("attribute", sa.Text(), nullable=False),
        sa.Column("value_key", sa.Text(), nullable=False),
        sa.Column("sub", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "attribute", "value_key", "sub", name="pk_user_search"),
    )
    with op.batch_alter_table("user_search", schema=None) as batch_op:
        batch_op.create_index("ix_user_search_sub", ["pool_id", "sub"], unique=False)

    op.create_table(
        "users",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("sub", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("username_key", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Integer(), nullable=False),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("temporary_password_expires_ms", sa.BigInteger(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("modified_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "sub", name="pk_users"),
    )
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.create_index("ix_users_enabled", ["pool_id", "enabled", "sub"], unique=False)
        batch_op.create_index("ix_users_status", ["pool_id", "status", "sub"], unique=False)
        batch_op.create_index("ix_users_username", ["pool_id", "username_key"], unique=True)


def downgrade() -> None:
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_index("ix_users_username")
        batch_op.drop_index("ix_users_status")
        batch_op.drop_index("ix_users_enabled")

    op.drop_table("users")
    with op.batch_alter_table("user_search", schema=None) as batch_op:
        batch_op.drop_index("ix_user_search_sub")

    op.drop_table("user_search")
    op.drop_table("user_pools")
    with op.batch_alter_table("user_aliases", schema=None) as batch_op:
        batch_op.drop_index("ix_user_aliases_sub")

    op.drop_table("user_aliases")
    op.drop_table("srp_verifiers")
    op.drop_table("signing_keys")
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_ins_sub")
        batch_op.drop_index("ix_sign_ins_expires")
        batch_op.drop_index("ix_sign_ins_client")

    op.drop_table("sign_ins")
    op.drop_table("sign_in_failures")
    op.drop_table("resource_servers")
    with op.batch_alter_table("refresh_tokens", schema=None) as batch_op:
        batch_op.drop_index("ix_refresh_tokens_expires")
        batch_op.drop_index("ix_refresh_tokens_event")

    op.drop_table("refresh_tokens")
    op.drop_table("password_history")
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_index("ix_inbox_address")

    op.drop_table("inbox")
    op.drop_table("groups")
    with op.batch_alter_table("group_members", schema=None) as batch_op:
        batch_op.drop_index("ix_group_members_sub")

    op.drop_table("group_members")
    op.drop_table("functions")
    op.drop_table("function_permissions")
    op.drop_table("function_aliases")
    with op.batch_alter_table("domains", schema=None) as batch_op:
        batch_op.drop_index("ix_domains_domain")

    op.drop_table("domains")
    with op.batch_alter_table("codes", schema=None) as batch_op:
        batch_op.drop_index("ix_codes_expires")

    op.drop_table("codes")
    op.drop_table("client_secrets")
    with op.batch_alter_table("browser_sessions", schema=None) as batch_op:
        batch_op.drop_index("ix_browser_sessions_expires")

    op.drop_table("browser_sessions")
    with op.batch_alter_table("authorization_codes", schema=None) as batch_op:
        batch_op.drop_index("ix_authorization_codes_expires")

    op.drop_table("authorization_codes")
    with op.batch_alter_table("auth_sessions", schema=None) as batch_op:
        batch_op.drop_index("ix_auth_sessions_expires")

    op.drop_table("auth_sessions")
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.drop_index("ix_attempts_window")

    op.drop_table("attempts")
    with op.batch_alter_table("app_clients", schema=None) as batch_op:
        batch_op.drop_index("ix_app_clients_client_id")

    op.drop_table("app_clients")
