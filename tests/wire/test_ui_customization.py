"""UI customization over boto3, and its logo over HTTP."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import Any

import pytest

from branding_world import JPEG, SVG, app_client, png
from refusals import refused

BANNER = ".banner-customizable { background-color: #0b5c7a }"
CSS = f"{BANNER}\n.submitButton-customizable:hover {{ color: red }}"


@pytest.fixture
def styled_pool(idp: Any, fresh_pool_id: str) -> str:
    prefix = "style-" + fresh_pool_id.partition("_")[2].lower()
    idp.create_user_pool_domain(UserPoolId=fresh_pool_id, Domain=prefix)
    return fresh_pool_id


def _get(idp: Any, pool_id: str, **more: str) -> dict[str, Any]:
    shown: dict[str, Any] = idp.get_ui_customization(UserPoolId=pool_id, **more)["UICustomization"]
    return shown


def test_nothing_set_is_an_empty_object(idp: Any, pool_id: str) -> None:
    assert _get(idp, pool_id) == {}


def test_a_client_falls_back_to_the_style_of_all(idp: Any, styled_pool: str) -> None:
    client = app_client(idp, styled_pool)
    idp.set_ui_customization(UserPoolId=styled_pool, CSS=CSS)
    assert _get(idp, styled_pool, ClientId=client)["ClientId"] == "ALL"
    own = ".label-customizable { font-weight: 700 }"
    idp.set_ui_customization(UserPoolId=styled_pool, ClientId=client, CSS=own)
    assert _get(idp, styled_pool, ClientId=client)["CSS"] == own
    assert _get(idp, styled_pool)["CSS"] == CSS
    idp.set_ui_customization(UserPoolId=styled_pool, ClientId=client)
    assert _get(idp, styled_pool, ClientId=client)["CSS"] == CSS


@pytest.mark.parametrize(("image", "kind"), [(png(), "image/png"), (JPEG, "image/jpeg")])
def test_the_logo_is_served_where_it_says(
    idp: Any, styled_pool: str, image: bytes, kind: str
) -> None:
    shown = idp.set_ui_customization(UserPoolId=styled_pool, ImageFile=image)["UICustomization"]
    assert shown["CSSVersion"] == "20260921141320"
    assert f"/{styled_pool}/ALL/20260921141320/assets/images/image." in shown["ImageUrl"]
    with urllib.request.urlopen(shown["ImageUrl"]) as answer:
        assert answer.read() == image
        assert answer.headers["content-type"] == kind
        assert answer.headers["x-content-type-options"] == "nosniff"
    idp.set_ui_customization(UserPoolId=styled_pool, CSS=CSS)
    assert "ImageUrl" not in _get(idp, styled_pool)
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(shown["ImageUrl"])


def test_a_domain_comes_first(idp: Any, pool_id: str) -> None:
    with refused(
        "InvalidParameterException",
        "There has to be an existing domain associated with this user pool",
    ):
        idp.set_ui_customization(UserPoolId=pool_id, CSS=CSS)


@pytest.mark.parametrize(
    "css",
    [
        "@import url(https://example.com/a.css);",
        "@media print { .label-customizable { color: red } }",
        "body { display: none }",
        ".label-customizable, input { color: red }",
        ".label-customizable { background: url(https://example.com/pixel.png) }",
        '.label-customizable { background: image-set("https://example.com/a.png" 1x) }',
        ".label-customizable { input { color: red } }",
        ".label-customizable } body { color: red }",
        '.label-customizable { background: cross-fade("https://example.com/a.png", red) }',
        ".label-customizable { background: u\\72l(https://example.com/pixel.png) }",
        '.label-customizable { content: "</style><script>" }',
        ".label-customizable { color: " + "f(" * 60_000 + "}",
    ],
)
def test_css_stays_within_its_classes(idp: Any, styled_pool: str, css: str) -> None:
    with refused("InvalidParameterException"):
        idp.set_ui_customization(UserPoolId=styled_pool, CSS=css)
    assert _get(idp, styled_pool) == {}


@pytest.mark.parametrize("image", [SVG, b"GIF89a", b"<html></html>", png() + bytes(100_000)])
def test_a_logo_is_a_small_png_or_jpg(idp: Any, styled_pool: str, image: bytes) -> None:
    with refused("InvalidParameterException"):
        idp.set_ui_customization(UserPoolId=styled_pool, ImageFile=image)


def test_an_unknown_client_has_no_style(idp: Any, styled_pool: str) -> None:
    unknown = "1" * 26
    with refused("ResourceNotFoundException", f"User pool client {unknown} does not exist."):
        idp.get_ui_customization(UserPoolId=styled_pool, ClientId=unknown)


def test_a_style_goes_with_its_client(server: Any, idp: Any, styled_pool: str) -> None:
    client = app_client(idp, styled_pool)
    shown = idp.set_ui_customization(UserPoolId=styled_pool, ClientId=client, ImageFile=png())
    idp.delete_user_pool_client(UserPoolId=styled_pool, ClientId=client)
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(shown["UICustomization"]["ImageUrl"])
