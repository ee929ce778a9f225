"""Who stands at a page: the browser, what its app asks for, and how the page shall look to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from poolhouse.accounts.app_requests import AppRequest
from poolhouse.auth.steps import FlowRequest
from poolhouse.domain import secret_hash
from poolhouse.domain.authentication import Visitor
from poolhouse.domain.domains import MANAGED_LOGIN
from poolhouse.domain.records import AppClient, UserPool
from poolhouse.hosted import branding, translations
from poolhouse.hosted.branding import Brand
from poolhouse.hosted.translations import Language
from poolhouse.house import House
from poolhouse.oauth.authorization_requests import AuthorizationRequest
from poolhouse.oauth.visits import Visit
from poolhouse.store import domains
from poolhouse.store.domains import Domain


@dataclass(frozen=True, slots=True)
class Look:
    """``managed`` tells managed login from the classic pages."""

    managed: bool
    language: Language
    brand: Brand


@dataclass(frozen=True, slots=True)
class Guest:
    """A browser with a valid authorization request."""

    house: House
    visit: Visit
    look: Look
    request: AuthorizationRequest

    @property
    def pool(self) -> UserPool:
        return self.request.pool

    @property
    def client(self) -> AppClient:
        return self.request.client

    def url(self, path: str) -> str:
        """Another page, with the authorization request in its query."""
        return f"{self.visit.base}{path}?{self.visit.query}"

    def flow(
        self, name: str, parameters: Mapping[str, str], session: str | None = None
    ) -> FlowRequest:
        """What a person has answered, as a flow takes it.

        The pages are the server's own, so they prove a client's secret by knowing it. They name
        no device (``pages-know-no-devices``).
        """
        proven = {} if not self.client.secrets else {"SECRET_HASH": self._secret_hash(name)}
        given = {"USERNAME": name, **proven, **parameters}
        return FlowRequest(
            self.pool,
            self.client,
            given,
            by_admin=False,
            session=session,
            client_address=self.visit.client_address,
            user_agent=self.visit.user_agent,
            event_id=self.house.ids.uuid(),
        )

    def account(self, name: str) -> AppRequest:
        """A request of the app about a name."""
        hashed = self._secret_hash(name) if self.client.secrets else None
        visitor = Visitor(self.visit.client_address, self.visit.user_agent)
        return AppRequest(self.pool, self.client, name, hashed, visitor=visitor)

    def _secret_hash(self, name: str) -> str:
        return secret_hash.compute(name, self.client.id, self.client.secrets[0])


async def look(house: House, visit: Visit, client: AppClient | None = None) -> Look:
    """How pages look in this place to the users of ``client``, if it is known by now."""
    managed = await is_managed(house, visit)
    brand = await branding.of_client(house, visit, client, managed=managed)
    return Look(managed, translations.choose(visit, managed=managed), brand)


async def is_managed(house: House, visit: Visit) -> bool:
    """Whether pages here are those of managed login; without a domain they are."""
    domain = await _domain(house, visit)
    return domain is None or domain.managed_login_version == MANAGED_LOGIN


async def lacks_style(house: House, guest: Guest) -> bool:
    """Whether a domain of managed login has nothing to show to the client's users."""
    return guest.look.brand.missing and await _domain(house, guest.visit) is not None


async def _domain(house: House, visit: Visit) -> Domain | None:
    """The domain that was visited; under a path, the pool's custom domain before its prefix.

    A pool may have none (``pages-without-domain``).
    """
    found = await domains.of_pool(house.db, visit.pool_id)
    visited = [
        domain
        for domain in found
        if visit.host == domain.name or visit.host.startswith(f"{domain.name}.auth.")
    ]
    custom = [domain for domain in found if domain.custom is not None]
    return next(iter((*visited, *custom, *found)), None)
