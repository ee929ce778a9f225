"""``House``: what every room needs, in one value, made in :mod:`poolhouse.app` only."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from poolhouse.audit.trail import AuditTrail
    from poolhouse.auth.passwords import PasswordHasher
    from poolhouse.clock import Clock
    from poolhouse.federation.documents import ProviderDocuments
    from poolhouse.functions.directory import FunctionDirectory
    from poolhouse.governance.rules import GovernanceRules
    from poolhouse.ids import Ids
    from poolhouse.metrics import Metrics
    from poolhouse.recording.recorder import Recorder
    from poolhouse.settings import Settings
    from poolhouse.store.database import Database
    from poolhouse.store.sealing import Sealer
    from poolhouse.throttling import Throttle
    from poolhouse.tokens.keys import KeyRing
    from poolhouse.tokens.signing import Signer


@dataclass(frozen=True, slots=True)
class House:
    """The wired parts of one server process."""

    settings: Settings
    clock: Clock
    ids: Ids
    db: Database
    sealer: Sealer
    keys: KeyRing
    signer: Signer
    passwords: PasswordHasher
    functions: FunctionDirectory
    throttle: Throttle
    governance: GovernanceRules
    audit: AuditTrail
    recorder: Recorder
    metrics: Metrics
    providers: ProviderDocuments
    import_started: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a user import waits to be run, so that nobody has to look for it all the time."""
