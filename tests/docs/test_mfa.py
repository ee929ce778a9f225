"""The page about second factors runs as pasted."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from server import Server

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "mfa.md"


def test_the_page_runs_as_pasted(server_of_today: Server) -> None:
    text = PAGE.read_text(encoding="utf-8").replace("http://localhost:4566", server_of_today.url)
    interpreter: dict[str, Any] = {}
    for block in re.findall(r"^```python\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE):
        exec(compile(block, PAGE.name, "exec"), interpreter)  # noqa: S102 - our own text
    found = interpreter["idp"].describe_user_pool(UserPoolId=interpreter["pool"])["UserPool"]
    assert found["DeviceConfiguration"]["ChallengeRequiredOnNewDevice"] is True
    tokens = interpreter["sign_in"]()
    assert tokens["ChallengeName"] == "EMAIL_OTP"
