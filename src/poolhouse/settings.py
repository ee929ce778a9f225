"""Every setting in one table: option, environment variable, entry of the settings file.

Environment over file over default; an option of the command line over all of them. Read once, at
start. ``docs/reference/settings.md`` and the command's help are made from the same table.
"""

from __future__ import annotations

import dataclasses
import ipaddress
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import platformdirs

from poolhouse.domain import quotas

ENVIRONMENT_PREFIX = "POOLHOUSE_"
SECRET = frozenset(
    {
        "access_keys",
        "database",
        "function_environment",
        "master_key",
        "metrics_token",
        "sms_webhook_secret",
        "smtp_password",
    }
)
"""Settings whose values are never shown."""


class BadSetting(ValueError):
    """A setting that is unknown, or whose value cannot be read; the message says which and why."""


def _setting(default: Any, meaning: str) -> Any:
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one server. Field ``port`` is option ``--port`` and ``POOLHOUSE_PORT``."""

    host: str = _setting("127.0.0.1", "address to listen on")
    port: int = _setting(4566, "port to listen on; 0 takes a free one")
    data: Path = _setting(
        Path(platformdirs.user_data_dir("poolhouse")), "directory of the database, keys and logs"
    )
    database: str = _setting(
        "", "`postgresql://…` that servers share; empty keeps SQLite in the data directory"
    )
    database_connections: int = _setting(
        10, "connections of one server process to PostgreSQL, at most"
    )
    migrate_at_start: str = _setting(
        "auto",
        "`always` or `never` migrate the database at start; `auto`: not PostgreSQL in production",
    )
    workers: int = _setting(
        0,
        "server processes that share the port and the database; 0: one per core in production, "
        "one in development",
    )
    allow_remote: bool = _setting(
        False, "let development mode, which takes any credentials, listen beyond this machine"
    )
    drain_seconds: float = _setting(
        0.0, "time after SIGTERM in which /health/ready tells a balancer to send no more requests"
    )
    mode: str = _setting(
        "development", "`development` takes any credentials; `production` checks signatures"
    )
    access_keys: str = _setting(
        "", "`ID:SECRET` pairs, comma-separated, that may call signed operations in production"
    )
    allowed_origins: str = _setting(
        "", "web origins, comma-separated, whose pages may administer a development server"
    )
    public_url: str = _setting("", "base URL that clients see; empty takes http://localhost:PORT")
    issuer_mode: str = _setting(
        "local", "`local`: iss is PUBLIC_URL/POOL_ID; `aws`: iss is the AWS host's form"
    )
    region: str = _setting("us-east-1", "region when a request names none")
    account_id: str = _setting("123456789012", "AWS account id in ARNs")
    strict_oauth: bool = _setting(
        False, "answer as OAuth 2.0 and OpenID Connect say where Cognito deviates from them"
    )
    require_pkce: str = _setting(
        "never", "authorization requests that need a code challenge: `never`, `public`, `always`"
    )
    master_key: str = _setting(
        "", "base64 of 32 bytes that seal keys and secrets; empty keeps one in the data directory"
    )
    durability: str = _setting(
        "full", "`full`: acknowledged means on disk; `normal`: a power cut may lose the last writes"
    )
    signer: str = _setting(
        "auto",
        "who signs tokens: `openssl`, `multibuffer` (the extra of that name), or `auto`: the "
        "latter where it works",
    )
    max_body_bytes: int = _setting(1_048_576, "largest body of a user pool API request")
    trigger_timeout_seconds: float = _setting(5.0, "patience with a trigger function, per attempt")
    trigger_attempts: int = _setting(3, "attempts when a trigger function does not answer in time")
    token_quota: int = _setting(5000, "claims and scopes in both tokens of one issuance, at most")
    token_size_warning_bytes: int = _setting(8192, "token size from which a warning is logged")
    strict_customization: bool = _setting(
        False, "fail an issuance when a wish of the function is ignored, and say why (for CI)"
    )
    audit: str = _setting(
        "buffered",
        "record every issuance: `full` before its tokens leave, `buffered` within a second, `off`",
    )
    audit_retention_days: int = _setting(90, "days after which audit records are deleted")
    metrics_token: str = _setting(
        "", "bearer token that reads /metrics in production; empty shows it in development only"
    )
    tracing: bool = _setting(False, "make OpenTelemetry spans for requests, triggers and tokens")
    enforce_lambda_policy: bool = _setting(
        True, "refuse to call a function whose policy does not let the pool invoke it"
    )
    lambda_endpoint: str = _setting(
        "", "Lambda endpoint for functions that are not registered here; `aws` for AWS itself"
    )
    functions: str = _setting(
        "", "`NAME=PATH` pairs, comma-separated: functions run from these files or folders"
    )
    function_concurrency: int = _setting(4, "worker processes per function and server process")
    function_idle_seconds: float = _setting(300.0, "idle time after which a worker is ended")
    function_environment: str = _setting(
        "", "`NAME=VALUE` pairs, comma-separated, added to every function's environment"
    )
    node: str = _setting("", "Node.js executable; empty looks on PATH, then for `poolhouse[node]`")
    smtp_host: str = _setting("", "SMTP server that e-mail leaves through; empty sends none")
    smtp_port: int = _setting(587, "port of the SMTP server")
    smtp_tls: str = _setting(
        "starttls", "`starttls`, `tls` from the first byte on, or `none`, to the SMTP server"
    )
    smtp_user: str = _setting("", "user name at the SMTP server; empty does not sign in")
    smtp_password: str = _setting("", "password at the SMTP server")
    mail_from: str = _setting(
        "no-reply@localhost", "sender of e-mail from pools whose EmailConfiguration names none"
    )
    sms_webhook: str = _setting("", "URL that SMS are posted to as JSON; empty sends none")
    sms_webhook_secret: str = _setting("", "key of the signature on what is posted there")
    message_timeout_seconds: float = _setting(
        10.0, "patience with the SMTP server or the webhook, per attempt"
    )
    message_attempts: int = _setting(2, "attempts to deliver a message while failures may pass")
    provider_timeout_seconds: float = _setting(
        5.0, "patience with another identity provider, per request"
    )
    custom_email_needs_developer_account: bool = _setting(
        False, "let functions word email only in pools with EmailSendingAccount DEVELOPER, as AWS"
    )
    inbox: bool = _setting(True, "keep every message in the inbox (development mode only)")
    log_endpoint: str = _setting(
        "", "URL that delivered log records are posted to; empty writes files in the data directory"
    )
    breached_passwords: str = _setting(
        "", "file of SHA-1 hashes of passwords known to be stolen, one a line, sorted"
    )
    srp_verifiers: bool = _setting(
        True, "keep what USER_SRP_AUTH needs, sealed, beside each password hash"
    )
    assurance_claims: str = _setting(
        "asked", "tokens say `acr` and `amr` when a level was `asked` for, or `always`"
    )
    lockout: bool = _setting(True, "back off after failed password checks")
    throttle: bool = _setting(
        False, "answer TooManyRequestsException above the rates of API categories and users"
    )
    throttle_rates: str = _setting(
        "", "`CATEGORY=REQUESTS_PER_SECOND` pairs, comma-separated, in place of AWS's default rates"
    )
    revoke_reused_family: bool = _setting(
        True, "re-use of a rotated refresh token revokes its whole family"
    )
    hash_memory_kib: int = _setting(19_456, "argon2id memory (OWASP minimum profile)")
    hash_passes: int = _setting(2, "argon2id passes")
    log_level: str = _setting("info", "`debug`, `info`, `warning` or `error`")
    log_format: str = _setting("auto", "`json`, `text`, or `auto`: text on a terminal")
    strict_responses: bool = _setting(
        False, "fail when an answer does not fit its output shape (for tests)"
    )

    @property
    def base_url(self) -> str:
        """What clients see in front of every path, without a slash at the end."""
        return self.public_url.rstrip("/") or f"http://localhost:{self.port}"

    @property
    def may_migrate(self) -> bool:
        """Whether a server may change the schema of its database when it starts."""
        if self.migrate_at_start == "auto":
            return self.mode == "development" or not self.database
        return self.migrate_at_start == "always"

    def replace(self, **changes: Any) -> Settings:
        """A copy with ``changes``, checked like any other source."""
        return dataclasses.replace(self, **changes)


def meanings() -> dict[str, tuple[str, Any, type]]:
    """Name to (meaning, default, type), in the order of the table."""
    hints = {f.name: type(f.default) for f in fields(Settings)}
    hints["data"] = Path
    return {f.name: (f.metadata["meaning"], f.default, hints[f.name]) for f in fields(Settings)}


def load(
    *,
    options: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
    file: Path | None = None,
) -> Settings:
    """Read the settings. Raises :class:`BadSetting` for an unknown name or an unreadable value."""
    return load_with_origins(options=options, environment=environment, file=file)[0]


def load_with_origins(
    *,
    options: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
    file: Path | None = None,
) -> tuple[Settings, dict[str, str]]:
    """The same, and where each value comes from; a name that is missing there has its default."""
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    table = meanings()
    path = file or environment.get(ENVIRONMENT_PREFIX + "SETTINGS")
    for name, value in _from_file(path).items():
        if name not in table:
            raise BadSetting(f"the settings file has an unknown entry: {name}")
        values[name] = _cast(name, value, table[name][2])
        origins[name] = str(path)
    for name, (_, _, kind) in table.items():
        variable = ENVIRONMENT_PREFIX + name.upper()
        text = environment.get(variable)
        if text is not None:
            values[name] = _cast(name, text, kind)
            origins[name] = variable
    for name, value in (options or {}).items():
        if value is not None:
            values[name] = _cast(name, value, table[name][2])
            origins[name] = "option"
    settings = Settings(**values)
    _check(settings)
    return settings, origins


def to_environment(settings: Settings) -> dict[str, str]:
    """The variables from which another process loads the same settings."""
    return {ENVIRONMENT_PREFIX + name.upper(): str(getattr(settings, name)) for name in meanings()}


def _from_file(path: Path | str | None) -> dict[str, Any]:
    if not path:
        return {}
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting(f"the settings file {path} cannot be read: {error}") from error


def _cast(name: str, value: Any, kind: type) -> Any:
    if kind is bool and isinstance(value, str):
        word = value.strip().lower()
        if word in ("1", "true", "yes", "on"):
            return True
        if word in ("0", "false", "no", "off", ""):
            return False
        raise BadSetting(f"{name} must be true or false, not {value!r}")
    try:
        return kind(value)
    except (TypeError, ValueError) as error:
        raise BadSetting(f"{name} must be a {kind.__name__}, not {value!r}") from error


_CHOICES = {
    "mode": ("development", "production"),
    "issuer_mode": ("local", "aws"),
    "assurance_claims": ("asked", "always"),
    "durability": ("full", "normal"),
    "signer": ("auto", "openssl", "multibuffer"),
    "audit": ("off", "buffered", "full"),
    "migrate_at_start": ("auto", "always", "never"),
    "smtp_tls": ("starttls", "tls", "none"),
    "require_pkce": ("never", "public", "always"),
    "log_level": ("debug", "info", "warning", "error"),
    "log_format": ("json", "text", "auto"),
}

_LEAST = {
    "workers": 0,
    "database_connections": 1,
    "trigger_attempts": 1,
    "message_attempts": 1,
    "function_concurrency": 1,
}


def _check(settings: Settings) -> None:
    for name, allowed in _CHOICES.items():
        if getattr(settings, name) not in allowed:
            raise BadSetting(f"{name} must be one of {', '.join(allowed)}")
    if not 0 <= settings.port <= 65535:
        raise BadSetting("port must be between 0 and 65535")
    if settings.mode == "development" and not settings.allow_remote:
        _check_loopback(settings.host)
    for name, least in _LEAST.items():
        if getattr(settings, name) < least:
            raise BadSetting(f"{name} must be at least {least}")
    try:
        quotas.parse_rates(settings.throttle_rates)
    except ValueError as error:
        raise BadSetting(f"throttle_rates: {error}") from error
    if settings.database and not settings.database.startswith(("postgresql://", "postgres://")):
        raise BadSetting("database must be a URL that begins with postgresql://")
    if settings.mode == "production" and not settings.access_keys:
        raise BadSetting("production mode needs access_keys (ID:SECRET pairs)")


def _check_loopback(host: str) -> None:
    try:
        is_loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    # Whoever reaches a development server can deploy functions to it: code on this machine.
    if not is_loopback:
        raise BadSetting(
            f"development mode takes any credentials, so it listens on this machine only, not on "
            f"{host}; use production mode, or allow_remote if only trusted people can reach it"
        )
