"""The roof: settings become a house, and the house an ASGI application.

The only file where the parts meet. Paths are matched here by hand for the few that are hot; each
face answers for everything below its own prefix.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

import structlog
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from poolhouse import (
    __version__,
    brand_images,
    housekeeping,
    import_uploads,
    inbox_api,
    kms_api,
    logs,
    metrics,
    metrics_page,
    origins,
    tracing,
)
from poolhouse import settings as settings_module
from poolhouse.api import endpoint as user_pool_api
from poolhouse.audit.trail import AuditTrail
from poolhouse.auth.passwords import PasswordHasher
from poolhouse.clock import Clock, SystemClock
from poolhouse.console import pages as console
from poolhouse.errors import AccessDeniedException
from poolhouse.federation.documents import ProviderDocuments
from poolhouse.functions.directory import FunctionDirectory
from poolhouse.governance.rules import GovernanceRules
from poolhouse.hosted import routes as hosted
from poolhouse.house import House
from poolhouse.ids import Ids
from poolhouse.imports import runner as import_runner
from poolhouse.lambda_api import endpoint as lambda_api
from poolhouse.log_delivery import deliver as log_delivery
from poolhouse.messages import unseen
from poolhouse.metrics import Metrics
from poolhouse.oauth import routes as oauth
from poolhouse.readiness import PATH as READY_PATH
from poolhouse.readiness import Readiness
from poolhouse.recording.recorder import Recorder
from poolhouse.requests import Request
from poolhouse.settings import BadSetting, Settings
from poolhouse.store import migrate
from poolhouse.store.database import (
    Database,
    DatabaseBusy,
    DatabaseUnavailable,
    Place,
    open_database,
)
from poolhouse.store.installation import WrongMasterKey, check_master_key
from poolhouse.store.sealing import Sealer, master_key
from poolhouse.throttling import Throttle
from poolhouse.tokens import shadow, signing
from poolhouse.tokens.keys import KeyRing

log = structlog.get_logger("poolhouse")

_SHADOWS_PATIENCE_SECONDS = 1.0
DATABASE_FILE = "poolhouse.sqlite"
REFUSALS = (BadSetting, DatabaseBusy, migrate.SchemaMismatch, WrongMasterKey)
"""Why a server does not start, in a sentence for a person."""

_NEEDS_MASTER_KEY = (
    "a database that servers share needs a master_key that they share: the same 32 random bytes, "
    "in base64, for each (`openssl rand -base64 32` makes some)"
)

_RETRY_AFTER_SECONDS = "1"
_OURS = "/poolhouse/v1/"


def database_place(settings: Settings) -> Place:
    """Where the database of these settings is."""
    return settings.database or settings.data / DATABASE_FILE


async def build_house(
    settings: Settings,
    *,
    clock: Clock | None = None,
    ids: Ids | None = None,
    under_way: Callable[[], int] = lambda: 0,
) -> House:
    """Wire the parts. The database is created or migrated on the way, where that is allowed.

    ``under_way`` is how many requests are being answered.
    Raises one of :data:`REFUSALS`.
    """
    if settings.database and not settings.master_key:
        raise BadSetting(_NEEDS_MASTER_KEY)
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    clock = clock or SystemClock()
    ids = ids or Ids()
    sealer = Sealer(master_key(settings.master_key, settings.data))
    db = await _open_database(settings, sealer)
    if settings.workers > 1:
        metrics.share(settings.data)
    if settings.tracing:
        tracing.enable()
    counts = Metrics()
    return House(
        settings=settings,
        clock=clock,
        ids=ids,
        db=db,
        sealer=sealer,
        keys=KeyRing(sealer, ids),
        signer=signing.choose(settings.signer, under_way),
        passwords=PasswordHasher(memory_kib=settings.hash_memory_kib, passes=settings.hash_passes),
        functions=FunctionDirectory(db, settings, clock, ids, sealer),
        throttle=Throttle(settings, clock, db),
        governance=GovernanceRules(db),
        audit=AuditTrail(db, settings, clock=clock, ids=ids, sealer=sealer, metrics=counts),
        recorder=Recorder(db, ids=ids, sealer=sealer, metrics=counts),
        metrics=counts,
        providers=ProviderDocuments(),
    )


async def _open_database(settings: Settings, sealer: Sealer) -> Database:
    place = database_place(settings)
    await migrate.prepare(place, may_upgrade=settings.may_migrate)
    db = await open_database(
        place, durability=settings.durability, connections=settings.database_connections
    )
    try:
        await check_master_key(db, sealer)
    except WrongMasterKey:
        await db.close()
        raise
    return db


async def close_house(house: House) -> None:
    """Release everything, in the order that lets each part finish its work.

    One that fails keeps no other from finishing; what it raised is raised at the end.
    """
    async with AsyncExitStack() as last_to_first:
        last_to_first.push_async_callback(house.db.close)
        last_to_first.push_async_callback(house.recorder.close)
        last_to_first.push_async_callback(house.audit.close)
        last_to_first.callback(house.keys.close)
        last_to_first.callback(house.passwords.close)
        last_to_first.push_async_callback(house.functions.close)
        last_to_first.push_async_callback(log_delivery.finish)
        last_to_first.push_async_callback(shadow.settle, _SHADOWS_PATIENCE_SECONDS)
        last_to_first.push_async_callback(unseen.finish)


@dataclass
class App:
    """The ASGI application of one server process. The house is built when it starts."""

    settings: Settings
    clock: Clock | None = None
    ids: Ids | None = None
    house: House | None = None
    draining: bool = False
    readiness: Readiness | None = None
    under_way: int = 0
    _background: tuple[asyncio.Task[None], ...] = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            request = Request(scope, receive)
            self.under_way += 1
            try:
                response = await self._observed(request)
            finally:
                self.under_way -= 1
            await response(scope, receive, send)

    async def _observed(self, request: Request) -> Response:
        """The answer, counted and timed, and in the caller's trace."""
        begun = time.perf_counter()
        face = _face(request.scope["path"])
        if tracing.is_on():
            with tracing.continuing(request.headers), tracing.span(face):
                response = await self._safely_answered(request)
        else:
            response = await self._safely_answered(request)
        if response.status_code == 503:
            response.headers["retry-after"] = _RETRY_AFTER_SECONDS
        if self.draining:
            response.headers["connection"] = "close"
        if self.house is not None:
            seconds = time.perf_counter() - begun
            self.house.metrics.request(face, response.status_code, seconds)
        return response

    async def _safely_answered(self, request: Request) -> Response:
        try:
            return await self._answer(request)
        except DatabaseUnavailable as error:
            log.error("the database does not answer", reason=str(error))
            return PlainTextResponse("Unavailable for a moment.", status_code=503)

    async def _answer(self, request: Request) -> Response:
        house = self.house
        if house is None:
            return JSONResponse({"status": "starting"}, status_code=503)
        path: str = request.scope["path"]
        method: str = request.scope["method"]
        if path == "/" and method in ("POST", "OPTIONS"):
            return await _answer_json_api(house, request, method)
        if path in _OF_OPERATORS and method == "GET":
            return await _OF_OPERATORS[path](self, house, request)
        if lambda_api.matches(path):
            return await lambda_api.answer(house, request)
        if path.startswith(_OURS):
            return await _answer_ours(house, request, path, method)
        if console.matches(path):
            return await console.answer(house, request)
        if brand_images.matches(path):
            return await brand_images.answer(house, request)
        if hosted.matches(path):
            return await hosted.answer(house, request)
        return await oauth.answer(house, request)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                try:
                    self.house = await build_house(
                        self.settings,
                        clock=self.clock,
                        ids=self.ids,
                        under_way=lambda: self.under_way,
                    )
                    self.house.keys.make_spares()
                    await self.house.functions.start()
                    self._background = (
                        asyncio.create_task(housekeeping.keep(self.house)),
                        asyncio.create_task(import_runner.run(self.house)),
                    )
                except REFUSALS as error:
                    log.error("the server could not start", reason=str(error))
                    await send({"type": "lifespan.startup.failed", "message": str(error)})
                    return
                except Exception as error:
                    log.exception("the server could not start")
                    await send({"type": "lifespan.startup.failed", "message": str(error)})
                    return
                await send({"type": "lifespan.startup.complete"})
            else:
                for task in self._background:
                    task.cancel()
                # An import hands its job over before the database is closed.
                await asyncio.gather(*self._background, return_exceptions=True)
                if self.house is not None:
                    await close_house(self.house)
                await send({"type": "lifespan.shutdown.complete"})
                return


async def _answer_json_api(house: House, request: Request, method: str) -> Response:
    """What AWS's JSON APIs share one path for."""
    if method == "OPTIONS":
        return user_pool_api.preflight(request)
    if kms_api.matches(request):
        return await kms_api.answer(house, request)
    return await user_pool_api.answer(house, request)


async def _answer_ours(house: House, request: Request, path: str, method: str) -> Response:
    """What Cognito has nothing like."""
    if path.startswith(import_uploads.PATH) and method == "PUT":
        return await import_uploads.answer(house, request)
    if path == inbox_api.PATH and method == "GET":
        return _refusal(house, request) or await inbox_api.answer(house, request)
    from poolhouse.own_api import endpoint as own_api  # with all that can be asked about tokens

    return await own_api.answer(house, request)


async def _health(app: App, house: House, request: Request) -> Response:
    return JSONResponse({"status": "ok", "version": __version__, "signer": house.signer.name})


async def _ready(app: App, house: House, request: Request) -> Response:
    if app.readiness is None:
        app.readiness = Readiness(house.db)
    return await app.readiness.answer(draining=app.draining)


async def _metrics(app: App, house: House, request: Request) -> Response:
    return metrics_page.answer(house, request)


_OF_OPERATORS = {"/health": _health, READY_PATH: _ready, metrics_page.PATH: _metrics}


def _face(path: str) -> str:
    """Which part answers, for metrics: a handful of names, whatever is asked for."""
    if path == "/":
        return "user pool API"
    if path.startswith("/poolhouse/"):
        return "own API"
    if lambda_api.matches(path):
        return "lambda API"
    if path.endswith("/oauth2/token"):
        return "token endpoint"
    return "other"


def _refusal(house: House, request: Request) -> Response | None:
    """What a page of a stranger gets from what is read without a signature."""
    try:
        origins.check(house.settings, request.headers)
    except AccessDeniedException as error:
        headers = {"x-amzn-errortype": error.code}
        return JSONResponse({"message": error.message}, status_code=403, headers=headers)
    return None


def from_environment() -> App:
    """The application of a server process that was started with its settings in the environment."""
    settings = settings_module.load()
    logs.configure(level=settings.log_level, style=settings.log_format)
    return App(settings)
