"""The brand of an app client: a style sheet of its own, and logos, all from this origin.

Classic pages take the CSS and logo of SetUICustomization, managed login the style of
CreateManagedLoginBranding. Source: Amazon Cognito developer guide, "Apply branding to managed
login pages".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlencode

from starlette.responses import Response

from poolhouse.domain.branding_settings import completed
from poolhouse.domain.records import AppClient
from poolhouse.hosted import brand_style
from poolhouse.hosted.brand_style import at, images
from poolhouse.house import House
from poolhouse.oauth import responses
from poolhouse.oauth.visits import Visit
from poolhouse.store import branding, styles
from poolhouse.store.branding import Branding, StoredAsset

STYLE_PATH: Final = "/brand.css"


@dataclass(frozen=True, slots=True)
class Logo:
    """``dark`` is another image for browsers in the dark, if there is one.

    ``location`` is START, CENTER or END; ``below`` tells a logo under the form.
    """

    light: str
    dark: str | None = None
    location: str = "CENTER"
    below: bool = False
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """Page header or footer, where it is shown at all."""

    logo: Logo | None


@dataclass(frozen=True, slots=True)
class Brand:
    """URLs of what is shown; None where there is nothing. ``missing`` tells a client without the
    style that managed login asks for.
    """

    style: str | None = None
    logo: Logo | None = None
    icons: Mapping[str, str] = field(default_factory=dict)
    header: Band | None = None
    footer: Band | None = None
    missing: bool = False


async def of_client(
    house: House, visit: Visit, client: AppClient | None, *, managed: bool
) -> Brand:
    """What is set for the client, or for all clients of its pool; plain without a client."""
    if client is None:
        return Brand()
    if not managed:
        return await _classic(house, visit, client)
    found = await branding.of_client(house.db, visit.pool_id, client.id)
    if found is None:
        return Brand(missing=True)
    if found.uses_provided_values:
        return Brand()
    assets = await branding.assets_of(house.db, found)
    return _managed(visit, found, assets)


async def style(house: House, visit: Visit, *, managed: bool) -> Response:
    """The style sheet of the client that is named in the query."""
    client_id = visit.parameters.get("client_id", "")
    text: str | None = None
    if managed:
        found = await branding.of_client(house.db, visit.pool_id, client_id)
        if found is not None and not found.uses_provided_values:
            text = _sheet(found, await branding.assets_of(house.db, found))
    else:
        classic = await styles.in_force(house.db, visit.pool_id, client_id)
        if classic is not None and classic.css:
            # Classic styles know of no dark scheme.
            text = f":root {{ color-scheme: light; }}\n{classic.css}"
    if text is None:
        return responses.not_found("Not Found")
    headers = {
        "content-type": "text/css;charset=UTF-8",
        "cache-control": "public, max-age=300",
        "x-content-type-options": "nosniff",
    }
    return Response(text, headers=headers)


async def _classic(house: House, visit: Visit, client: AppClient) -> Brand:
    found = await styles.in_force(house.db, visit.pool_id, client.id)
    if found is None:
        return Brand()
    url = _style_url(visit, client.id, found.css_version) if found.css else None
    return Brand(style=url, logo=Logo(found.image_path) if found.image_path else None)


def _managed(visit: Visit, found: Branding, assets: tuple[StoredAsset, ...]) -> Brand:
    settings = completed(found.settings)
    version = sha256(_sheet(found, assets).encode()).hexdigest()[:16]
    icons = {
        asset.kind: asset.path
        for asset in assets
        if asset.category.startswith("FAVICON")
        and asset.kind in (at(settings, ("components", "favicon", "enabledTypes")) or ())
    }
    return Brand(
        style=_style_url(visit, found.client_id, version),
        logo=_logo(settings, assets, "form", "FORM_LOGO"),
        icons=icons,
        header=_band(settings, assets, "pageHeader", "PAGE_HEADER_LOGO"),
        footer=_band(settings, assets, "pageFooter", "PAGE_FOOTER_LOGO"),
    )


def _band(
    settings: Mapping[str, Any], assets: tuple[StoredAsset, ...], part: str, category: str
) -> Band | None:
    if at(settings, ("categories", "global", part, "enabled")) is not True:
        return None
    return Band(_logo(settings, assets, part, category))


def _logo(
    settings: Mapping[str, Any], assets: tuple[StoredAsset, ...], part: str, category: str
) -> Logo | None:
    place = at(settings, ("components", part, "logo")) or {}
    mode = at(settings, ("categories", "global", "colorSchemeMode"))
    scheme = {"LIGHT": "light", "DARK": "dark"}.get(mode, "light dark")
    light, dark = images(assets, category, scheme)
    if light is None or place.get("enabled") is not True:
        return None
    return Logo(
        light,
        dark,
        location=place.get("location", "CENTER"),
        below=place.get("position") == "BOTTOM",
        outside=place.get("formInclusion") == "OUT",
    )


def _sheet(found: Branding, assets: tuple[StoredAsset, ...]) -> str:
    return brand_style.css(completed(found.settings), assets)


def _style_url(visit: Visit, client_id: str, version: str) -> str:
    return f"{visit.base}{STYLE_PATH}?{urlencode({'client_id': client_id, 'v': version})}"
