"""Run the benchmarks: all, or those named (`first_feedback`, `cnn_training`, `isolation`, `start_up`, `watch`, `diagnosis`, `batch`)."""

from __future__ import annotations

import sys

from benchmarks import batch, cnn_training, diagnosis, first_feedback, isolation, start_up, watch

ALL = {
    "start_up": start_up.measure,
    "first_feedback": first_feedback.measure,
    "watch": watch.measure,
    "isolation": isolation.measure,
    "cnn_training": cnn_training.measure,
    "diagnosis": diagnosis.measure,
    "batch": batch.measure,
}


def main(names: list[str]) -> int:
    for name in names or list(ALL):
        if name not in ALL:
            print(f"no benchmark called {name!r}; there are: {', '.join(ALL)}", file=sys.stderr)
            return 2
        print(f"{name}: {ALL[name]()}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
