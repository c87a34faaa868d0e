"""Evidence as the templates show it: tensors as grids, gradients and tables as rows, pictures."""

from __future__ import annotations

from collections.abc import Sequence

from grader.records import (
    ConfusionEvidence,
    CurveEvidence,
    Evidence,
    GradientEvidence,
    Grid,
    ImageEvidence,
    TableEvidence,
    TensorEvidence,
)
from grader.render import words
from grader.render.clean import visible_line
from grader.render.html_views import (
    Cell,
    EvidenceView,
    GradientLine,
    GradientsView,
    GridView,
    ImagesView,
    PictureView,
    TableView,
    TensorsView,
)
from grader.render.pictures import (
    describe_confusion,
    describe_series,
    draw_confusion,
    draw_curves,
    encode_image,
)

_SHADES = 4
_MAX_IMAGES = 60


def evidence_views(evidence: Evidence) -> tuple[EvidenceView, ...]:
    if isinstance(evidence, TensorEvidence):
        return (_tensors(evidence),)
    if isinstance(evidence, GradientEvidence):
        return (_gradients(evidence),)
    if isinstance(evidence, TableEvidence):
        return (_table(evidence),) if evidence.rows else ()
    if isinstance(evidence, CurveEvidence):
        lines = tuple(describe_series(series) for series in evidence.series)
        return (PictureView(visible_line(evidence.title), draw_curves(evidence), lines),) if evidence.series else ()
    if isinstance(evidence, ConfusionEvidence):
        return (_confusion(evidence),) if evidence.counts else ()
    return (_images(evidence),) if evidence.images else ()


def _tensors(evidence: TensorEvidence) -> TensorsView:
    scale = _scale(evidence)
    digits = words.digits_for(evidence)
    grids = [_grid("Yours", evidence.actual, evidence.differs, scale, digits)]
    if evidence.expected is not None:
        aligned = [len(row) for row in evidence.expected.rows] == [len(row) for row in evidence.actual.rows]
        grids.append(_grid("Expected", evidence.expected, evidence.differs if aligned else (), scale, digits))
    differing = sum(map(sum, evidence.differs))
    total = sum(map(len, evidence.differs))
    verb = "differs" if differing == 1 else "differ"
    summary = f"{differing:,} of {words.counted(total, 'shown number')} {verb}" if differing else ""
    return TensorsView(visible_line(evidence.title), tuple(grids), summary)


def _scale(evidence: TensorEvidence) -> float:
    grids = [evidence.actual, *([evidence.expected] if evidence.expected else [])]
    sizes = [abs(value) for grid in grids for row in grid.rows for value in row if not isinstance(value, str)]
    return max(sizes, default=0.0)


def _grid(caption: str, grid: Grid, differs: Sequence[Sequence[bool]], scale: float, digits: int) -> GridView:
    window = f", shown {visible_line(grid.window)}" if grid.window else ""
    labels = words.row_labels(grid)
    rows = []
    for i, (label, row) in enumerate(zip(labels, grid.rows, strict=False)):
        marks = differs[i] if i < len(differs) else ()
        cells = [
            Cell(words.cell_text(value, grid.dtype, digits), _shade(value, scale), bool(j < len(marks) and marks[j]))
            for j, value in enumerate(row)
        ]
        rows.append((label, tuple(cells)))
    return GridView(
        caption=caption,
        facts=f"shape {words.shape_text(grid.shape)}, {visible_line(grid.dtype)}{window}",
        columns=words.column_labels(grid) if grid.shape else (),
        rows=tuple(rows),
        has_labels=any(labels),
    )


def _shade(value: float | str, scale: float) -> str:
    if isinstance(value, str):
        return "word"
    step = round(_SHADES * abs(value) / scale) if scale else 0
    if value == 0 or not step:
        return "zero"
    return f"{'p' if value > 0 else 'n'}{min(step, _SHADES)}"


def _gradients(evidence: GradientEvidence) -> GradientsView:
    tones = {"right": "good", "unknown": "quiet"}
    rows = tuple(
        GradientLine(
            name=visible_line(row.name, 80),
            shape=words.shape_text(row.shape),
            registered="yes" if row.registered else "no",
            requires_grad="yes" if row.requires_grad else "no",
            state=words.gradient_state(row),
            moved="" if row.moved is None else "yes" if row.moved else "no",
            note=visible_line(row.note, 80),
            tone=tones.get(row.state, "bad"),
            norm="" if row.norm is None else f"{row.norm:.4g}",
            expected_norm="" if row.expected_norm is None else f"{row.expected_norm:.4g}",
        )
        for row in evidence.rows
    )
    has_expected = any(row.expected_norm is not None for row in evidence.rows)
    has_step = any(row.moved is not None for row in evidence.rows)
    return GradientsView(visible_line(evidence.title), rows, has_expected, has_step)


def _table(evidence: TableEvidence) -> TableView:
    rows = tuple(
        (number in evidence.wrong, tuple(visible_line(cell, 120) for cell in row)) for number, row in enumerate(evidence.rows)
    )
    return TableView(visible_line(evidence.title), tuple(visible_line(name, 60) for name in evidence.columns), rows)


def _confusion(evidence: ConfusionEvidence) -> PictureView:
    labels = tuple(visible_line(label, 40) for label in evidence.labels)
    counts = tuple(
        (label, tuple(f"{count:,}" for count in row)) for label, row in zip(labels, evidence.counts, strict=False)
    )
    return PictureView(
        title=visible_line(evidence.title),
        picture=draw_confusion(evidence),
        lines=(describe_confusion(evidence),),
        labels=labels,
        counts=counts,
    )


def _images(evidence: ImageEvidence) -> ImagesView:
    shown = evidence.images[:_MAX_IMAGES]
    images = tuple(
        (encode_image(image), len(image.pixels[0]), len(image.pixels), visible_line(image.caption, 80))
        for image in shown
        if image.pixels and image.pixels[0]
    )
    more = len(evidence.images) - len(shown)
    return ImagesView(visible_line(evidence.title), images, f"and {more:,} more" if more else "")
