"""X-rays: what a suite learns by looking through a module, a training loop or a checkpoint, as tables and as words."""

from grader.suite.xray.cuts import cut_off, explain_path
from grader.suite.xray.fault import Fault
from grader.suite.xray.gradients import GradientXray, xray_gradients

__all__ = ["Fault", "GradientXray", "cut_off", "explain_path", "xray_gradients"]
