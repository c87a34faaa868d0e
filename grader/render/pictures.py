"""Pictures of a report as data URIs: curves and confusion matrices (matplotlib), images (Pillow).

Both libraries are imported inside the functions: a report without pictures pays for neither.
"""

from __future__ import annotations

import base64
import io
import math
import re
import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from grader.records import CaptionedImage, ConfusionEvidence, CurveEvidence, Series
from grader.render.clean import visible_line
from grader.render.words import cell_text, counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MAX_SERIES = 8
_MAX_CLASSES = 40
# Counts are written into the cells up to this many classes; beyond, they would not be readable.
_MAX_COUNTED_CLASSES = 15
_MARKED_POINTS = 30
_PIXELS_PER_INCH = 96
_PIXELS_PER_CHARACTER = 8  # of DejaVu Sans at 10 points, about
_DARK_SHARE = 0.6
_HEAT_LEVELS = 32


class Theme(msgspec.Struct, frozen=True):
    """Colours of a picture: those of the page around it. `heat` goes from no share to all."""

    ink: str
    muted: str
    line: str
    heat: tuple[str, str]
    heat_ink: str
    series: tuple[str, ...]


# A picture is drawn once, in light; the dark one is the same drawing with each colour exchanged for its counterpart.
LIGHT = Theme(
    ink="#1f2430",
    muted="#59616f",
    line="#dcdfe5",
    heat=("#f3f5fa", "#27408f"),
    heat_ink="#ffffff",
    series=("#3451b2", "#b4540a", "#1a7f5a", "#8a3ea8", "#a1262f", "#5b6472", "#0b7285", "#7a6a00"),
)
DARK = Theme(
    ink="#e6e8ee",
    muted="#a2a9b8",
    line="#363c49",
    heat=("#1f2431", "#9db2fe"),
    heat_ink="#10131a",
    series=("#9db2ff", "#ffb37a", "#74d3ae", "#d9a5f0", "#ff9ea4", "#b5bcc9", "#7fd4e4", "#e0d06a"),
)


class Picture(msgspec.Struct, frozen=True):
    """One picture in two colour schemes, with the words for those who do not see it. Sizes are in CSS pixels."""

    light: str
    dark: str
    alt: str
    width: int
    height: int


def draw_curves(evidence: CurveEvidence) -> Picture:
    """Return the curves over 1, 2, 3, ...; what is not finite leaves a gap."""
    alt = f"Plot of {visible_line(evidence.y_label)} over {visible_line(evidence.x_label)}."
    width, height = 640, 300

    def draw(figure: Figure) -> None:
        axes = _axes(figure, left=84, bottom=52, right=16, top=14)
        for series, color in zip(evidence.series[:_MAX_SERIES], LIGHT.series, strict=False):
            x = range(1, len(series.y) + 1)
            marker = "o" if len(series.y) <= _MARKED_POINTS else ""
            y = [value if math.isfinite(value) else math.nan for value in series.y]
            label = visible_line(series.label, 40)
            axes.plot(x, y, color=color, marker=marker, markersize=4, linewidth=1.8, label=label)
        axes.set_xlabel(visible_line(evidence.x_label, 60), color=LIGHT.muted)
        axes.set_ylabel(visible_line(evidence.y_label, 60), color=LIGHT.muted)
        axes.locator_params(axis="x", integer=True)
        axes.grid(color=LIGHT.line, linewidth=0.8)
        axes.set_axisbelow(True)
        if len(evidence.series) > 1:
            axes.legend(frameon=False, labelcolor=LIGHT.ink)

    return Picture(*_draw(draw, width, height), alt, width, height)


def describe_series(series: Series) -> str:
    """Return in words where a curve starts, ends and what is odd about it."""
    label = visible_line(series.label, 60)
    finite = [value for value in series.y if math.isfinite(value)]
    if not finite:
        return f"{label}: no finite value."
    words = f"{label}: {cell_text(finite[0], '')}"
    if len(series.y) > 1:
        span = f"lowest {cell_text(min(finite), '')}, highest {cell_text(max(finite), '')}"
        words += f" at first, {cell_text(finite[-1], '')} at last, {span}, {counted(len(series.y), 'value')}"
    missing = len(series.y) - len(finite)
    return f"{words}, {missing:,} not finite." if missing else f"{words}."


def draw_confusion(evidence: ConfusionEvidence) -> Picture:
    """Return the confusion matrix, each cell coloured by the root of its share of the row."""
    labels = [visible_line(label, 24) for label in evidence.labels[:_MAX_CLASSES]]
    counts = [list(row[:_MAX_CLASSES]) for row in evidence.counts[:_MAX_CLASSES]]
    classes = max(len(counts), 1)
    # Room for the labels, which stand slanted below the matrix.
    longest = _PIXELS_PER_CHARACTER * max((len(label) for label in labels), default=1)
    left, bottom, right, top = 50 + longest, 50 + round(longest * 0.75), 10, 10
    side = min(60 + 44 * classes, 560)
    width, height = left + side + right, bottom + side + top

    def draw(figure: Figure) -> None:
        axes = _axes(figure, left=left, bottom=bottom, right=right, top=top)
        _draw_matrix(axes, counts)
        axes.set_xticks(range(len(labels)), labels, rotation=45, ha="right", rotation_mode="anchor")
        axes.set_yticks(range(len(labels)), labels)
        axes.set_xlabel("predicted", color=LIGHT.muted)
        axes.set_ylabel("true", color=LIGHT.muted)
        axes.tick_params(length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)

    classes_text = counted(len(evidence.labels), "class", "classes")
    alt = f"Confusion matrix of {classes_text}, true classes down, predicted ones across."
    return Picture(*_draw(draw, width, height), alt, width, height)


def _draw_matrix(axes: Axes, counts: Sequence[Sequence[int]]) -> None:
    from matplotlib.colors import ListedColormap

    heat = ListedColormap(_heat_levels(LIGHT))
    # The root of the share: a few wrong among many right ones should be seen too.
    shares = [[math.sqrt(max(count, 0) / max(sum(row), 1)) for count in row] for row in counts]
    edges = [place - 0.5 for place in range(len(counts) + 1)]
    if counts and all(len(row) == len(counts) for row in counts):
        # Cells, not an image: a vector picture stays sharp on paper.
        axes.pcolormesh(edges, edges, shares, cmap=heat, vmin=0, vmax=1, edgecolors=LIGHT.line, linewidth=0.6)
    axes.set_ylim(max(len(counts), 1) - 0.5, -0.5)
    axes.set_aspect("equal")
    if len(counts) > _MAX_COUNTED_CLASSES:
        return
    for i, row in enumerate(counts):
        for j, count in enumerate(row):
            if count:
                ink = LIGHT.heat_ink if shares[i][j] > _DARK_SHARE else LIGHT.ink
                axes.text(j, i, str(count), ha="center", va="center", color=ink, fontsize=8)


def describe_confusion(evidence: ConfusionEvidence, most: int = 3) -> str:
    """Return in words how many images were predicted right and which classes were taken for which most often."""
    labels = [visible_line(label, 40) for label in evidence.labels]
    total = sum(map(sum, evidence.counts))
    right = sum(row[i] for i, row in enumerate(evidence.counts) if i < len(row))
    words = f"{right:,} of {counted(total, 'image')} predicted right."
    wrong = [
        (count, labels[i], labels[j])
        for i, row in enumerate(evidence.counts[: len(labels)])
        for j, count in enumerate(row[: len(labels)])
        if i != j and count
    ]
    worst = sorted(wrong, key=lambda entry: -entry[0])[:most]
    if not worst:
        return words
    pairs = ", ".join(f"{truth} taken for {guess} ({count:,})" for count, truth, guess in worst)
    return f"{words} Most often: {pairs}."


def encode_image(image: CaptionedImage) -> str:
    """Return the image as a PNG data URI, or an empty string where it has no pixels."""
    from PIL import Image

    height, width = len(image.pixels), min((len(row) for row in image.pixels), default=0)
    if not width:
        return ""
    # min and max: a pixel out of range must not cost the report.
    pixels = bytes(min(max(int(pixel), 0), 255) for row in image.pixels for pixel in row[:width])
    buffer = io.BytesIO()
    Image.frombytes("L", (width, height), pixels).save(buffer, format="PNG")
    return _data_uri("image/png", buffer.getvalue())


def _draw(draw: Callable[[Figure], None], width: int, height: int) -> tuple[str, str]:
    """Return what `draw` draws as SVG data URIs, in light and dark."""
    import matplotlib
    from matplotlib.figure import Figure

    # Labels are data: no mathtext. A fixed salt and no date: the same result gives the same file.
    settings: dict[Any, Any] = {"text.parse_math": False, "svg.hashsalt": "grade"}
    settings |= {"font.size": 10, "font.family": "DejaVu Sans"}
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a glyph that the font lacks is drawn as a box; the words are in the page too
        figure = Figure(figsize=(width / _PIXELS_PER_INCH, height / _PIXELS_PER_INCH))
        draw(figure)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    light = buffer.getvalue().decode()
    counterparts = dict(zip(_colors(LIGHT), _colors(DARK), strict=True))
    dark = re.sub("#[0-9a-f]{6}", lambda match: counterparts.get(match.group(), match.group()), light)
    return _data_uri("image/svg+xml", light.encode()), _data_uri("image/svg+xml", dark.encode())


def _colors(theme: Theme) -> list[str]:
    return [theme.ink, theme.muted, theme.line, theme.heat_ink, *theme.series, *_heat_levels(theme)]


def _heat_levels(theme: Theme) -> list[str]:
    """Return the colours from no share to all, in steps that have a counterpart in the other theme."""
    low, high = (tuple(bytes.fromhex(color[1:])) for color in theme.heat)
    steps = [step / (_HEAT_LEVELS - 1) for step in range(_HEAT_LEVELS)]
    return ["#" + bytes(round(a + (b - a) * step) for a, b in zip(low, high, strict=False)).hex() for step in steps]


def _axes(figure: Figure, *, left: int, bottom: int, right: int, top: int) -> Axes:
    """Return empty axes with these margins in pixels; a layout engine would draw everything twice to find them."""
    width, height = (size * _PIXELS_PER_INCH for size in figure.get_size_inches())
    box = (left / width, bottom / height, (width - left - right) / width, (height - bottom - top) / height)
    axes = figure.add_axes(box)
    axes.tick_params(colors=LIGHT.muted)
    for side, spine in axes.spines.items():
        spine.set_color(LIGHT.line)
        spine.set_visible(side in ("left", "bottom"))
    return axes


def _data_uri(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
