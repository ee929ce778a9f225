"""A ``User-Agent`` header as a person would name it: "Firefox on Linux". Descriptive only.

Source: RFC 9110 section 10.1.5; what is not known is called unknown, as the service does.
"""

from __future__ import annotations

from typing import Final

UNKNOWN: Final = "unknown"
_LONGEST: Final = 1024

# In this order: most browsers name others that they want to be taken for.
_BROWSERS: Final = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("Boto3/", "Boto3"),
    ("aws-cli/", "AWS CLI"),
    ("aws-sdk-js/", "AWS SDK for JavaScript"),
    ("aws-sdk-java/", "AWS SDK for Java"),
    ("amazon-cognito-identity-js", "Amplify"),
    ("aws-amplify", "Amplify"),
    ("okhttp", "OkHttp"),
    ("curl/", "curl"),
    ("python-requests", "Requests"),
)
_SYSTEMS: Final = (
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("os/macos", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
    ("os/linux", "Linux"),
)


def describe(user_agent: str) -> str:
    """App and system, as far as they are known; at most 1,024 characters."""
    app = _first(user_agent, _BROWSERS)
    system = _first(user_agent, _SYSTEMS)
    if app and system:
        return f"{app} on {system}"
    return (app or system or user_agent.partition(" ")[0] or UNKNOWN)[:_LONGEST]


def _first(text: str, names: tuple[tuple[str, str], ...]) -> str | None:
    return next((name for mark, name in names if mark in text), None)
