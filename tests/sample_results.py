"""Results for the tests of the reports: every verdict, every kind of evidence, and text that wants to do harm."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from grader.records import (
    SECOND_HINT,
    CaptionedImage,
    CheckRecord,
    ConfusionEvidence,
    CurveEvidence,
    Disclosure,
    Environment,
    Evidence,
    Excerpt,
    GradientEvidence,
    GradientRow,
    Grid,
    ImageEvidence,
    Outcome,
    Reading,
    Result,
    Series,
    TensorEvidence,
    Verdict,
)

CONTAINERS = "Containers that register their modules"
ACCESS = "Access by key"
CALL = "Call against .forward"

HTML = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;{{ 7 * 7 }}{% raw %}"
MARKUP = "[bold red]not bold[/] [link=https://example.org]click[/link] [/] :smile:"
ANSI = "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b1m \x00 \x08\x08"
BIDI = "safe \u202egnp.exe \u2066isolated\u2069 \u200bzero \ufeff"
SURROGATE = "half \ud83d of a face"
HOSTILE = "\n".join((HTML, MARKUP, ANSI, BIDI, SURROGATE))
LONG = "word and " * 1200 + "x" * 2000

ENVIRONMENT = Environment(
    grader="0.1.0",
    python="3.11.9",
    torch="2.6.0",
    platform="Linux x86_64",
    isolation="landlock",
    start="forked",
    seed=1234,
    suite_sha256="5f1c" * 16,
    device_name="",
)


def make_check(title: str, verdict: Verdict = Verdict.PASSED, **fields: Any) -> CheckRecord:
    """Return a check worth 2 points, with none of them where it did not pass."""
    defaults: dict[str, Any] = {
        "name": "test_hidden.py::test_" + title.lower().replace(" ", "_")[:40],
        "suite": "hidden",
        "disclosure": Disclosure.HINT,
        "points": Decimal(2 if verdict is Verdict.PASSED else 0),
        "max_points": Decimal(2),
        "seconds": 0.02,
    }
    return CheckRecord(title=title, verdict=verdict, **{**defaults, **fields})


def make_result(*checks: CheckRecord, **fields: Any) -> Result:
    """Return a graded result of `checks`, its points theirs."""
    defaults: dict[str, Any] = {
        "exercise": "exercise3",
        "title": "The ModuleDict calculator",
        "student": "ada",
        "files": ("calculator.py",),
        "sha256": "c0ffee" * 10,
        "outcome": Outcome.GRADED,
        "points": sum((check.points for check in checks), Decimal(0)),
        "max_points": sum((check.max_points for check in checks), Decimal(0)),
        "pass_mark": 1.0,
        "device": "cpu",
        "seconds": 0.4213,
        "environment": ENVIRONMENT,
        "concepts": (CONTAINERS, ACCESS, CALL),
    }
    return Result(checks=checks, **{**defaults, **fields})


EXCERPT = Excerpt(
    file="calculator.py",
    first_line=11,
    lines=(
        "    def __init__(self, amounts: dict[str, float] | None = None) -> None:",
        "        super().__init__()",
        "        # the amounts of the course, unless others are given",
        '        amounts = amounts or {"add2": 2, "add3": 3, "add5": 5}',
        "        self.add_dict = {name: Add(amount) for name, amount in amounts.items()}",
        "",
        '    def forward(self, x, order=("add3", "add2", "add5")):',
    ),
    line=15,
    column=25,
)
TENSORS = TensorEvidence(
    title="the result for x of shape (2, 3)",
    actual=Grid(shape=(2, 3), dtype="float32", rows=((0.5, -1.25, 3.0), (0.0, "nan", -4.0))),
    expected=Grid(shape=(2, 3), dtype="float32", rows=((0.5, -1.25, 2.0), (0.0, 1.75, -4.0))),
    differs=((False, False, True), (False, True, False)),
)
LARGE_TENSORS = TensorEvidence(
    title="the scores",
    actual=Grid(
        shape=(3, 40, 50),
        dtype="float32",
        rows=tuple(tuple(math.sin(i + j) * (i - 7) for j in range(16)) for i in range(8)),
        window="[0, 4:12, :16]",
    ),
)
GRADIENTS = GradientEvidence(
    title="after one backward pass",
    rows=(
        GradientRow(
            name="weights",
            shape=(7, 12),
            registered=True,
            requires_grad=True,
            state="right",
            norm=3.5,
            expected_norm=3.5,
        ),
        GradientRow(
            name="bias", shape=(12,), registered=False, requires_grad=False, state="none", norm=None, expected_norm=1.25
        ),
        GradientRow(name="scale", shape=(), registered=True, requires_grad=True, state="nan", norm=math.nan),
    ),
)
CURVE = CurveEvidence(
    title="training loss",
    x_label="epoch",
    y_label="mean loss per image",
    series=(
        Series(label="yours", y=(2.3, 1.6, 1.1, math.nan, 0.8, 0.7)),
        Series(label="a net that learns", y=(2.3, 0.9, 0.6, 0.5, 0.45, 0.42)),
    ),
)
CLASSES = ("T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
CONFUSION = ConfusionEvidence(
    title="test images",
    labels=CLASSES,
    counts=tuple(tuple(830 if i == j else (i * 7 + j * 3) % 40 for j in range(10)) for i in range(10)),
)
IMAGES = ImageEvidence(
    title="misclassified images",
    images=tuple(
        CaptionedImage(
            pixels=tuple(tuple((i * 9 * (k + 1) + j * 5) % 256 for j in range(28)) for i in range(28)),
            caption=f"Shirt, taken for {name}",
        )
        for k, name in enumerate(CLASSES[:7])
    ),
)
ALL_EVIDENCE: tuple[Evidence, ...] = (TENSORS, LARGE_TENSORS, GRADIENTS, CURVE, CONFUSION, IMAGES)


READING = (
    Reading(
        concept=CONTAINERS,
        heading="Containers that register their modules",
        anchor="containers-that-register-their-modules",
        text="A plain `dict` hides its modules.\n\n```python\nself.seen = nn.ModuleDict({'relu': nn.ReLU()})\n```\n\n"
        "#### In a table\n\n| container | registers |\n|---|---:|\n| `dict` | no |\n\n- [torch](https://pytorch.org/docs)\n",
    ),
    Reading(concept=ACCESS, heading="Access by key", anchor="access-by-key", text="Ask for a module by its *name*."),
    Reading(
        concept=CALL, heading="Call against .forward", anchor="call-against-forward", text="Call, so that hooks run."
    ),
)


def typical() -> Result:
    """Return what a student reads most often: much is right, one mistake shows twice."""
    plain_dict = {
        "message": "calculator.add_dict is a plain dict: its modules are not registered, so parameters() and "
        "state_dict() do not see them.",
        "hint": "Which container of torch.nn does the same job and registers what it holds?",
        "where": "calculator.py:15",
        "excerpt": EXCERPT,
    }
    return make_result(
        make_check("An Add module adds its value", concept=CONTAINERS),
        make_check(
            "The modules of the calculator are registered", Verdict.FAILED, concept=CONTAINERS, **plain_dict,
            output="building\ncalculator ready\n",
        ),
        make_check("The state dict holds every amount", Verdict.FAILED, concept=CONTAINERS, **plain_dict),
        make_check("The modules run in the order that is asked for", concept=ACCESS),
        make_check(
            "A name that comes twice runs twice", Verdict.PARTIAL, points=Decimal("0.5"), concept=ACCESS,
            message="calculator(x, order=('add2', 'add2')): each value is short by 2.",
            hint="How often does forward look at each name?",
            evidence=(TENSORS,),
        ),
        make_check("An unknown name raises KeyError", concept=ACCESS),
        make_check("Hooks of the modules run", concept=CALL),
        make_check(
            "Gradients pass through the calculator", Verdict.NOT_RUN, concept=CALL,
            message="Not run: it needs the check \"The modules of the calculator are registered\".",
        ),
        pass_mark=0.75, reading=READING,
        notes=("add_two.py was not used: the exercise takes calculator.py alone.",),
    )  # fmt: skip


def every_verdict() -> Result:
    """Return one check of every verdict."""
    return make_result(
        *(
            make_check(
                f"A check that ended as {verdict.value}", verdict, concept=CONTAINERS,
                message="" if verdict is Verdict.PASSED else f"What happened where the verdict is {verdict.value}.",
                hint="Where to look.", where="calculator.py:15",
            )
            for verdict in Verdict
        )
    )  # fmt: skip


def every_evidence() -> Result:
    """Return one failing check that shows every kind of evidence."""
    return make_result(
        make_check(
            "Everything is shown", Verdict.FAILED, disclosure=Disclosure.ALL, message="Something is wrong.",
            evidence=ALL_EVIDENCE, excerpt=EXCERPT, where="calculator.py:15", output="line\n" * 500, detail="Traceback",
        )
    )  # fmt: skip


def stub() -> Result:
    """Return what the untouched stub gets."""
    return make_result(
        *(
            make_check(
                f"Promise {number} is kept", Verdict.NOT_IMPLEMENTED, concept=CONTAINERS,
                message="Calculator.__init__ is not implemented yet.", where="calculator.py:14",
            )
            for number in range(4)
        ),
        hidden_checks=9,
    )  # fmt: skip


def one_exception() -> Result:
    """Return two checks of two concepts that one line stops, each with a hint of its own, and a third that fails besides."""
    line = {"where": "calculator.py:15", "excerpt": EXCERPT}
    known = "Print both shapes." + SECOND_HINT
    return make_result(
        make_check(
            "Small tensors are added", Verdict.FAILED, concept=CONTAINERS, **line,
            message="RuntimeError: The size of tensor a (2) must match the size of tensor b (3)",
            hint=known + "Is the value a number?",
        ),
        make_check(
            "Large tensors are added", Verdict.FAILED, concept=ACCESS, **line,
            message="RuntimeError: The size of tensor a (70) must match the size of tensor b (12)",
            hint=known + "Is the order looked at?",
        ),
        make_check(
            "An unknown name raises KeyError", Verdict.FAILED, concept=ACCESS, message="nothing was raised",
            hint="What does a dict do?",
        ),
        reading=READING,
    )  # fmt: skip


def one_cause() -> Result:
    """Return checks that all fail for the same reason."""
    return make_result(
        *(
            make_check(
                f"Promise {number} is kept", Verdict.CRASHED, concept=ACCESS,
                message="AttributeError: cannot assign module before Module.__init__() call",
                hint="What must __init__ of a module do before anything else?",
                where="calculator.py:15", excerpt=EXCERPT,
            )
            for number in range(3)
        )
    )  # fmt: skip


def cannot_run() -> Result:
    """Return what a file with a syntax error gets."""
    cause = make_check(
        "calculator.py can be imported", Verdict.CRASHED, name="calculator.py", suite="engine",
        disclosure=Disclosure.ALL, points=Decimal(0), max_points=Decimal(0),
        message="SyntaxError: expected ':'", hint="Look at the end of the line that the caret points to.",
        where="calculator.py:3",
        excerpt=Excerpt(
            file="calculator.py", first_line=1, line=3, column=21,
            lines=("import torch", "", "class Add(nn.Module)", "    pass"),
        ),
    )  # fmt: skip
    waiting = [make_check(f"Promise {number} is kept", Verdict.NOT_RUN, concept=ACCESS) for number in range(5)]
    return make_result(cause, *waiting, outcome=Outcome.CANNOT_RUN)


def grader_error() -> Result:
    """Return what the grader says when it could not grade."""
    check = make_check(
        "The suite could be collected", Verdict.GRADER_ERROR, suite="engine", message="The judge ended unexpectedly.",
        hint="Run `grade doctor`.", detail="Traceback of ours",
    )  # fmt: skip
    return make_result(check, outcome=Outcome.GRADER_ERROR)


def hostile() -> Result:
    """Return a result whose every text wants to break the report."""
    excerpt = Excerpt(
        file=HTML + "\n.py",
        first_line=1,
        lines=(HTML, "\t" + ANSI + BIDI, "x = '" + "y" * 3000, SURROGATE),
        line=2,
        column=9,
    )
    hostile_check = make_check(
        HOSTILE, Verdict.FAILED, name=HOSTILE, concept=HOSTILE, message=HOSTILE, hint=HOSTILE, where=HOSTILE,
        output=HOSTILE * 20, detail=HOSTILE, excerpt=excerpt, disclosure=Disclosure.ALL,
        evidence=(
            TensorEvidence(title=HTML, actual=Grid(shape=(1, 2), dtype=HTML, rows=((HTML, "inf"),), window=HTML)),
            GradientEvidence(
                title=HTML,
                rows=(GradientRow(name=HOSTILE, shape=(1,), registered=False, requires_grad=False, state=HTML),),
            ),
            CurveEvidence(
                title=HTML, x_label="$\\frac{$", y_label=HTML, series=(Series(label=HOSTILE, y=(math.inf,)),)
            ),
            ConfusionEvidence(title=HTML, labels=("$a_{", HTML), counts=((1, 2), (0, 0))),
            ImageEvidence(title=HTML, images=(CaptionedImage(pixels=((0, 999), (-4, 255)), caption=HOSTILE),)),
        ),
    )  # fmt: skip
    long = make_check(
        LONG, Verdict.CRASHED, message=LONG, hint=LONG, where=LONG, output="no newline " * 5000, concept=LONG
    )
    return make_result(
        hostile_check, long, exercise=HTML, title=HOSTILE, student=HOSTILE, files=(HOSTILE, HTML),
        concepts=(HOSTILE,), notes=(HOSTILE, LONG),
        reading=(
            Reading(
                concept=HOSTILE, heading=HOSTILE, anchor=HTML,
                text=f"{HOSTILE}\n\n```{HTML}\n{HTML}\n```\n\n[{HTML}](javascript:alert(1)) ![{HTML}](https://example.org/x.png)\n\n"
                f'[a](https://example.org/"onclick="x) <https://example.org>\n\n###### {HTML}\n\n{LONG}',
            ),
        ),
    )  # fmt: skip


def hidden_only() -> Result:
    """Return a result of which the student may read nothing but the total."""
    return make_result(
        make_check("A secret promise", disclosure=Disclosure.NOTHING, concept=ACCESS),
        make_check(
            "Another secret promise", Verdict.FAILED, disclosure=Disclosure.NOTHING, concept=CALL,
            message="A secret message", hint="A secret hint", where="secret.py:1", output="secret output",
            detail="secret detail", evidence=ALL_EVIDENCE, excerpt=EXCERPT,
        ),
    )  # fmt: skip


def passed() -> Result:
    """Return full points."""
    return make_result(
        *(
            make_check(f"Promise {number} is kept", concept=concept)
            for number in range(3)
            for concept in (CONTAINERS, ACCESS)
        ),
        hidden_checks=1,
    )


def empty() -> Result:
    """Return a result without checks."""
    return make_result(files=(), concepts=(), student="", title="")


SAMPLES = {
    "typical": typical,
    "every verdict": every_verdict,
    "every evidence": every_evidence,
    "stub": stub,
    "one exception": one_exception,
    "one cause": one_cause,
    "cannot run": cannot_run,
    "grader error": grader_error,
    "hostile": hostile,
    "hidden only": hidden_only,
    "passed": passed,
    "empty": empty,
}
