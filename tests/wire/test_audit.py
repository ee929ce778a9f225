"""The audit trail: every issuance is recorded, can be asked about, and cannot be changed unseen."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import ClauseElement, delete, func, insert, select, update

from poolhouse import housekeeping
from poolhouse.cli import main
from poolhouse.client.server import Client, ServerError
from poolhouse.store.database import Transaction
from poolhouse.store.schema import audit_blocks
from poolhouse.store.statements import Statement
from server import Server
from trigger_world import Pool, claims, make_pool

TIERS = """
def handler(event, context):
    event["response"] = {"claimsAndScopeOverrideDetails": {"accessTokenGeneration": {
        "claimsToAddOrOverride": {"tier": "gold", "sub": "somebody else"},
        "scopesToAdd": ["tides/read"]}}}
    return event
"""
FAILING = "def handler(event, context):\n    raise ValueError('no')\n"


@pytest.fixture(scope="module")
def pool(server: Server) -> Pool:
    return make_pool(server, TIERS, "V3_0")


@pytest.fixture(scope="module")
def asked(server: Server) -> Client:
    return Client(server.url)


def test_a_sign_in_is_recorded_with_its_code_and_its_names(pool: Pool, asked: Client) -> None:
    token = claims(pool.sign_in()["AccessToken"])
    (record,) = asked.audit(pool.id, event_id=token["event_id"])
    assert record["kind"] == "issued"
    assert record["jti"]["access"] == token["jti"]
    assert (record["sub"], record["client"]) == (token["sub"], pool.client)
    assert record["source"] == "Authentication"
    assert record["function"]["version"] == "$LATEST"
    assert len(record["function"]["code_sha256"]) == 64
    changes = {change["name"]: change for change in record["changes"]}
    assert changes["tier"]["outcome"] == "applied"
    assert (changes["sub"]["outcome"], changes["sub"]["rule"]) == ("ignored", "protected-claim")
    assert changes["tides/read"]["kind"] == "scope"
    # The value is told by a keyed hash only.
    assert "value" not in changes["tier"]
    assert "gold" not in json.dumps(record)
    assert len(changes["tier"]["value_hash"]) == 16
    assert record["bytes"]["access"] > 500


def test_refreshes_machines_and_refusals_are_recorded(server: Server, asked: Client) -> None:
    pool = make_pool(server, TIERS, "V3_0")
    pool.refresh(pool.sign_in()["RefreshToken"])
    status, _ = pool.token_endpoint(
        basic=pool.machine_basic, grant_type="client_credentials", scope="tides/read"
    )
    assert status == 200
    pool.redeploy(FAILING)
    with pytest.raises(pool.idp.exceptions.UserLambdaValidationException):
        pool.sign_in()
    told = [(r["kind"], r["source"]) for r in reversed(asked.audit(pool.id)) if "source" in r]
    assert told == [
        ("issued", "Authentication"),
        ("issued", "RefreshTokens"),
        ("issued", "ClientCredentials"),
        ("refused", "Authentication"),
    ]
    (refused,) = asked.audit(pool.id, kind="refused")
    assert refused["error"]["type"] == "UserLambdaValidationException"


def test_which_tokens_carried_a_claim_from_a_version(server: Server, asked: Client) -> None:
    pool = make_pool(server, TIERS)
    functions = pool.functions
    first = functions.publish_version(FunctionName=pool.function)["Version"]
    pool.redeploy(TIERS.replace('"tier"', '"level"'))
    second = functions.publish_version(FunctionName=pool.function)["Version"]
    seen = {}
    for version in (first, second):
        arn = f"arn:aws:lambda:us-east-1:123456789012:function:{pool.function}:{version}"
        functions.add_permission(
            FunctionName=pool.function,
            Qualifier=version,
            StatementId="pools",
            Action="lambda:InvokeFunction",
            Principal="cognito-idp.amazonaws.com",
        )
        pool.idp.update_user_pool(
            UserPoolId=pool.id,
            LambdaConfig={"PreTokenGenerationConfig": {"LambdaArn": arn, "LambdaVersion": "V2_0"}},
        )
        seen[version] = claims(pool.sign_in()["AccessToken"])["jti"]
    found = asked.audit(pool.id, claim="tier", function_version=first)
    assert [record["jti"]["access"] for record in found] == [seen[first]]
    assert asked.audit(pool.id, claim="tier", function_version=second) == []
    assert asked.audit(pool.id, claim="sub") == []
    assert len(asked.audit(pool.id, claim="sub", outcome="ignored")) == 2
    assert len(asked.audit(pool.id, user="ines", claim="tides/read")) == 2
    assert asked.audit(pool.id, since="1h", until="1m") == []


def test_values_are_shown_where_the_owner_allows_it(server: Server, asked: Client) -> None:
    pool = make_pool(server, TIERS)
    asked.governance(pool.id, {"audit_values": ["tier"]})
    pool.sign_in()
    (record,) = asked.audit(pool.id, claim="tier")
    (tier,) = [change for change in record["changes"] if change["name"] == "tier"]
    assert tier["value"] == "gold"


def test_previews_are_recorded(server: Server, asked: Client) -> None:
    pool = make_pool(server, TIERS)
    asked.preview(pool.id, pool.client, user="ines")
    (record,) = asked.audit(pool.id, kind="preview")
    assert record["by"] == "any"
    assert record["function"]["arn"].endswith(f":{pool.function}")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"colour": "red"}, "There is no member colour here"),
        ({"since": "yesterday"}, "since must be"),
        ({"limit": 0}, "limit must be"),
        ({"outcome": "lost"}, "outcome must be"),
        ({"user": "nobody"}, "User does not exist"),
    ],
)
def test_questions_that_cannot_be_answered(
    pool: Pool, asked: Client, query: dict[str, Any], message: str
) -> None:
    with pytest.raises(ServerError, match=message):
        asked.audit(pool.id, **query)


def test_export_is_json_lines_oldest_first(server: Server) -> None:
    pool = make_pool(server, TIERS)
    ids = [claims(pool.sign_in()["AccessToken"])["event_id"] for _ in range(3)]
    arguments = ["audit", "export", "--url", server.url, "--pool", pool.id, "--kind", "issued"]
    printed = CliRunner().invoke(main, arguments).stdout
    assert [json.loads(line)["event_id"] for line in printed.splitlines()] == ids


def test_the_trail_outlives_its_pool(server: Server, asked: Client) -> None:
    pool = make_pool(server, TIERS)
    pool.sign_in()
    asked.governance(pool.id, {"recording": {"rate": 1}})
    pool.sign_in()
    asked.call("GET", f"pools/{pool.id}/recordings")
    pool.idp.delete_user_pool(UserPoolId=pool.id)
    assert len(asked.audit(pool.id, kind="issued")) == 2
    assert pool.id in asked.call("GET", "audit")["pools"]
    assert asked.call("POST", f"pools/{pool.id}/audit/verify", {})["faults"] == []
    # What was recorded of people's sign-ins does not.
    assert asked.call("GET", f"pools/{pool.id}/recordings")["recordings"] == 0


# --- nobody changes it unseen ---


BLOCKS = audit_blocks


class Trail:
    """A server of the test's own, whose database the test changes by hand."""

    def __init__(self, start: Callable[..., Server], data: Path, **settings: Any) -> None:
        # In a file, whatever the others are in: it is changed behind the back of the server.
        self.server = start(data, database="", **settings)
        self.pool = make_pool(self.server, TIERS)
        self.client = Client(self.server.url)

    def change(self, clause: ClauseElement) -> None:
        """Change the database behind the server's back."""
        statement = Statement(clause)

        async def work(transaction: Transaction) -> int:
            return await transaction.run(statement)

        writing = self.server.house.db.write(work)
        assert asyncio.run_coroutine_threadsafe(writing, self.server.loop).result(10) > 0

    def verify(self, *, heads: Any = None) -> dict[str, Any]:
        return self.client.call(
            "POST", f"pools/{self.pool.id}/audit/verify", {"heads": heads} if heads else {}
        )

    def faults(self, **more: Any) -> list[str]:
        return [fault["says"] for fault in self.verify(**more)["faults"]]


@pytest.fixture
def trail(start_server: Callable[..., Server], tmp_path: Path) -> Trail:
    made = Trail(start_server, tmp_path / "data", audit="full")
    for _ in range(4):
        made.pool.sign_in()
    return made


def test_an_untouched_trail_has_no_faults(trail: Trail) -> None:
    found = trail.verify()
    assert found["faults"] == []
    assert found["records"] == 5  # four sign-ins, and how the chain was opened
    assert found["blocks"] == 4


def test_editing_one_record_by_hand_is_found(trail: Trail) -> None:
    edited = func.replace(BLOCKS.c.records, '"tier"', '"tire"')
    trail.change(update(BLOCKS).where(BLOCKS.c.number == 2).values(records=edited))
    (fault,) = trail.verify()["faults"]
    assert (fault["block"], fault["place"]) == (2, 0)
    assert "was changed" in fault["says"]
    arguments = ["audit", "verify", "--url", trail.server.url, "--pool", trail.pool.id]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    assert "block 2, record 0" in result.output


def test_a_removed_record_and_a_removed_block_are_found(trail: Trail) -> None:
    trail.change(delete(BLOCKS).where(BLOCKS.c.number == 1))
    assert trail.faults() == ["blocks 1 to 1 are missing"]


def test_the_beginning_cut_off_is_found(trail: Trail) -> None:
    trail.change(delete(BLOCKS).where(BLOCKS.c.number == 0))
    assert trail.faults() == ["blocks 0 to 0 are missing, and not for their age"]


def test_reordered_records_are_found(trail: Trail) -> None:
    trail.change(update(BLOCKS).where(BLOCKS.c.number == 1).values(number=99))
    trail.change(update(BLOCKS).where(BLOCKS.c.number == 2).values(number=1))
    trail.change(update(BLOCKS).where(BLOCKS.c.number == 99).values(number=2))
    assert len(trail.faults()) >= 2


def test_the_end_cut_off_is_found_by_whoever_saw_it(trail: Trail, tmp_path: Path) -> None:
    arguments = ["audit", "verify", "--url", trail.server.url, "--heads", str(tmp_path / "heads")]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    trail.change(delete(BLOCKS).where(BLOCKS.c.number == 3))
    assert trail.faults() == []
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    assert "was seen before and is gone" in result.output


def test_a_whole_chain_cannot_go_missing(
    start_server: Callable[..., Server], tmp_path: Path
) -> None:
    """A later process names the chains that it found."""
    trail = Trail(start_server, tmp_path / "data", audit="full")
    trail.pool.sign_in()
    chain = trail.verify()["heads"][0][0]
    database = trail.server.house.settings.database
    later = start_server(tmp_path / "data", audit="full", database=database)
    later.client().initiate_auth(
        ClientId=trail.pool.client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ines", "PASSWORD": "Harbour-lights-7"},
    )
    assert trail.verify()["chains"] == 2
    assert trail.faults() == []
    trail.change(delete(BLOCKS).where(BLOCKS.c.chain_id == chain))
    assert trail.faults() == ["the block was seen before and is gone"]


def test_retention_takes_old_records_and_leaves_no_fault(trail: Trail) -> None:
    server = trail.server
    server.clock.advance(seconds=91 * 86_400)
    trail.pool.sign_in()

    clearing = housekeeping.clear(server.house)
    asyncio.run_coroutine_threadsafe(clearing, server.loop).result(20)
    found = trail.verify()
    assert (found["faults"], found["blocks"], found["records"]) == ([], 1, 1)


def test_off_keeps_nothing_of_issuances_and_all_of_administrators(
    start_server: Callable[..., Server], tmp_path: Path
) -> None:
    trail = Trail(start_server, tmp_path / "data", audit="off")
    trail.pool.sign_in()
    trail.client.preview(trail.pool.id, trail.pool.client, user="ines")
    kinds = [record["kind"] for record in trail.client.audit(trail.pool.id)]
    assert kinds == ["preview", "chain-opened"]


def _occupied(trail: Trail) -> ClauseElement:
    """The place where the next block belongs is taken."""
    row = select(
        *(BLOCKS.c.number + 1 if column.name == "number" else column for column in BLOCKS.c)
    ).where(BLOCKS.c.pool_id == trail.pool.id, BLOCKS.c.number == 3)
    return insert(BLOCKS).from_select(list(BLOCKS.c.keys()), row)


def test_full_issues_no_token_that_cannot_be_recorded(trail: Trail) -> None:
    trail.change(_occupied(trail))
    with pytest.raises(Exception, match="InternalErrorException"):
        trail.pool.sign_in()
    # The next record begins a new chain, and sign-ins go on.
    trail.pool.sign_in()
    assert trail.verify()["chains"] == 2
