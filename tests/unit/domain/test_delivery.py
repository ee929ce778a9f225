from __future__ import annotations

import pytest

from poolhouse.domain import delivery


@pytest.mark.parametrize(
    ("address", "masked"),
    [("tide@harbour.test", "t***@h***"), ("a@b", "a***@b***"), ("", "***@***")],
)
def test_masked_email(address: str, masked: str) -> None:
    assert delivery.mask_email(address) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [("+4915112345678", "+*********5678"), ("+12345", "+*2345"), ("+123", "+123")],
)
def test_masked_phone_number(number: str, masked: str) -> None:
    assert delivery.mask_phone_number(number) == masked


def test_details() -> None:
    assert delivery.details("email", "tide@harbour.test") == {
        "Destination": "t***@h***",
        "DeliveryMedium": "EMAIL",
        "AttributeName": "email",
    }
    assert delivery.details("phone_number", "+4915112345678")["DeliveryMedium"] == "SMS"
