"""The settings of a managed login style that nobody changed.

The values are those of the example in the API reference of UpdateManagedLoginBranding; colours
are RRGGBBAA. Data only: what it means is in :mod:`poolhouse.domain.branding_settings`.
"""

from __future__ import annotations

from typing import Any, Final

Part = dict[str, Any]


def _both(dark: Part, light: Part) -> Part:
    return {"darkMode": dark, "lightMode": light}


def _opaque(color: str) -> str:
    return f"{color}ff"


def _status(*states: tuple[str, str, str]) -> Part:
    return {
        name: {
            "backgroundColor": _opaque(background),
            "borderColor": _opaque(line),
            "indicatorColor": _opaque(line),
        }
        for name, background, line in states
    }


def _states(**colors: tuple[str | None, ...]) -> Part:
    """State to background, border and text, as far as each is given."""
    return {
        state: {
            f"{part}Color": _opaque(color)
            for part, color in zip(("background", "border", "text"), given, strict=False)
            if color
        }
        for state, given in colors.items()
    }


def _band() -> Part:
    """Page header and footer."""
    return {
        "backgroundImage": {"enabled": False},
        **_both(
            {"background": {"color": _opaque("0f141a")}, "borderColor": _opaque("424650")},
            {"background": {"color": _opaque("fafafa")}, "borderColor": _opaque("d5dbdb")},
        ),
        "logo": {"enabled": False, "location": "START"},
    }


DEFAULTS: Final[Part] = {
    "categories": {
        "auth": {
            "authMethodOrder": [
                [
                    {"display": "BUTTON", "type": "FEDERATED"},
                    {"display": "INPUT", "type": "USERNAME_PASSWORD"},
                ]
            ],
            "federation": {"interfaceStyle": "BUTTON_LIST", "order": []},
        },
        "form": {
            "displayGraphics": True,
            "instructions": {"enabled": False},
            "languageSelector": {"enabled": False},
            "location": {"horizontal": "CENTER", "vertical": "CENTER"},
            "sessionTimerDisplay": "NONE",
        },
        "global": {
            "colorSchemeMode": "LIGHT",
            "pageFooter": {"enabled": False},
            "pageHeader": {"enabled": False},
            "spacingDensity": "REGULAR",
        },
        "signUp": {"acceptanceElements": [{"enforcement": "NONE", "textKey": "en"}]},
    },
    "componentClasses": {
        "buttons": {"borderRadius": 8.0},
        "divider": _both({"borderColor": _opaque("232b37")}, {"borderColor": _opaque("ebebf0")}),
        "dropDown": {
            "borderRadius": 8.0,
            **_both(
                {
                    "defaults": {"itemBackgroundColor": _opaque("192534")},
                    "hover": {
                        "itemBackgroundColor": _opaque("081120"),
                        "itemBorderColor": _opaque("5f6b7a"),
                        "itemTextColor": _opaque("e9ebed"),
                    },
                    "match": {
                        "itemBackgroundColor": _opaque("d1d5db"),
                        "itemTextColor": _opaque("89bdee"),
                    },
                },
                {
                    "defaults": {"itemBackgroundColor": _opaque("ffffff")},
                    "hover": {
                        "itemBackgroundColor": _opaque("f4f4f4"),
                        "itemBorderColor": _opaque("7d8998"),
                        "itemTextColor": _opaque("000716"),
                    },
                    "match": {
                        "itemBackgroundColor": _opaque("414d5c"),
                        "itemTextColor": _opaque("0972d3"),
                    },
                },
            ),
        },
        "focusState": _both({"borderColor": _opaque("539fe5")}, {"borderColor": _opaque("0972d3")}),
        "idpButtons": {"icons": {"enabled": True}},
        "input": {
            "borderRadius": 8.0,
            **_both(
                {
                    "defaults": {
                        "backgroundColor": _opaque("0f1b2a"),
                        "borderColor": _opaque("5f6b7a"),
                    },
                    "placeholderColor": _opaque("8d99a8"),
                },
                {
                    "defaults": {
                        "backgroundColor": _opaque("ffffff"),
                        "borderColor": _opaque("7d8998"),
                    },
                    "placeholderColor": _opaque("5f6b7a"),
                },
            ),
        },
        "inputDescription": _both(
            {"textColor": _opaque("8d99a8")}, {"textColor": _opaque("5f6b7a")}
        ),
        "inputLabel": _both({"textColor": _opaque("d1d5db")}, {"textColor": _opaque("000716")}),
        "link": _both(
            {
                "defaults": {"textColor": _opaque("539fe5")},
                "hover": {"textColor": _opaque("89bdee")},
            },
            {
                "defaults": {"textColor": _opaque("0972d3")},
                "hover": {"textColor": _opaque("033160")},
            },
        ),
        "optionControls": _both(
            {
                "defaults": {
                    "backgroundColor": _opaque("0f1b2a"),
                    "borderColor": _opaque("7d8998"),
                },
                "selected": {
                    "backgroundColor": _opaque("539fe5"),
                    "foregroundColor": _opaque("000716"),
                },
            },
            {
                "defaults": {
                    "backgroundColor": _opaque("ffffff"),
                    "borderColor": _opaque("7d8998"),
                },
                "selected": {
                    "backgroundColor": _opaque("0972d3"),
                    "foregroundColor": _opaque("ffffff"),
                },
            },
        ),
        "statusIndicator": _both(
            {
                **_status(("error", "1a0000", "eb6f6f")),
                "pending": {"indicatorColor": "AAAAAAAA"},
                **_status(("success", "001a02", "29ad32"), ("warning", "1d1906", "e0ca57")),
            },
            {
                **_status(("error", "fff7f7", "d91515")),
                "pending": {"indicatorColor": "AAAAAAAA"},
                **_status(("success", "f2fcf3", "037f0c"), ("warning", "fffce9", "8d6605")),
            },
        ),
    },
    "components": {
        "alert": {
            "borderRadius": 12.0,
            **_both(
                {"error": {"backgroundColor": _opaque("1a0000"), "borderColor": _opaque("eb6f6f")}},
                {"error": {"backgroundColor": _opaque("fff7f7"), "borderColor": _opaque("d91515")}},
            ),
        },
        "favicon": {"enabledTypes": ["ICO", "SVG"]},
        "form": {
            "backgroundImage": {"enabled": False},
            "borderRadius": 8.0,
            **_both(
                {"backgroundColor": _opaque("0f1b2a"), "borderColor": _opaque("424650")},
                {"backgroundColor": _opaque("ffffff"), "borderColor": _opaque("c6c6cd")},
            ),
            "logo": {
                "enabled": False,
                "formInclusion": "IN",
                "location": "CENTER",
                "position": "TOP",
            },
        },
        "idpButton": {
            "custom": {},
            "standard": _both(
                _states(
                    active=("354150", "89bdee", "89bdee"),
                    defaults=("0f1b2a", "c6c6cd", "c6c6cd"),
                    hover=("192534", "89bdee", "89bdee"),
                ),
                _states(
                    active=("d3e7f9", "033160", "033160"),
                    defaults=("ffffff", "424650", "424650"),
                    hover=("f2f8fd", "033160", "033160"),
                ),
            ),
        },
        "pageBackground": {
            **_both({"color": _opaque("0f1b2a")}, {"color": _opaque("ffffff")}),
            "image": {"enabled": True},
        },
        "pageFooter": _band(),
        "pageHeader": _band(),
        "pageText": _both(
            {
                "bodyColor": _opaque("b6bec9"),
                "descriptionColor": _opaque("b6bec9"),
                "headingColor": _opaque("d1d5db"),
            },
            {
                "bodyColor": _opaque("414d5c"),
                "descriptionColor": _opaque("414d5c"),
                "headingColor": _opaque("000716"),
            },
        ),
        "phoneNumberSelector": {"displayType": "TEXT"},
        "primaryButton": _both(
            _states(
                active=("539fe5", None, "000716"),
                defaults=("539fe5", None, "000716"),
                disabled=("ffffff", "ffffff"),
                hover=("89bdee", None, "000716"),
            ),
            _states(
                active=("033160", None, "ffffff"),
                defaults=("0972d3", None, "ffffff"),
                disabled=("ffffff", "ffffff"),
                hover=("033160", None, "ffffff"),
            ),
        ),
        "secondaryButton": _both(
            _states(
                active=("354150", "89bdee", "89bdee"),
                defaults=("0f1b2a", "539fe5", "539fe5"),
                hover=("192534", "89bdee", "89bdee"),
            ),
            _states(
                active=("d3e7f9", "033160", "033160"),
                defaults=("ffffff", "0972d3", "0972d3"),
                hover=("f2f8fd", "033160", "033160"),
            ),
        ),
    },
}
