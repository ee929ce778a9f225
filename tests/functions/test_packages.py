from __future__ import annotations

import io
import os
import random
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from poolhouse.functions.packages import BadPackage, check_syntax, unpack

MESSAGE = "Could not unzip uploaded file. Please check your file, then try to upload again."


def zipped(
    members: dict[str, bytes] | list[tuple[str | zipfile.ZipInfo, bytes]],
    *,
    compression: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in members.items() if isinstance(members, dict) else members:
            archive.writestr(name, content)
    return buffer.getvalue()


def member(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def tree(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file()
    }


def test_unpacks_files_folders_and_modes(tmp_path: Path) -> None:
    target = tmp_path / "code"
    unpack(
        zipped(
            [
                ("index.mjs", b"export"),
                ("node_modules/dep/index.js", b"dep"),
                ("empty/", b""),
                ("./dot.txt", b"dot"),
                (member("bin/tool", stat.S_IFREG | 0o777), b"#!"),
                (member("odd", stat.S_IFREG | 0o6000), b"setuid"),
            ]
        ),
        target,
    )
    assert tree(target) == {
        "index.mjs": b"export",
        "node_modules/dep/index.js": b"dep",
        "dot.txt": b"dot",
        "bin/tool": b"#!",
        "odd": b"setuid",
    }
    assert (target / "empty").is_dir()
    assert stat.S_IMODE((target / "bin/tool").stat().st_mode) == 0o755
    assert stat.S_IMODE((target / "odd").stat().st_mode) == 0o644


ESCAPES = [
    "../up",
    "a/../../up",
    "/etc/passwd",
    "//etc/passwd",
    "C:/x",
    "C:x",
    "a\\..\\..\\up",
    "..",
    ".",
    "a//b",
    "a/../b",
]


@pytest.mark.parametrize("name", ESCAPES)
def test_names_that_leave_the_directory(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadPackage) as caught:
        unpack(zipped([("fine.txt", b"fine"), (name, b"bad")]), tmp_path / "code")
    assert str(caught.value) == MESSAGE
    assert caught.value.detail
    assert list(tmp_path.iterdir()) == []


SPECIAL = [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK, stat.S_IFBLK]


@pytest.mark.parametrize("kind", SPECIAL)
def test_links_and_special_files(tmp_path: Path, kind: int) -> None:
    with pytest.raises(BadPackage, match="unzip"):
        unpack(zipped([(member("link", kind | 0o777), b"/etc/passwd")]), tmp_path / "code")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "names",
    [
        ("a.py", "a.py"),
        ("a.py", "./a.py"),
        ("a.py", "A.PY"),
        ("a", "a/b"),
        ("a/b", "a"),
        ("a/", "a"),
        ("x" * 300,),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_names_that_collide_or_do_not_fit(tmp_path: Path, names: tuple[str, ...]) -> None:
    with pytest.raises(BadPackage):
        unpack(zipped([(name, b"x") for name in names]), tmp_path / "code")
    assert list(tmp_path.iterdir()) == []


def test_size_is_counted_not_believed(tmp_path: Path) -> None:
    package = zipped({"zeros": bytes(1_000_001)})
    assert len(package) < 2000
    with pytest.raises(BadPackage) as caught:
        unpack(package, tmp_path / "code", largest_bytes=1_000_000)
    assert "more than 1000000 bytes" in caught.value.detail
    unpack(package, tmp_path / "code", largest_bytes=1_000_001)
    # The same, with headers that say one byte.
    lying = package.replace(struct.pack("<L", 1_000_001), struct.pack("<L", 1))
    assert lying != package
    with pytest.raises(BadPackage):
        unpack(lying, tmp_path / "lying", largest_bytes=1_000_000)
    assert not (tmp_path / "lying").exists()


def test_the_sum_counts(tmp_path: Path) -> None:
    package = zipped({f"f{n}": bytes(100) for n in range(11)})
    with pytest.raises(BadPackage):
        unpack(package, tmp_path / "code", largest_bytes=1000)


def test_a_bomb_costs_little(tmp_path: Path) -> None:
    """1:1000 is the most that deflate gives; many members share the same bound."""
    buffer = io.BytesIO()
    content = bytes(16 << 20)
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for n in range(16):
            archive.writestr(f"f{n}", content)
    with pytest.raises(BadPackage):
        unpack(buffer.getvalue(), tmp_path / "code", largest_bytes=8 << 20)
    assert list(tmp_path.iterdir()) == []


def test_entries_are_counted(tmp_path: Path) -> None:
    package = zipped({f"f{n}": b"" for n in range(11)})
    with pytest.raises(BadPackage):
        unpack(package, tmp_path / "code", largest_entries=10)
    unpack(package, tmp_path / "code", largest_entries=11)


def test_a_huge_index_is_not_read(tmp_path: Path) -> None:
    package = zipped({f"{n:05}{'x' * 200}": b"" for n in range(18_000)})
    with pytest.raises(BadPackage) as caught:
        unpack(package, tmp_path / "code")
    assert "index" in caught.value.detail


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions(tmp_path: Path, compression: int) -> None:
    with pytest.raises(BadPackage):
        unpack(zipped({"a": b"a" * 100}, compression=compression), tmp_path / "code")


def test_encrypted_and_zip64(tmp_path: Path) -> None:
    package = bytearray(zipped({"a": b"a"}))
    package[6] |= 1
    package[package.rindex(b"PK\x01\x02") + 8] |= 1
    end = package.rindex(b"PK\x05\x06")
    for bad in (
        bytes(package),
        zipped({"a": b"a"})[:end] + b"PK\x06\x07" + bytes(16) + package[end:],
    ):
        with pytest.raises(BadPackage):
            unpack(bad, tmp_path / "code")


@pytest.mark.parametrize("junk", [b"", b"PK", b"not a zip" * 100, b"PK\x05\x06" + bytes(17)])
def test_junk(tmp_path: Path, junk: bytes) -> None:
    with pytest.raises(BadPackage):
        unpack(junk, tmp_path / "code")
    assert list(tmp_path.iterdir()) == []


def test_stored_and_empty_packages(tmp_path: Path) -> None:
    unpack(zipped({}), tmp_path / "empty")
    assert tree(tmp_path / "empty") == {}
    unpack(zipped({"a.py": b"a"}, compression=zipfile.ZIP_STORED), tmp_path / "stored")
    assert tree(tmp_path / "stored") == {"a.py": b"a"}


SAMPLE = zipped({"index.py": b"def handler(e, c): pass\n" * 20, "lib/x.py": os.urandom(400)})


@given(st.integers(min_value=0, max_value=2**32))
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_damage_is_refused_or_unpacks_inside(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    source = random.Random(seed)
    package = bytearray(SAMPLE)
    for _ in range(source.randint(1, 6)):
        package[source.randrange(len(package))] = source.randrange(256)
    root = tmp_path_factory.mktemp("damage")
    try:
        unpack(bytes(package), root / "code")
    except BadPackage:
        assert list(root.iterdir()) == []
    else:
        assert [path.name for path in root.iterdir()] == ["code"]
        assert not any(path.is_symlink() for path in root.rglob("*"))


def test_the_directory_must_be_new(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "kept").touch()
    with pytest.raises(FileExistsError):
        unpack(SAMPLE, tmp_path / "code")
    assert (tmp_path / "code" / "kept").exists()


MODULE = "export const handler = async () => 1;\n"
SYNTAX = {
    "fine.py": ("def handler(e, c): pass\n", None),
    "bad.py": ("def handler(:\n", "bad.py:1: "),
    "zero.py": ("x = 1\0\n", "zero.py"),
    "fine.mjs": (MODULE, None),
    "bad.mjs": ("export const handler = (;\n", "bad.mjs:1"),
    "fine.cjs": ("exports.handler = 1;\n", None),
    "module.js": (MODULE, "module.js:1"),
    "other.txt": ("(((", None),
}


@pytest.mark.parametrize("name", SYNTAX)
def test_syntax(tmp_path: Path, name: str) -> None:
    text, expected = SYNTAX[name]
    (tmp_path / name).write_text(text)
    found = check_syntax(tmp_path / name)
    if expected is None:
        assert found is None
    else:
        assert found is not None
        assert expected in found
        assert "node:internal" not in found


def test_syntax_without_node(tmp_path: Path) -> None:
    (tmp_path / "bad.mjs").write_text("(")
    assert check_syntax(tmp_path / "bad.mjs", "/no/such/node") is None
