"""One Apache Kafka node: which jars (pom.xml, resolved by Maven) and how it is set (server.properties)."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

from shared.testing.child import StartFailed

HERE = Path(__file__).parent
POM = HERE / "pom.xml"
JAVA = 17
RESOLVING = 300.0  # a first resolution downloads 43 MB


def why_not() -> str | None:
    """What keeps Apache Kafka from running here, in words for the screen; None when nothing does."""
    for tool in ("java", "mvn"):
        if shutil.which(tool) is None:
            return f"no `{tool}` found"
    found = java_version()
    return None if found >= JAVA else f"Java {JAVA} or newer is needed, this is Java {found}"


def java_version() -> int:
    """The major version of `java` on the path; 0 when it does not say."""
    said = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "(?:1\.)?(\d+)', said.stderr)
    return int(found[1]) if found else 0


def version() -> str:
    found = re.search(r"<kafka\.version>(.+?)</kafka\.version>", POM.read_text())
    return found[1] if found else "?"


def class_path() -> str:
    """The jars Maven has resolved, and this folder for the log's settings.

    Maven itself needs a second or two to say the same thing again, so its answer is kept, one file per version of the
    pom, and believed for as long as every jar it names is there.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "send-ap"
    kept = cache / f"apache-kafka-{hashlib.sha256(POM.read_bytes()).hexdigest()[:12]}.classpath"
    if not _is_whole(kept):
        kept.parent.mkdir(parents=True, exist_ok=True)
        _resolve(kept)
    return f"{HERE}{os.pathsep}{kept.read_text().strip()}"


def _is_whole(kept: Path) -> bool:
    return kept.exists() and all(Path(jar).exists() for jar in kept.read_text().strip().split(os.pathsep))


def _resolve(into: Path) -> None:
    """Without the network first: what Maven's cache already holds needs none."""
    unfinished = into.with_suffix(f".{os.getpid()}")
    said = ""
    for how in (["-o"], []):
        command = [
            "mvn",
            "-q",
            "-B",
            *how,
            "-f",
            str(POM),
            "dependency:build-classpath",
            f"-Dmdep.outputFile={unfinished}",
        ]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=RESOLVING)
        except subprocess.TimeoutExpired:
            said = f"Maven was not done after {RESOLVING:.0f} s"
            continue
        if done.returncode == 0 and _is_whole(unfinished):
            unfinished.replace(into)
            return
        said = (done.stdout + done.stderr).strip()
    unfinished.unlink(missing_ok=True)
    raise StartFailed(f"Maven could not resolve Apache Kafka's jars:\n{said[-2000:]}")
