"""What is done in the console happens in the pool; what happened is told in the console."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from console_world import PASSWORD, deploy, person_at
from poolhouse.client.server import Client
from server import Server

SOURCE = """
def handler(event, context):
    event["response"] = {"claimsAndScopeOverrideDetails": {"accessTokenGeneration": {
        "claimsToAddOrOverride": {"level": "%s", "sub": "x"}}}}
    return event
"""


class Harbour:
    """A pool whose tokens a function shapes, with one user and one client."""

    def __init__(self, server: Server) -> None:
        self.idp = idp = server.client()
        self.functions = server.client("lambda")
        arn = deploy(server, "levels", SOURCE % "low")
        deploy(server, "levels-new", SOURCE % "high")
        self.pool: str = idp.create_user_pool(
            PoolName="harbour",
            LambdaConfig={"PreTokenGenerationConfig": {"LambdaArn": arn, "LambdaVersion": "V2_0"}},
        )["UserPool"]["Id"]
        self.client: str = idp.create_user_pool_client(
            UserPoolId=self.pool,
            ClientName="app",
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )["UserPoolClient"]["ClientId"]
        idp.admin_create_user(UserPoolId=self.pool, Username="ines", MessageAction="SUPPRESS")
        idp.admin_set_user_password(
            UserPoolId=self.pool, Username="ines", Password=PASSWORD, Permanent=True
        )

    def sign_in(self) -> None:
        self.idp.initiate_auth(
            ClientId=self.client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ines", "PASSWORD": PASSWORD},
        )

    def described(self) -> dict[str, Any]:
        found: dict[str, Any] = self.idp.describe_user_pool(UserPoolId=self.pool)["UserPool"]
        return found

    def app(self) -> dict[str, Any]:
        found: dict[str, Any] = self.idp.describe_user_pool_client(
            UserPoolId=self.pool, ClientId=self.client
        )["UserPoolClient"]
        return found


@pytest.fixture
def own_server(start_server: Callable[..., Server]) -> Server:
    return start_server()


@pytest.fixture
def harbour(own_server: Server) -> Harbour:
    return Harbour(own_server)


def test_recorded_sign_ins_are_replayed_audited_and_charted(
    own_server: Server, chromium: Browser, harbour: Harbour
) -> None:
    with person_at(chromium, own_server) as person:
        person.go("pools", harbour.pool, "recordings")
        person.sees("Nothing is recorded.")
        person.go("pools", harbour.pool, "governance")
        person.card("Recording").get_by_role("button", name="Insert an example").click()
        person.press("Save recording")
        person.sees("Saved.")
        assert Client(own_server.url).governance(harbour.pool)["recording"]["rate"] == 1
        for _ in range(3):
            harbour.sign_in()

        person.go("pools", harbour.pool, "recordings")
        expect(person.card("Recorded calls")).to_contain_text("Calls3")
        person.choose("Mint with", "levels-new")
        person.press("Replay")
        expect(person.card("Report")).to_contain_text("Would get other tokens3")
        expect(person.card("Differences")).to_contain_text("level")

        person.go("pools", harbour.pool, "audit")
        person.choose("Outcome", "ignored")
        person.press("Search")
        records = person.page.get_by_role("region", name="Audit records").get_by_role("row")
        expect(records).to_have_count(4)
        expect(records.nth(1)).to_contain_text("1 ignored")
        records.nth(1).get_by_text("Record").click()
        expect(records.nth(1)).to_contain_text("protected-claim")
        person.press("Verify")
        person.sees("all as written")

        person.go("charts")
        person.sees("3 since the server started")
        sizes = person.page.get_by_role("img", name="Access tokens by bytes: up to 1k: 3")
        expect(sizes).to_be_visible()
        rate = person.page.get_by_role("img", name="Issuances, now: issued 0 a second")
        expect(rate).to_be_visible()
        harbour.sign_in()
        person.sees("4 since the server started")


def test_the_preview_tells_of_names_against_the_policy(
    own_server: Server, chromium: Browser, harbour: Harbour
) -> None:
    policy = {"at_issuance": "warn", "unlisted": "refuse", "prefixes": {"hb.": {"owner": "hb"}}}
    Client(own_server.url).governance(harbour.pool, {"naming_policy": policy})
    with person_at(chromium, own_server) as person:
        person.go("pools", harbour.pool, "preview")
        person.choose("Who", "Somebody made up")
        person.fill("Attributes", "preferred_username=eva\nno sense")
        person.press("Preview")
        refusal = person.page.get_by_role("alert")
        expect(refusal).to_contain_text("this is none: no sense")
        person.fill("Attributes", "preferred_username=eva")
        person.press("Preview")
        expect(person.card("Against the naming policy")).to_contain_text("level")
        expect(person.card("Access token")).to_contain_text('"eva"')
        # Another function, without attaching it.
        person.page.get_by_text("Function, scopes, groups, metadata").click()
        person.choose("Function", "levels-new")
        person.press("Preview")
        expect(person.card("Access token").locator("tr.added")).to_contain_text('"high"')


def test_calls_are_shared_between_versions(
    own_server: Server, chromium: Browser, harbour: Harbour
) -> None:
    with person_at(chromium, own_server) as person:
        person.go("functions", "of", "levels")
        code = person.page.get_by_label("Code of index.py")
        person.press("Publish version")
        expect(person.card("Versions").get_by_role("row")).to_have_count(3)
        code.fill((SOURCE % "höher").strip())
        person.press("Deploy")
        expect(person.card("Code")).not_to_contain_text("not deployed")
        person.press("Publish version")
        expect(person.card("Versions").get_by_role("row")).to_have_count(4)
        person.page.reload()
        expect(code).to_have_value((SOURCE % "höher").strip())
        aliases = person.card("Aliases")
        aliases.get_by_role("textbox", name="Alias").fill("live")
        aliases.get_by_label("Version", exact=True).select_option("1")
        aliases.get_by_label("Second version").select_option("2")
        aliases.get_by_label("Its share, percent").fill("25")
        person.press("Save alias")
        expect(aliases).to_contain_text("version 1: 75 %, version 2: 25 %")
    alias = harbour.functions.get_alias(FunctionName="levels", Name="live")
    assert alias["FunctionVersion"] == "1"
    assert alias["RoutingConfig"]["AdditionalVersionWeights"] == {"2": 0.25}


def test_an_app_client_gets_login_pages(
    own_server: Server, chromium: Browser, harbour: Harbour
) -> None:
    before = harbour.app()
    with person_at(chromium, own_server) as person:
        person.go("pools", harbour.pool, "clients", "of", harbour.client)
        pages = person.card("Login pages")
        pages.get_by_label("This client may use OAuth 2.0").check()
        pages.get_by_label("Authorization code").check()
        pages.get_by_label("Allowed callback URLs").fill("http://localhost/back")
        pages.get_by_label("Scopes").fill("openid\nemail")
        pages.get_by_label("Identity providers").fill("COGNITO")
        person.press("Save login pages")
        with person.page.expect_popup() as opened:
            pages.get_by_role("link", name="View login page").click()
        page = opened.value
        expect(page.get_by_label("Password")).to_be_visible()
        page.close()
        validity = person.card("Token validity")
        validity.get_by_label("Access token", exact=False).first.fill("20")
        validity.get_by_label("Access token unit").select_option("minutes")
        person.press("Save validity")
        expect(validity).to_contain_text("Saved.")
    after = harbour.app()
    assert after["AllowedOAuthFlows"] == ["code"]
    assert (after["AccessTokenValidity"], after["TokenValidityUnits"]["AccessToken"]) == (
        20,
        "minutes",
    )
    assert after["ExplicitAuthFlows"] == before["ExplicitAuthFlows"]


def test_texts_and_triggers_are_changed_one_by_one(
    own_server: Server, chromium: Browser, harbour: Harbour
) -> None:
    with person_at(chromium, own_server) as person:
        person.go("pools", harbour.pool, "message-templates")
        invitation = person.card("Invitation")
        invitation.get_by_label("E-mail subject").fill("Ahoy")
        invitation.get_by_label("E-mail message").fill("{username}, come in: {####}")
        person.press("Save invitation")
        expect(invitation).to_contain_text("Saved.")
        verification = person.card("Verification")
        verification.get_by_label("E-mail message").fill("no code in here")
        person.press("Save verification message")
        expect(person.page.get_by_role("alert")).to_contain_text("InvalidParameterException")
        verification.get_by_label("E-mail message").fill("Here: {####}")
        person.press("Save verification message")
        expect(verification).to_contain_text("Saved.")

        person.go("pools", harbour.pool, "properties")
        person.follow("Add Lambda trigger")
        person.choose("Trigger type", "Sign-up")
        person.choose("Sign-up", "Post confirmation trigger")
        person.choose("Lambda function", "levels-new")
        person.press("Add Lambda trigger")
        rows = person.card("Lambda triggers").get_by_role("row")
        expect(rows).to_have_count(3)
        pool = harbour.described()
        assert pool["LambdaConfig"]["PostConfirmation"].endswith(":levels-new")
        assert pool["LambdaConfig"]["PreTokenGenerationConfig"]["LambdaVersion"] == "V2_0"
        invite = pool["AdminCreateUserConfig"]["InviteMessageTemplate"]
        assert invite["EmailSubject"] == "Ahoy"
        assert pool["VerificationMessageTemplate"]["EmailMessage"] == "Here: {####}"

        rows.filter(has_text="Pre token generation").get_by_role("button", name="Remove").click()
        person.page.get_by_role("dialog").get_by_role("button", name="Remove").click()
        expect(rows).to_have_count(2)
    assert set(harbour.described()["LambdaConfig"]) == {"PostConfirmation"}


def test_groups_are_made_and_filled(
    own_server: Server, chromium: Browser, harbour: Harbour
) -> None:
    with person_at(chromium, own_server) as person:
        person.go("pools", harbour.pool, "groups")
        person.fill("Group name", "pilots")
        person.fill("Precedence", "3")
        person.press("Create group")
        person.follow("pilots")
        person.fill("User name", "nobody")
        person.press("Add user")
        expect(person.page.get_by_role("alert")).to_contain_text("UserNotFoundException")
        person.fill("User name", "ines")
        person.press("Add user")
        expect(person.card("Members")).to_contain_text("CONFIRMED")
    group = harbour.idp.get_group(UserPoolId=harbour.pool, GroupName="pilots")["Group"]
    assert group["Precedence"] == 3
    members = harbour.idp.list_users_in_group(UserPoolId=harbour.pool, GroupName="pilots")["Users"]
    assert [each["Username"] for each in members] == ["ines"]


EXPOSITION = r"""# HELP poolhouse_x_total Things.
# TYPE poolhouse_x_total counter
poolhouse_x_total{name="a\"b\\c\nd",rule="}"} 3.0
poolhouse_x_total{name="",rule="r"} 1e+02
poolhouse_plain 7.5
poolhouse_t_bucket{use="a",le="0.001"} 0.0
poolhouse_t_bucket{use="a",le="0.01"} 6.0
poolhouse_t_bucket{use="b",le="0.01"} 2.0
poolhouse_t_bucket{use="b",le="0.001"} 0.0
poolhouse_t_bucket{use="a",le="+Inf"} 7.0
poolhouse_t_bucket{use="b",le="+Inf"} 3.0
"""
READ = """
async ([text]) => {
  const { between, buckets, parse, quantile, total } = await import("/console/static/metrics.js");
  const samples = parse(text);
  const all = buckets(samples, "poolhouse_t");
  return {
    names: samples.slice(0, 2).map((each) => each.labels.name),
    total: total(samples, "poolhouse_x_total"),
    plain: samples[2].value,
    counts: all.map(([, count]) => count),
    half: quantile(0.5, all),
    most: quantile(0.99, all),
    none: quantile(0.5, between(all, all)) === undefined,
  };
}
"""


def test_metrics_are_read_as_prometheus_writes_them(own_server: Server, chromium: Browser) -> None:
    with person_at(chromium, own_server) as person:
        person.go("pools")
        found = person.page.evaluate(READ, [EXPOSITION])
    assert found["names"] == ['a"b\\c\nd', ""]
    assert (found["total"], found["plain"]) == (103, 7.5)
    assert found["counts"] == [0, 8, 10]
    # Through the bucket from 1 to 10 ms; what is beyond the last bound is told as that bound.
    assert found["half"] == pytest.approx(0.001 + 0.009 * 5 / 8)
    assert found["most"] == 0.01
    assert found["none"] is True
