"""Other weights and bands for what was measured: nothing is run again, since results keep what each check has measured.

A table of weights is a toml file with a section an exercise: `"test_hidden.py::test_result" = 2`, and for a measured quantity
`"test_hidden.py::test_accuracy" = {points = 3, bands = {"0.70" = 1, "0.80" = 3}}`. A name without `[...]` stands for all
variants of a check that it runs in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from grader.batch.records import Weight
from grader.records import CheckRecord, Result, Verdict
from grader.render.words import points_text
from grader.toml_file import TomlFile, closest_name

Weights = Mapping[str, Mapping[str, Weight]]  # by exercise and name of the check
_EARNING = (Verdict.PASSED, Verdict.PARTIAL)


def weigh(result: Result, weights: Mapping[str, Weight]) -> Result:
    """Return a result with other weights: each check keeps the fraction that it has earned, or reaches the bands that are given."""
    if not weights:
        return result
    checks = tuple(_weigh_check(check, weights) for check in result.checks)
    points, most = (sum((getattr(one, name) for one in checks), Decimal(0)) for name in ("points", "max_points"))
    return msgspec.structs.replace(result, checks=checks, points=points, max_points=most)


def _weigh_check(check: CheckRecord, weights: Mapping[str, Weight]) -> CheckRecord:
    weight = weights.get(check.name) or weights.get(base_name(check.name))
    if weight is None:
        return check
    points, verdict = _scaled(check, weight), check.verdict
    if weight.bands is not None and check.measure is not None and verdict in (*_EARNING, Verdict.FAILED):
        reached = [amount for floor, amount in weight.bands.items() if Decimal(str(check.measure.value)) >= Decimal(floor)]
        points = min(max(reached, default=Decimal(0)), weight.points)
        verdict = Verdict.PASSED if points == weight.points else Verdict.PARTIAL if points else Verdict.FAILED
    return msgspec.structs.replace(check, points=points, max_points=weight.points, verdict=verdict)


def _scaled(check: CheckRecord, weight: Weight) -> Decimal:
    if check.max_points:
        return check.points * weight.points / check.max_points
    return weight.points if check.verdict is Verdict.PASSED else Decimal(0)


def base_name(name: str) -> str:
    """Return the name of a check without the variant that it runs in."""
    return name.partition("[")[0]


def read_weights(path: Path, known: Mapping[str, Iterable[CheckRecord]]) -> dict[str, dict[str, Weight]]:
    """Return the weights of a file.

    Args:
        known: by exercise the checks that have been graded.

    Raises:
        UsageError: the file is broken, or names what was not graded; with the line and the closest right name.
    """
    toml = TomlFile(path)
    weights: dict[str, dict[str, Weight]] = {}
    for exercise, table in toml.data.items():
        if exercise not in known or not isinstance(table, dict):
            raise toml.fault(f"{exercise!r} is no exercise of this batch", exercise, cure=_did_you_mean(exercise, known))
        checks = {name: check for check in known[exercise] for name in (check.name, base_name(check.name))}
        weights[exercise] = {}
        for name, entry in table.items():
            if name not in checks:
                cause = f"{name!r} is no check of {exercise}"
                raise toml.fault(cause, exercise, name, cure=_did_you_mean(name, checks))
            weights[exercise][name] = _read_weight(toml, exercise, name, entry, checks[name])
    return weights


def _read_weight(toml: TomlFile, exercise: str, name: str, entry: Any, check: CheckRecord) -> Weight:
    points, bands = (entry.get("points"), entry.get("bands")) if isinstance(entry, dict) else (entry, None)
    try:
        weight = Weight(
            points=_amount(points),
            bands=None if bands is None else {str(Decimal(floor)): _amount(worth) for floor, worth in bands.items()},
        )
    except (ArithmeticError, AttributeError, TypeError, ValueError):
        cure = 'Write 2, or {points = 3, bands = {"0.70" = 1, "0.80" = 3}}.'
        raise toml.fault(f"{name}: that is no weight", exercise, name, cure=cure) from None
    if bands is not None and check.measure is None:
        cause = f"{name} measures nothing, so that it cannot have bands"
        raise toml.fault(cause, exercise, name, cure="Give its points alone.")
    return weight


def _amount(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError
    amount = Decimal(str(value))
    if not amount.is_finite() or amount < 0:
        raise ValueError
    return amount


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    closest = closest_name(name, known)
    return f"Did you mean {closest!r}?" if closest else "`--write-points FILE` writes all names."


def weights_text(known: Mapping[str, Iterable[CheckRecord]]) -> str:
    """Return the weights that hold now as a file to be edited."""
    lines = ["# What each check is worth; edit and apply it: grade regrade FOLDER --points THIS_FILE"]
    for exercise, checks in known.items():
        lines += ["", f"[{exercise}]"]
        for check in checks:
            points = points_text(check.max_points)
            if check.measure is not None:
                bands = ", ".join(f'"{floor:g}" = {points_text(worth)}' for floor, worth in check.measure.bands)
                points = f"{{points = {points}, bands = {{{bands}}}}}"
            lines.append(f"{_quoted(check.name)} = {points}  # {' '.join(check.title.split())}")
    return "\n".join(lines) + "\n"


def _quoted(name: str) -> str:
    escaped = "".join(c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08X}" for c in name)
    return f'"{escaped}"'
