"""The git repository of a students' copy: one commit a release, and nobody's name, settings or hooks in it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from grader.faults import UsageError

_AUTHOR = "course"
_SETTINGS = (
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "commit.gpgSign=false",
    "-c",
    "core.autocrlf=false",
)


def check_git() -> None:
    """Raise a UsageError where git is not installed."""
    if shutil.which("git") is None:
        raise UsageError("git is not installed", where="--git", cure="Install git, or release without --git.")


def commit_all(folder: Path, message: str) -> bool:
    """Commit all files of a folder, in a new repository where it has none; False where nothing has changed."""
    if not (folder / ".git").exists():
        run_git(folder, "init", "--quiet", "--template=", "--initial-branch=main")
    run_git(folder, "add", "--all", "--force")
    if not run_git(folder, "status", "--porcelain"):
        return False
    run_git(folder, "commit", "--quiet", "--no-verify", f"--message={message}")
    return True


def run_git(folder: Path, *words: str) -> bytes:
    """Run git in a folder, under no settings but the repository's own, and return what it prints.

    Raises:
        UsageError: git is missing or has failed.
    """
    check_git()
    # The repository is the folder's own, whatever the caller's environment or a repository around it says.
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CEILING_DIRECTORIES": str(folder.parent)}
    for role in ("AUTHOR", "COMMITTER"):
        env |= {f"GIT_{role}_NAME": _AUTHOR, f"GIT_{role}_EMAIL": f"{_AUTHOR}@localhost"}
    done = subprocess.run(["git", *_SETTINGS, *words], cwd=folder, env=env, capture_output=True, check=False)
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise UsageError(
            f"git {words[0]} failed: {said[-1] if said else f'exit code {done.returncode}'}",
            where=str(folder),
            cure="Try the same with git by hand, or release without --git.",
        )
    return done.stdout
