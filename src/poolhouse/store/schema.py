"""Every table, in one file: the data model at a glance.

Each primary key begins with the pool id (functions: with the account's region), so that a
distributed database can spread the tables. Times are milliseconds since the epoch. ``document``
columns hold JSON text that only its own noun reads. ``revision`` changes with every change of a
row, so that a server process may keep parsed records and know when they are stale.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.schema import PrimaryKeyConstraint

metadata = MetaData()


def _table(name: str, key: tuple[str, ...], *columns: Column[object] | Index) -> Table:
    return Table(name, metadata, *columns, PrimaryKeyConstraint(*key, name=f"pk_{name}"))


def _text(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, Text, nullable=nullable)


def _integer(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, BigInteger, nullable=nullable)


# What holds for the whole database: which servers it is good for, which master key sealed it.
installation = _table("installation", ("name",), _text("name"), _text("value"))

user_pools = _table(
    "user_pools",
    ("pool_id",),
    _text("pool_id"),
    _text("region"),
    _text("document"),
    _integer("revision"),
    _integer("created_ms"),
    _integer("modified_ms"),
)

# What the pool's owner asks to be watched: budgets, recording, a shadow function.
pool_governance = _table(
    "pool_governance",
    ("pool_id",),
    _text("pool_id"),
    _text("document"),
    _integer("modified_ms"),
)

# The audit trail: chained records as JSON lines, many to a row. A chain belongs to one server
# process and pool; ``number`` counts its rows, ``head`` is the keyed hash of its last record, and
# ``seal`` that of everything else in the row.
audit_blocks = _table(
    "audit_blocks",
    ("pool_id", "chain_id", "number"),
    _text("pool_id"),
    _text("chain_id"),
    _integer("number"),
    _integer("first_ms"),
    _integer("last_ms"),
    _integer("previous_ms", nullable=True),
    _text("records"),
    _text("head"),
    _text("seal"),
    Index("ix_audit_blocks_time", "pool_id", "last_ms"),
    Index("ix_audit_blocks_last", "last_ms"),
)

# Calls of the pre token generation function that were kept for replays, sealed.
recordings = _table(
    "recordings",
    ("pool_id", "recorded_ms", "recording_id"),
    _text("pool_id"),
    _integer("recorded_ms"),
    _text("recording_id"),
    Column("sealed", LargeBinary, nullable=False),
    _integer("expires_ms"),
    Index("ix_recordings_expires", "expires_ms"),
)

signing_keys = _table(
    "signing_keys",
    ("pool_id", "kid"),
    _text("pool_id"),
    _text("kid"),
    _text("token_use"),
    Column("sealed_private_key", LargeBinary, nullable=False),
    _text("public_jwk"),
    _integer("created_ms"),
    _integer("retired_ms", nullable=True),
)

app_clients = _table(
    "app_clients",
    ("pool_id", "client_id"),
    _text("pool_id"),
    _text("client_id"),
    _text("document"),
    _integer("revision"),
    _integer("created_ms"),
    _integer("modified_ms"),
    Index("ix_app_clients_client_id", "client_id", unique=True),
)

client_secrets = _table(
    "client_secrets",
    ("pool_id", "client_id", "secret_id"),
    _text("pool_id"),
    _text("client_id"),
    _text("secret_id"),
    Column("sealed_secret", LargeBinary, nullable=False),
    _integer("created_ms"),
)

# How long an app client reuses an SSO session silently; no row means the default.
client_session_configurations = _table(
    "client_session_configurations",
    ("pool_id", "client_id"),
    _text("pool_id"),
    _text("client_id"),
    _integer("max_validity_minutes"),
)

resource_servers = _table(
    "resource_servers",
    ("pool_id", "identifier"),
    _text("pool_id"),
    _text("identifier"),
    _text("document"),
)

domains = _table(
    "domains",
    ("pool_id", "domain"),
    _text("pool_id"),
    _text("domain"),
    _text("document"),
    _integer("created_ms"),
    Index("ix_domains_domain", "domain", unique=True),
)

# ``client_id`` is ``ALL`` for the style of every client that has none of its own.
ui_customizations = _table(
    "ui_customizations",
    ("pool_id", "client_id"),
    _text("pool_id"),
    _text("client_id"),
    _text("css", nullable=True),
    _text("css_version"),
    Column("image", LargeBinary, nullable=True),
    _text("image_type", nullable=True),
    _integer("created_ms"),
    _integer("modified_ms"),
)

managed_login_brandings = _table(
    "managed_login_brandings",
    ("pool_id", "branding_id"),
    _text("pool_id"),
    _text("branding_id"),
    _text("client_id"),
    _text("document"),
    _integer("created_ms"),
    _integer("modified_ms"),
    Index("ix_managed_login_brandings_client", "pool_id", "client_id", unique=True),
)

# ``resource_id`` is empty for what a style has one of; buttons of providers have one icon each.
branding_assets = _table(
    "branding_assets",
    ("pool_id", "branding_id", "category", "color_mode", "resource_id"),
    _text("pool_id"),
    _text("branding_id"),
    _text("category"),
    _text("color_mode"),
    _text("resource_id"),
    _text("extension"),
    _text("digest"),
    Column("content", LargeBinary, nullable=False),
)

terms = _table(
    "terms",
    ("pool_id", "terms_id"),
    _text("pool_id"),
    _text("terms_id"),
    _text("client_id"),
    _text("name"),
    _text("document"),
    _integer("created_ms"),
    _integer("modified_ms"),
    Index("ix_terms_client_name", "pool_id", "client_id", "name", unique=True),
)

# What a provider must keep to itself is in ``sealed_secrets``, and not in ``document``.
identity_providers = _table(
    "identity_providers",
    ("pool_id", "name"),
    _text("pool_id"),
    _text("name"),
    _text("kind"),
    _text("document"),
    Column("sealed_secrets", LargeBinary, nullable=False),
    _integer("revision"),
    _integer("created_ms"),
    _integer("modified_ms"),
)

identity_provider_identifiers = _table(
    "identity_provider_identifiers",
    ("pool_id", "identifier"),
    _text("pool_id"),
    _text("identifier"),
    _text("name"),
    _integer("position"),
    Index("ix_identity_provider_identifiers_name", "pool_id", "name"),
)

# Keys and certificates towards SAML providers: ``purpose`` is ``signing`` or ``encryption``.
saml_certificates = _table(
    "saml_certificates",
    ("pool_id", "purpose"),
    _text("pool_id"),
    _text("purpose"),
    Column("sealed_private_key", LargeBinary, nullable=False),
    Column("certificate", LargeBinary, nullable=False),
    _integer("created_ms"),
)

# Further regions a pool is to be served from: kept, not served.
user_pool_replicas = _table(
    "user_pool_replicas",
    ("pool_id", "region"),
    _text("pool_id"),
    _text("region"),
    _text("status"),
    _text("document"),
    _integer("created_ms"),
)

# Requests per second and API category, where they are not the service's own.
provisioned_limits = _table(
    "provisioned_limits",
    ("region", "category"),
    _text("region"),
    _text("category"),
    _integer("requests_per_second"),
)

# ``username_key`` is the username, lower-cased in case-insensitive pools.
users = _table(
    "users",
    ("pool_id", "sub"),
    _text("pool_id"),
    _text("sub"),
    _text("username"),
    _text("username_key"),
    _text("status"),
    Column("enabled", Integer, nullable=False),
    _text("attributes"),
    _text("password_hash", nullable=True),
    _integer("temporary_password_expires_ms", nullable=True),
    _integer("created_ms"),
    _integer("modified_ms"),
    Index("ix_users_username", "pool_id", "username_key", unique=True),
    Index("ix_users_status", "pool_id", "status", "sub"),
    Index("ix_users_enabled", "pool_id", "enabled", "sub"),
)

# Other names that lead to a user: sign-in attributes and active aliases. One owner each.
user_aliases = _table(
    "user_aliases",
    ("pool_id", "attribute", "value_key"),
    _text("pool_id"),
    _text("attribute"),
    _text("value_key"),
    _text("sub"),
    Index("ix_user_aliases_sub", "pool_id", "sub"),
)

# What ListUsers can search by, one row per searchable attribute that has a value.
user_search = _table(
    "user_search",
    ("pool_id", "attribute", "value_key", "sub"),
    _text("pool_id"),
    _text("attribute"),
    _text("value_key"),
    _text("sub"),
    Index("ix_user_search_sub", "pool_id", "sub"),
)

# Who a user is at identity providers. ``attribute`` is ``Cognito_Subject``, or, until the first
# sign-in, the mapped attribute that an administrator linked by. ``is_primary``: the user was made
# by signing in so, rather than linked.
linked_identities = _table(
    "linked_identities",
    ("pool_id", "provider_name", "attribute", "value"),
    _text("pool_id"),
    _text("provider_name"),
    _text("attribute"),
    _text("value"),
    _text("sub"),
    Column("is_primary", Integer, nullable=False),
    _integer("created_ms"),
    Index("ix_linked_identities_sub", "pool_id", "sub"),
)

password_history = _table(
    "password_history",
    ("pool_id", "sub", "created_ms"),
    _text("pool_id"),
    _text("sub"),
    _integer("created_ms"),
    _text("password_hash"),
)

# What SRP is proven against, sealed; only for the password whose hash it was sealed with.
srp_verifiers = _table(
    "srp_verifiers",
    ("pool_id", "sub"),
    _text("pool_id"),
    _text("sub"),
    Column("sealed_verifier", LargeBinary, nullable=False),
)

# Passkeys: what a signature of the user's authenticator is judged by. ``sign_count`` only grows.
passkeys = _table(
    "passkeys",
    ("pool_id", "credential_id"),
    _text("pool_id"),
    _text("credential_id"),
    _text("sub"),
    _text("relying_party_id"),
    Column("public_key", LargeBinary, nullable=False),
    _integer("sign_count"),
    _text("document"),
    _integer("created_ms"),
    Index("ix_passkeys_sub", "pool_id", "sub"),
)

# ``runner`` is the server process that works on the job, for as long as its lease lasts.
user_import_jobs = _table(
    "user_import_jobs",
    ("pool_id", "job_id"),
    _text("pool_id"),
    _text("job_id"),
    _text("status"),
    _text("document"),
    _text("runner", nullable=True),
    _integer("lease_ms", nullable=True),
    _integer("created_ms"),
    Index("ix_user_import_jobs_created", "pool_id", "created_ms", "job_id"),
    Index("ix_user_import_jobs_status", "status"),
)

# What threat protection remembers of users, and what it does about risk. ``client_id`` is ALL for
# what counts in the whole pool.
auth_events = _table(
    "auth_events",
    ("pool_id", "event_id"),
    _text("pool_id"),
    _text("event_id"),
    _text("sub"),
    _text("document"),
    _integer("created_ms"),
    Index("ix_auth_events_sub", "pool_id", "sub", "created_ms", "event_id"),
    Index("ix_auth_events_created", "created_ms"),
)

risk_configurations = _table(
    "risk_configurations",
    ("pool_id", "client_id"),
    _text("pool_id"),
    _text("client_id"),
    _text("document"),
    _integer("modified_ms"),
)

log_configurations = _table(
    "log_configurations",
    ("pool_id",),
    _text("pool_id"),
    _text("document"),
)

sign_in_failures = _table(
    "sign_in_failures",
    ("pool_id", "sub"),
    _text("pool_id"),
    _text("sub"),
    _integer("failures"),
    _integer("last_failure_ms"),
    Index("ix_sign_in_failures_last", "last_failure_ms"),
)

# Which second factors a user has turned on, as JSON.
user_factors = _table(
    "user_factors",
    ("pool_id", "sub"),
    _text("pool_id"),
    _text("sub"),
    _text("document"),
)

# The secret of a user's authenticator app, sealed; ``sealed_pending`` is one that no code has
# verified yet. ``last_step`` is the time step of the newest code that was used.
software_tokens = _table(
    "software_tokens",
    ("pool_id", "sub"),
    _text("pool_id"),
    _text("sub"),
    Column("sealed_secret", LargeBinary, nullable=True),
    Column("sealed_pending", LargeBinary, nullable=True),
    _text("friendly_name"),
    _integer("last_step"),
)

# Wrong codes in a row, over all auth sessions of a user.
second_factor_failures = _table(
    "second_factor_failures",
    ("pool_id", "sub"),
    _text("pool_id"),
    _text("sub"),
    _integer("failures"),
    _integer("last_failure_ms"),
)

# Devices a user has confirmed. ``sealed_verifier`` is what device SRP is proven against.
devices = _table(
    "devices",
    ("pool_id", "sub", "device_key"),
    _text("pool_id"),
    _text("sub"),
    _text("device_key"),
    _text("name"),
    _text("last_address"),
    Column("remembered", Integer, nullable=False),
    Column("sealed_verifier", LargeBinary, nullable=False),
    _integer("created_ms"),
    _integer("modified_ms"),
    _integer("authenticated_ms"),
)

groups = _table(
    "groups",
    ("pool_id", "name"),
    _text("pool_id"),
    _text("name"),
    _text("description", nullable=True),
    _text("role_arn", nullable=True),
    _integer("precedence", nullable=True),
    _integer("created_ms"),
    _integer("modified_ms"),
)

group_members = _table(
    "group_members",
    ("pool_id", "group_name", "sub"),
    _text("pool_id"),
    _text("group_name"),
    _text("sub"),
    # With the name in it: else the primary key looks better to SQLite, and is all of the pool's.
    Index("ix_group_members_sub", "pool_id", "sub", "group_name"),
)

# One code per user and purpose; a new one replaces the old. Only a keyed hash is kept.
codes = _table(
    "codes",
    ("pool_id", "sub", "purpose"),
    _text("pool_id"),
    _text("sub"),
    _text("purpose"),
    _text("code_hash"),
    _text("destination"),
    _integer("expires_ms"),
    Index("ix_codes_expires", "expires_ms"),
)

# Counts per hour (codes sent, codes tried): what the service's attempt limits are judged by.
attempts = _table(
    "attempts",
    ("pool_id", "sub", "kind"),
    _text("pool_id"),
    _text("sub"),
    _text("kind"),
    _integer("window_start_ms"),
    _integer("count"),
    Index("ix_attempts_window", "window_start_ms"),
)

# The ``Session`` parameter of a challenge, by the hash of its value; ``used`` once it is spent.
# ``failures`` counts the wrong codes it was answered with.
auth_sessions = _table(
    "auth_sessions",
    ("pool_id", "session_hash"),
    _text("pool_id"),
    _text("session_hash"),
    _text("client_id"),
    _text("sub"),
    _text("challenge"),
    _text("document"),
    _integer("used", nullable=True),
    _integer("expires_ms"),
    _integer("failures", nullable=True),
    Index("ix_auth_sessions_expires", "expires_ms"),
    Index("ix_auth_sessions_sub", "pool_id", "sub"),
    Index("ix_auth_sessions_hash", "session_hash"),
)

# One row per user sign-in; every token of it names the event id, and is revoked through it.
sign_ins = _table(
    "sign_ins",
    ("pool_id", "event_id"),
    _text("pool_id"),
    _text("event_id"),
    _text("origin_jti", nullable=True),
    _text("client_id"),
    _text("sub"),
    _text("document"),
    _integer("auth_time"),
    _integer("revoked_ms", nullable=True),
    _integer("expires_ms"),
    Index("ix_sign_ins_sub", "pool_id", "sub"),
    Index("ix_sign_ins_client", "pool_id", "client_id"),
    Index("ix_sign_ins_expires", "expires_ms"),
)

# What a user sees of sign-ins where the pool tracks them: token sessions (``event_id`` is the
# sign-in's) and SSO sessions (``browser_hash`` is the browser session's). They end with what they
# name.
user_sessions = _table(
    "user_sessions",
    ("pool_id", "session_id"),
    _text("pool_id"),
    _text("session_id"),
    _text("sub"),
    _text("client_id"),
    _text("event_id", nullable=True),
    _text("browser_hash", nullable=True),
    _text("origin_session_id", nullable=True),
    _text("address"),
    _text("user_agent"),
    _integer("created_ms"),
    _integer("active_ms"),
    _integer("expires_ms"),
    Index("ix_user_sessions_sub", "pool_id", "sub"),
    Index("ix_user_sessions_event", "pool_id", "event_id"),
    Index("ix_user_sessions_expires", "expires_ms"),
)

# ``superseded_ms`` is set once, by the one request that rotates the token.
refresh_tokens = _table(
    "refresh_tokens",
    ("pool_id", "token_hash"),
    _text("pool_id"),
    _text("token_hash"),
    _text("event_id"),
    _integer("expires_ms"),
    _integer("superseded_ms", nullable=True),
    Index("ix_refresh_tokens_event", "pool_id", "event_id"),
    Index("ix_refresh_tokens_expires", "expires_ms"),
)

# Authorization codes by their hash. ``used_ms`` is set once; the row stays until it expires, so
# that a second use is recognized and ends the sign-in (``event_id``) that the first one opened.
authorization_codes = _table(
    "authorization_codes",
    ("pool_id", "code_hash"),
    _text("pool_id"),
    _text("code_hash"),
    _text("client_id"),
    _text("sub"),
    _text("event_id"),
    _text("document"),
    _integer("used_ms", nullable=True),
    _integer("expires_ms"),
    Index("ix_authorization_codes_expires", "expires_ms"),
)

# Sign-ins of a browser on a pool's pages, by the hash of the cookie. ``methods`` are the factors
# shown, as JSON; ``session_id`` is the SSO session that the user sees of it.
browser_sessions = _table(
    "browser_sessions",
    ("pool_id", "session_hash"),
    _text("pool_id"),
    _text("session_hash"),
    _text("sub"),
    _integer("auth_time"),
    _integer("expires_ms"),
    _text("methods", nullable=True),
    _text("session_id", nullable=True),
    Index("ix_browser_sessions_expires", "expires_ms"),
)

# Answers of identity providers that were taken already: each is good once.
spent_states = _table(
    "spent_states",
    ("pool_id", "state_hash"),
    _text("pool_id"),
    _text("state_hash"),
    _integer("expires_ms"),
    Index("ix_spent_states_expires", "expires_ms"),
)

# Messages to people, kept in development so that a test can read its code.
inbox = _table(
    "inbox",
    ("pool_id", "message_id"),
    _text("pool_id"),
    _text("message_id"),
    _text("address"),
    _text("document"),
    _integer("created_ms"),
    Index("ix_inbox_address", "address", "created_ms"),
)

# ``version`` is ``$LATEST`` or a published number; code lives on disk by its digest.
functions = _table(
    "functions",
    ("region", "name", "version"),
    _text("region"),
    _text("name"),
    _text("version"),
    _text("document"),
    Column("package", LargeBinary, nullable=True),
    _integer("revision"),
    _integer("modified_ms"),
)

function_aliases = _table(
    "function_aliases",
    ("region", "name", "alias"),
    _text("region"),
    _text("name"),
    _text("alias"),
    _text("document"),
    _integer("revision"),
)

function_permissions = _table(
    "function_permissions",
    ("region", "name", "qualifier", "statement_id"),
    _text("region"),
    _text("name"),
    _text("qualifier"),
    _text("statement_id"),
    _text("document"),
)
