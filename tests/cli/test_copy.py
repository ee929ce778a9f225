"""``poolhouse copy`` and ``poolhouse migrate``, as a person runs them."""

from __future__ import annotations

import base64
from pathlib import Path

import databases
from account_world import PASSWORD, make_world
from command_line import poolhouse
from server import running


def target_of(path: Path) -> str:
    """A data directory, or with the tests on PostgreSQL an empty database there."""
    place = databases.empty_place(path / "poolhouse.sqlite")
    return str(path) if isinstance(place, Path) else place


def test_everything_comes_along_and_goes_on(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    key = base64.b64encode(b"k" * 32).decode()
    with running(old, database="", master_key=key) as server:
        world = make_world(server)
        world.member("ines", email="ines@mast.test")
        token = world.token("ines")
        world.sign_up("olaf", email="olaf@mast.test")
    target = target_of(new)
    done = poolhouse("copy", "--from", str(old), "--to", target)
    assert (done.returncode, done.stderr) == (0, "")
    assert "2  users\n" in done.stdout
    given = {} if target == str(new) else {"database": target}
    with running(new, master_key=key, **given) as server:
        moved = type(world)(server, server.client(), world.pool_id, world.client_id)
        assert moved.sign_in("ines", PASSWORD)["AuthenticationResult"]
        moved.confirm("olaf", moved.code("olaf@mast.test"))
        assert moved.get("olaf")["UserStatus"] == "CONFIRMED"
        assert moved.idp.get_user(AccessToken=token)["Username"] == "ines"
    # And back, into a file.
    again = tmp_path / "again"
    done = poolhouse("copy", "--from", target, "--to", str(again))
    assert (done.returncode, done.stderr) == (0, "")
    with running(again, database="", master_key=key) as server:
        moved = type(world)(server, server.client(), world.pool_id, world.client_id)
        assert moved.get("olaf")["UserStatus"] == "CONFIRMED"


def test_a_target_with_rows_is_left_alone(tmp_path: Path) -> None:
    key = base64.b64encode(b"k" * 32).decode()
    for name in ("one", "other"):
        with running(tmp_path / name, database="", master_key=key) as server:
            make_world(server)
    done = poolhouse("copy", "--from", str(tmp_path / "one"), "--to", str(tmp_path / "other"))
    assert done.returncode == 1
    assert "is not empty" in done.stderr


def test_there_is_nothing_to_copy(tmp_path: Path) -> None:
    done = poolhouse("copy", "--from", str(tmp_path / "none"), "--to", str(tmp_path / "new"))
    assert done.returncode == 1
    assert "there is no database" in done.stderr
    assert not (tmp_path / "new").exists()


def test_migrations_wait_until_they_are_wanted(tmp_path: Path) -> None:
    target = target_of(tmp_path / "new")
    where = ["--data", str(tmp_path / "new")]
    if target != str(tmp_path / "new"):
        where = ["--database", target, "--data", str(tmp_path / "new")]
    done = poolhouse("migrate", "--check", *where)
    assert done.returncode == 1
    assert done.stdout.splitlines()[0].startswith("pending  0001  ")
    done = poolhouse("migrate", *where)
    assert (done.returncode, done.stderr) == (0, "")
    assert "done  0001" in done.stdout
    done = poolhouse("migrate", "--check", *where)
    assert done.returncode == 0
    assert "has schema" in done.stdout


def test_an_administrator_may_read_the_migrations_first() -> None:
    done = poolhouse("migrate", "--sql")
    assert done.returncode == 0
    assert 'pool_id TEXT COLLATE "C" NOT NULL' in done.stdout
    assert done.stdout.count("COMMIT;") == 1
