"""Managed login branding over boto3, and its images over HTTP."""

from __future__ import annotations

import asyncio
import urllib.request
from typing import Any

import pytest

from branding_world import JPEG, SVG, app_client, png
from poolhouse.store import branding
from refusals import refused
from server import Server

DARK = {"categories": {"global": {"colorSchemeMode": "DARK"}}}
LOGO = {"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "PNG"}
UNKNOWN_ID = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def client_id(idp: Any, pool_id: str) -> str:
    return app_client(idp, pool_id)


def _create(idp: Any, pool_id: str, client_id: str, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = idp.create_managed_login_branding(
        UserPoolId=pool_id, ClientId=client_id, **more
    )["ManagedLoginBranding"]
    return made


def _place(made: dict[str, Any]) -> dict[str, str]:
    return {name: made[name] for name in ("UserPoolId", "ManagedLoginBrandingId")}


def test_a_style_is_found_by_id_and_by_client(idp: Any, pool_id: str, client_id: str) -> None:
    made = _create(idp, pool_id, client_id, Settings=DARK, Assets=[{**LOGO, "Bytes": png()}])
    assert made["UseCognitoProvidedValues"] is False
    assert made["Settings"] == DARK
    assert made["Assets"] == [{**LOGO, "Bytes": png()}]
    by_id = idp.describe_managed_login_branding(**_place(made))["ManagedLoginBranding"]
    by_client = idp.describe_managed_login_branding_by_client(
        UserPoolId=pool_id, ClientId=client_id
    )["ManagedLoginBranding"]
    assert by_id == by_client == made


def test_updates_merge(idp: Any, pool_id: str, client_id: str) -> None:
    made = _create(idp, pool_id, client_id, Settings=DARK, Assets=[{**LOGO, "Bytes": png()}])
    changes = {"categories": {"global": {"spacingDensity": "COMPACT"}}}
    favicon = {"Category": "FAVICON_SVG", "ColorMode": "DYNAMIC", "Extension": "SVG", "Bytes": SVG}
    changed = idp.update_managed_login_branding(
        **_place(made), Settings=changes, Assets=[{**LOGO, "Bytes": png(7)}, favicon]
    )["ManagedLoginBranding"]
    assert changed["Settings"]["categories"]["global"] == {
        "colorSchemeMode": "DARK",
        "spacingDensity": "COMPACT",
    }
    described = idp.describe_managed_login_branding(**_place(made))["ManagedLoginBranding"]
    assert sorted(asset["Bytes"] for asset in described["Assets"]) == sorted([png(7), SVG])


def test_merged_resources_have_the_defaults_too(idp: Any, pool_id: str, client_id: str) -> None:
    made = _create(idp, pool_id, client_id, Settings=DARK)
    settings = idp.describe_managed_login_branding(**_place(made), ReturnMergedResources=True)[
        "ManagedLoginBranding"
    ]["Settings"]
    assert settings["categories"]["global"]["colorSchemeMode"] == "DARK"
    assert settings["components"]["primaryButton"]["lightMode"]["defaults"] == {
        "backgroundColor": "0972d3ff",
        "textColor": "ffffffff",
    }


def test_provided_values_take_the_place_of_all(idp: Any, pool_id: str, client_id: str) -> None:
    made = _create(idp, pool_id, client_id, Settings=DARK, Assets=[{**LOGO, "Bytes": png()}])
    changed = idp.update_managed_login_branding(**_place(made), UseCognitoProvidedValues=True)[
        "ManagedLoginBranding"
    ]
    assert changed["UseCognitoProvidedValues"] is True
    assert "Settings" not in changed
    assert "Assets" not in changed
    with refused("InvalidParameterException"):
        idp.update_managed_login_branding(
            **_place(made), UseCognitoProvidedValues=True, Settings=DARK
        )


def test_a_client_has_one_style_until_it_is_deleted(idp: Any, pool_id: str, client_id: str) -> None:
    made = _create(idp, pool_id, client_id, UseCognitoProvidedValues=True)
    with refused("ManagedLoginBrandingExistsException"):
        _create(idp, pool_id, client_id)
    idp.delete_managed_login_branding(**_place(made))
    with refused("ResourceNotFoundException"):
        idp.describe_managed_login_branding(**_place(made))
    _create(idp, pool_id, client_id)


def test_what_is_not_there(idp: Any, pool_id: str, client_id: str) -> None:
    missing = f"ManagedLoginBranding {UNKNOWN_ID} does not exist"
    place = {"UserPoolId": pool_id, "ManagedLoginBrandingId": UNKNOWN_ID}
    with refused("ResourceNotFoundException", missing):
        idp.describe_managed_login_branding(**place)
    with refused("ResourceNotFoundException", missing):
        idp.update_managed_login_branding(**place, Settings=DARK)
    with refused("ResourceNotFoundException", missing):
        idp.delete_managed_login_branding(**place)
    with refused("ResourceNotFoundException"):
        idp.describe_managed_login_branding_by_client(UserPoolId=pool_id, ClientId=client_id)


def test_a_style_goes_with_its_client(idp: Any, pool_id: str, client_id: str) -> None:
    made = _create(idp, pool_id, client_id, Settings=DARK)
    idp.delete_user_pool_client(UserPoolId=pool_id, ClientId=client_id)
    with refused("ResourceNotFoundException"):
        idp.describe_managed_login_branding(**_place(made))


@pytest.mark.parametrize(
    "settings",
    [
        {"colours": {}},
        {"components": {"primryButton": {}}},
        {"components": {"pageBackground": {"lightMode": {"color": "red"}}}},
        {"componentClasses": {"buttons": {"borderRadius": "8px"}}},
        {"categories": {"global": {"colorSchemeMode": "BLUE"}}},
        {"components": {"idpButton": {"custom": {"x": {"label": "</style><script>"}}}}},
        {"categories": []},
    ],
)
def test_settings_are_judged(
    idp: Any, pool_id: str, client_id: str, settings: dict[str, Any]
) -> None:
    with refused("InvalidParameterException"):
        _create(idp, pool_id, client_id, Settings=settings)


@pytest.mark.parametrize(
    "asset",
    [
        {**LOGO, "Bytes": JPEG},
        {**LOGO, "Bytes": b"<html>"},
        {**LOGO},
        {**LOGO, "Category": "FAVICON_ICO", "Bytes": png()},
        {**LOGO, "Category": "WALLPAPER", "Bytes": png()},
    ],
)
def test_assets_are_what_they_say(
    idp: Any, pool_id: str, client_id: str, asset: dict[str, Any]
) -> None:
    with refused("InvalidParameterException"):
        _create(idp, pool_id, client_id, Assets=[asset])


def test_a_request_may_have_two_megabytes(idp: Any, pool_id: str, client_id: str) -> None:
    large = png() + bytes(900_000)
    made = _create(idp, pool_id, client_id, Assets=[{**LOGO, "Bytes": large}])
    assert made["Assets"][0]["Bytes"] == large
    two = [{**LOGO, "ColorMode": mode, "Bytes": large} for mode in ("LIGHT", "DARK")]
    with refused("RequestEntityTooLargeException"):
        idp.update_managed_login_branding(**_place(made), Assets=two)


def test_an_svg_is_served_where_it_can_do_nothing(
    server: Server, idp: Any, pool_id: str, client_id: str
) -> None:
    made = _create(idp, pool_id, client_id, Assets=[{**LOGO, "Extension": "SVG", "Bytes": SVG}])

    async def path() -> str:
        style = await branding.get(server.house.db, pool_id, made["ManagedLoginBrandingId"])
        (asset,) = await branding.assets_of(server.house.db, style)
        return asset.path

    shown = asyncio.run_coroutine_threadsafe(path(), server.loop).result(5)
    with urllib.request.urlopen(server.url + shown) as answer:
        assert answer.read() == SVG
        assert answer.headers["content-type"] == "image/svg+xml"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert "default-src 'none'" in answer.headers["content-security-policy"]
