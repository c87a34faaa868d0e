"""`grade doctor` and `grade data`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from grader.cli.exits import Exit
from grader.datasets import cache_root, fetch_fashion_mnist
from grader.doctor import Finding, examine
from grader.faults import UsageError

_WORDS = {True: "ok  ", False: "LACK", None: "note"}


def doctor(course: Path | None, data_root: Path | None) -> Exit:
    """Print a line for each thing that grading needs or likes; lacks come with their cure."""
    lacking = False
    for finding in examine(course, data_root, os.environ):
        _print(finding)
        lacking = lacking or finding.good is False
    return Exit.NOT_PASSED if lacking else Exit.PASSED


def _print(finding: Finding) -> None:
    click.echo(f"{_WORDS[finding.good]}  {finding.what:<14}  {finding.found}")
    if finding.cure:
        click.echo(f"      {'':<14}  next: {finding.cure}")


def fetch_data(dataset: str, root: Path | None, source: str | None) -> Exit:
    """Fetch a dataset to where `grade` looks for it, showing how far it is."""
    target = root or (Path(os.environ["GRADE_DATA"]) if os.environ.get("GRADE_DATA") else cache_root(os.environ))
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        cure = "Name another folder with --root."
        raise UsageError(
            f"the folder for the data cannot be made: {error.strerror}", where=str(target), cure=cure
        ) from error
    if sys.stderr.isatty():
        _fetch_with_bars(target, source)
    else:
        fetch_fashion_mnist(target, source)
    click.echo(f"{dataset} lies at {target}")
    return Exit.PASSED


def _fetch_with_bars(target: Path, source: str | None) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn

    tasks: dict[str, TaskID] = {}
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:

        def report(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(name, total=total or None)
            bars.update(tasks[name], completed=done)

        fetch_fashion_mnist(target, source, progress=report)
