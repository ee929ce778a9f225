"""What an app's brand does to its pages, on each kind of domain."""

from __future__ import annotations

import re
from typing import Any

import pytest

from branding_world import SVG, png
from browser_world import Browser, make_browser
from poolhouse.hosted import brand_style
from server import Server


def add_domain(browser: Browser, version: int) -> None:
    browser.world.idp.create_user_pool_domain(
        UserPoolId=browser.world.pool_id,
        Domain=f"brand-{browser.world.client_id}",
        ManagedLoginVersion=version,
    )


def add_style(browser: Browser, **settings: Any) -> None:
    browser.world.idp.create_managed_login_branding(
        UserPoolId=browser.world.pool_id, ClientId=browser.world.client_id, **settings
    )


def linked(text: str) -> str:
    """The address of the brand's own style sheet."""
    found = re.search(r'rel="stylesheet" href="([^"]*brand\.css[^"]*)"', text)
    assert found, text
    return found[1].replace("&amp;", "&")


def sheet(browser: Browser, text: str) -> str:
    answer = browser.get(f"{browser.world.server.url}{linked(text)}")
    assert answer.headers["content-type"].startswith("text/css")
    assert answer.headers["x-content-type-options"] == "nosniff"
    return answer.text


class TestClassicPages:
    def test_css_and_a_logo(self, browser: Browser) -> None:
        add_domain(browser, 1)
        css = ".submitButton-customizable { background-color: #123456 }"
        set_style = browser.world.idp.set_ui_customization
        set_style(UserPoolId=browser.world.pool_id, CSS=css, ImageFile=png())
        page = browser.page("/login")
        assert css in sheet(browser, page.text)
        logo = re.search(r'<img class="logo-customizable" src="([^"]+)"', page.text)
        assert logo
        image = browser.get(f"{browser.world.server.url}{logo[1]}")
        assert (image.headers["content-type"], image.content) == ("image/png", png())
        assert browser.page("/forgotPassword").text.count("brand.css") == 1
        set_style(
            UserPoolId=browser.world.pool_id,
            ClientId=browser.world.client_id,
            CSS=css.replace("#123456", "#654321"),
        )
        own = browser.page("/login")
        assert "#654321" in sheet(browser, own.text)
        assert "logo-customizable" not in own.text

    def test_a_style_of_managed_login_is_not_theirs(self, browser: Browser) -> None:
        add_domain(browser, 1)
        add_style(browser, Settings={"components": {"form": {"borderRadius": 3.0}}})
        assert "brand.css" not in browser.page("/login").text


class TestManagedLogin:
    def test_without_a_style_there_are_no_pages(self, browser: Browser) -> None:
        add_domain(browser, 2)
        page = browser.page("/login")
        assert page.status_code == 403
        assert "Login pages unavailable. Please contact an administrator." in page.text
        assert "<form" not in page.text
        add_style(browser, UseCognitoProvidedValues=True)
        page = browser.page("/login")
        assert page.status_code == 200
        assert "brand.css" not in page.text

    def test_colours_radii_and_images(self, browser: Browser) -> None:
        add_domain(browser, 2)
        color = {"lightMode": {"color": "112233ff"}, "darkMode": {"color": "aabbcc80"}}
        settings = {
            "categories": {
                "global": {"colorSchemeMode": "DYNAMIC", "pageHeader": {"enabled": True}}
            },
            "components": {
                "form": {"borderRadius": 3.5, "logo": {"enabled": True, "location": "START"}},
                "pageBackground": {**color, "image": {"enabled": True}},
                "pageHeader": {"logo": {"enabled": True}},
                "favicon": {"enabledTypes": ["SVG"]},
            },
        }
        images = [
            ("FORM_LOGO", "LIGHT", "SVG", SVG),
            ("FORM_LOGO", "DARK", "PNG", png(3)),
            ("PAGE_HEADER_LOGO", "DYNAMIC", "PNG", png(4)),
            ("PAGE_BACKGROUND", "LIGHT", "PNG", png(1)),
            ("PAGE_BACKGROUND", "DARK", "PNG", png(2)),
            ("FAVICON_SVG", "DYNAMIC", "SVG", SVG),
        ]
        names = ("Category", "ColorMode", "Extension", "Bytes")
        add_style(
            browser,
            Settings=settings,
            Assets=[dict(zip(names, each, strict=True)) for each in images],
        )
        page = browser.page("/login")
        text = sheet(browser, page.text)
        assert "color-scheme: light dark;" in text
        assert "--page-background: light-dark(#112233ff, #aabbcc80);" in text
        assert "--card-radius: 3.5px;" in text
        paths = re.findall(r'(?:src|srcset|href)="(/[^"]*/assets/[^"]+)"', page.text)
        paths += re.findall(r'url\("([^"]+)"\)', text)
        assert len(set(paths)) == 6 - 1  # the favicon is the same file as the logo
        for path in paths:
            assert browser.get(f"{browser.world.server.url}{path}").status_code == 200
        assert 'class="banner banner-customizable start"' in page.text
        assert '<header class="band">' in page.text
        assert "prefers-color-scheme: dark" in page.text
        assert page.text.count("<img") == 2

    def test_a_change_has_another_address(self, browser: Browser) -> None:
        add_style(browser, Settings={"components": {"form": {"borderRadius": 3.0}}})
        before = linked(browser.page("/login").text)
        found = browser.world.idp.describe_managed_login_branding_by_client(
            UserPoolId=browser.world.pool_id, ClientId=browser.world.client_id
        )["ManagedLoginBranding"]["ManagedLoginBrandingId"]
        browser.world.idp.update_managed_login_branding(
            UserPoolId=browser.world.pool_id,
            ManagedLoginBrandingId=found,
            Settings={"components": {"form": {"borderRadius": 4.0}}},
        )
        assert linked(browser.page("/login").text) != before


@pytest.mark.parametrize(
    "value",
    ["red", "12345", "ffffff", "00000000;}", "ffffffff}*{x:y", None, 12345678, ["ffffffff"]],
)
def test_what_is_no_colour_never_gets_into_a_style_sheet(value: Any) -> None:
    both = {"lightMode": {"color": value}, "darkMode": {"color": value}}
    text = brand_style.css({"components": {"pageBackground": both}}, ())
    assert "--page-background" not in text
    assert text.count("{") == 1


@pytest.mark.parametrize("value", ["3px", "1;}", True, None, {}])
def test_nor_what_is_no_length(value: Any) -> None:
    text = brand_style.css({"components": {"form": {"borderRadius": value}}}, ())
    assert "--card-radius" not in text


class TestTerms:
    def test_both_documents_are_shown_in_the_language_of_the_page(self, browser: Browser) -> None:
        world = browser.world
        base = {"UserPoolId": world.pool_id, "ClientId": world.client_id}
        links = {
            "cognito:default": "https://app.example/en?a=1&b=2",
            "cognito:german": "https://app.example/de",
        }
        kind = {"TermsSource": "LINK", "Enforcement": "NONE", "Links": links}
        world.idp.create_terms(**base, TermsName="terms-of-use", **kind)
        assert "app.example/en" not in browser.page("/signup").text
        world.idp.create_terms(**base, TermsName="privacy-policy", **kind)
        page = browser.page("/signup", lang="de")
        assert page.text.count('href="https://app.example/de"') == 2
        assert "Datenschutzerklärung</a>" in page.text
        page = browser.page("/signup", lang="fr")
        assert page.text.count('href="https://app.example/en?a=1&amp;b=2"') == 2


def test_languages_are_remembered_and_unknown_ones_are_english(server: Server) -> None:
    browser = make_browser(server)
    assert "Anmelden" in browser.page("/login", lang="de").text
    remembered = browser.page("/login")
    assert '<html lang="de">' in remembered.text
    assert remembered.headers["content-language"] == "de"
    assert '<html lang="ja">' in browser.page("/login", lang="ja").text
    assert '<html lang="ja">' in browser.page("/login", lang="tlh").text
    browser.session.cookies.clear()
    assert '<html lang="en">' in browser.page("/login", lang="tlh").text
    refused = browser.submit(browser.page("/login", lang="es"), username="ada", password="x")
    assert "Nombre de usuario o contraseña incorrectos." in refused.text
