"""The inbound federation trigger, asked as a federated sign-in asks it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from lambda_world import on_server
from poolhouse.domain.inbound_identities import InboundIdentity
from poolhouse.errors import InvalidLambdaResponseException, UserLambdaValidationException
from poolhouse.store import clients, pools
from poolhouse.triggers import inbound_federation
from triggers_world import FAILS, Recorder, make_triggered_world

IDENTITY = InboundIdentity("Harbour", "SAML", saml={"mail": "ines@quay.test", "role": "pilot"})


def ask(recorder: Recorder) -> Mapping[str, str] | None:
    configured = {"LambdaArn": recorder.arn, "LambdaVersion": "V1_0"}
    world = make_triggered_world(recorder, LambdaConfig={"InboundFederation": configured})
    house = world.server.house

    async def asked() -> Mapping[str, str] | None:
        pool = await pools.get(house.db, world.pool_id)
        client = await clients.get(house.db, house.sealer, world.pool_id, world.client_id)
        return await inbound_federation.ask_for_attributes(
            house, pool, client, "Harbour_ines", IDENTITY
        )

    return on_server(world.server, asked())


def test_it_is_shown_what_the_provider_said(recorder: Recorder) -> None:
    assert ask(recorder) is None
    event = recorder.only("")
    assert event["triggerSource"] == "InboundFederation_ExternalProvider"
    assert event["userName"] == "Harbour_ines"
    assert event["request"] == {
        "providerName": "Harbour",
        "providerType": "SAML",
        "attributes": {"samlResponse": {"mail": "ines@quay.test", "role": "pilot"}},
    }
    assert event["response"] == {"userAttributesToMap": None}


def test_its_set_takes_the_place_of_the_providers(recorder: Recorder) -> None:
    recorder.answers("response['userAttributesToMap'] = {'mail': 'other@quay.test'}")
    assert ask(recorder) == {"mail": "other@quay.test"}


def test_values_are_strings(recorder: Recorder) -> None:
    recorder.answers("response['userAttributesToMap'] = {'mail': 1}")
    with pytest.raises(InvalidLambdaResponseException):
        ask(recorder)


def test_an_error_names_the_trigger(recorder: Recorder) -> None:
    recorder.answers(FAILS)
    with pytest.raises(UserLambdaValidationException, match="InboundFederation failed"):
        ask(recorder)
