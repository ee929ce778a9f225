"""In Chromium: a button to another pool, a sign-in there, and back with customized claims."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser

from account_world import PASSWORD
from federation_world import allow, make_harbour
from server import Server
from token_reading import unverified
from triggers_world import make_recorder

CLAIMS = """
attributes = request["userAttributes"]
    if source.startswith("TokenGeneration"):
        event["response"] = {"claimsAndScopeOverrideDetails": {"accessTokenGeneration": {
            "claimsToAddOrOverride": {"hb:name": attributes["name"].upper()}}}}
"""


def test_through_another_pool_and_back(server: Server, chromium: Browser, tmp_path: Path) -> None:
    harbour = make_harbour(server)
    world, callback = harbour.here.world, f"{server.url}/health"
    allow(world, "COGNITO", "Quay", CallbackURLs=[callback])
    recorder = make_recorder(server, tmp_path)
    recorder.answers(CLAIMS)
    world.idp.update_user_pool(
        UserPoolId=world.pool_id,
        LambdaConfig={
            "PreTokenGenerationConfig": {"LambdaArn": recorder.arn, "LambdaVersion": "V2_0"}
        },
    )
    asked: list[str] = []
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(
        f"{harbour.here.base}/oauth2/authorize?response_type=code&client_id={world.client_id}"
        f"&redirect_uri={callback}&state=s&scope=openid"
    )
    page.get_by_role("link", name="Continue with Quay").click()
    page.wait_for_url(f"{harbour.there.base}/login?*")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{callback}?code=*&state=s")
    code = parse_qs(urlsplit(page.url).query)["code"][0]
    context.close()
    tokens = harbour.here.redeem(code, redirect_uri=callback).json()
    identity = unverified(tokens["id_token"])
    assert identity["identities"][0]["providerName"] == "Quay"
    assert identity["name"] == "Ada"
    assert unverified(tokens["access_token"])["hb:name"] == "ADA"
    assert [url for url in asked if not url.startswith((server.url, "data:"))] == []
