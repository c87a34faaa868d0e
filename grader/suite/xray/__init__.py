"""X-rays: what a suite learns by looking through a module, a training loop or a checkpoint, as tables and as words."""

from grader.suite.xray.checkpoints import (
    StateXray,
    compare_states,
    edit_pickle,
    files_below,
    first_loss,
    kind_of,
    moved_to,
    open_checkpoint,
    shared_entries,
    with_trap,
)
from grader.suite.xray.cuts import cut_off, explain_path
from grader.suite.xray.devices import misplaced, misplaced_state
from grader.suite.xray.evaluation import EvaluationXray, ways_to_count, xray_evaluation
from grader.suite.xray.fault import Fault
from grader.suite.xray.gradients import GradientXray, xray_gradients
from grader.suite.xray.loaders import count_faults, training_faults
from grader.suite.xray.losses import other_losses, ways_to_add, wrong_loss
from grader.suite.xray.training import TrainingXray, xray_training
from grader.suite.xray.witness import BRIGHTNESS, Task, make_task

__all__ = [
    "BRIGHTNESS",
    "EvaluationXray",
    "Fault",
    "GradientXray",
    "StateXray",
    "Task",
    "TrainingXray",
    "compare_states",
    "count_faults",
    "cut_off",
    "edit_pickle",
    "explain_path",
    "files_below",
    "first_loss",
    "kind_of",
    "make_task",
    "misplaced",
    "misplaced_state",
    "moved_to",
    "open_checkpoint",
    "other_losses",
    "shared_entries",
    "training_faults",
    "ways_to_add",
    "ways_to_count",
    "with_trap",
    "wrong_loss",
    "xray_evaluation",
    "xray_gradients",
    "xray_training",
]
