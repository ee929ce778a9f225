"""Uploads that lie: refused with the service's sentence, and nothing of them stays on disk."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest

from lambda_world import ECHO, ROLE, create, fresh_name, payload, refused, zipped
from server import Server


def _with(name: str, content: bytes = b"x") -> bytes:
    return zipped({"index.py": ECHO, name: content})


def _symlink() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.py", ECHO)
        link = zipfile.ZipInfo("passwd")
        link.create_system = 3
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return buffer.getvalue()


def _bomb() -> bytes:
    """Three hundred megabytes of zeros, a thousandth of that on the wire."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("index.py", ECHO)
        with archive.open("zeros", "w", force_zip64=False) as member:
            for _ in range(300):
                member.write(bytes(1024 * 1024))
    return buffer.getvalue()


BAD_PACKAGES = {
    "no zip": lambda: b"this is no zip",
    "cut off": lambda: zipped({"index.py": ECHO})[:-30],
    "parent directory": lambda: _with("../../escaped"),
    "parent in the middle": lambda: _with("a/../../escaped"),
    "absolute path": lambda: _with("/tmp/escaped"),
    "backslashes": lambda: _with("..\\escaped"),
    "symbolic link": _symlink,
    "bomb": _bomb,
}


@pytest.mark.parametrize("kind", BAD_PACKAGES)
def test_bad_packages_are_refused(functions: Any, server: Server, kind: str) -> None:
    package = BAD_PACKAGES[kind]()
    before = _files(server.house.settings.data)
    name = fresh_name()
    refusal = refused(
        functions.create_function,
        FunctionName=name,
        Role=ROLE,
        Runtime="python3.11",
        Handler="index.handler",
        Code={"ZipFile": package},
    )
    assert (refusal.status, refusal.code) == (400, "InvalidParameterValueException")
    assert refusal.message == (
        "Could not unzip uploaded file. Please check your file, then try to upload again."
    )
    assert _files(server.house.settings.data) == before
    assert refused(functions.get_function, FunctionName=name).status == 404


def test_a_bad_update_leaves_the_old_code(functions: Any, name: str) -> None:
    refusal = refused(functions.update_function_code, FunctionName=name, ZipFile=_symlink())
    assert refusal.code == "InvalidParameterValueException"
    assert payload(functions, name, b'"old"') == b'"old"'


def test_the_message_of_a_bad_package_does_not_say_more_than_the_service(functions: Any) -> None:
    name = create(functions)
    refusal = refused(functions.update_function_code, FunctionName=name, ZipFile=b"PK nonsense")
    assert "PK" not in refusal.message


def test_more_than_fits_in_a_request_is_refused(start_server: Any) -> None:
    client = start_server().client("lambda")
    refusal = refused(
        client.update_function_code, FunctionName="any", ZipFile=bytes(53 * 1024 * 1024)
    )
    assert (refusal.status, refusal.code) == (413, "RequestEntityTooLargeException")
    assert refusal.message == (
        "Request must be smaller than 70167211 bytes for the UpdateFunctionCode operation"
    )


def _files(data: Path) -> set[Path]:
    return {path for path in (data / "functions").rglob("*") if path.is_file()}
