"""The connection to a Ray cluster, and what its nodes have."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.faults import GraderFault, UsageError

LOCAL = "ray"  # the cluster that this machine belongs to, or one of its own
CLIENT = "ray://"


@dataclass(frozen=True)
class Node:
    """A living node: its processors and GPUs, and the folder in which Ray keeps sockets and logs."""

    cpus: float
    gpus: float
    folder: Path


@dataclass(frozen=True)
class Demand:
    """What one lane takes of a node; of a GPU it may be a fraction."""

    cpus: int
    gpus: float

    def fits_into(self, node: Node) -> int:
        """Return how many such lanes a node has room for."""
        by_cpus = int(node.cpus // self.cpus)
        if not self.gpus:
            return by_cpus
        # Ray puts the fractions of one lane on one GPU.
        by_gpus = int(node.gpus) * int(1 / self.gpus + 1e-9) if self.gpus <= 1 else int(node.gpus // self.gpus)
        return min(by_cpus, by_gpus)


def room_for(demand: Demand, nodes: Iterable[Node]) -> int:
    """Return how many lanes the nodes have room for."""
    return sum(demand.fits_into(node) for node in nodes)


def living_nodes(ray: Any) -> list[Node]:
    """Return the nodes of the cluster that are there now."""
    return [
        Node(
            cpus=float(node["Resources"].get("CPU", 0)),
            gpus=float(node["Resources"].get("GPU", 0)),
            folder=Path(node["RayletSocketName"]).parents[2],  # .../ray/session_.../sockets/raylet
        )
        for node in ray.nodes()
        if node["Alive"]
    ]


@contextlib.contextmanager
def connected(address: str) -> Iterator[Any]:
    """Give the module `ray`, connected while the block runs.

    Args:
        address: `ray://HOST:PORT` of a cluster that is somewhere else; `ray` for the one that this machine belongs to
            (also RAY_ADDRESS), and where it belongs to none, one of this machine alone, which ends with the block.

    Raises:
        UsageError: Ray is not installed, or no cluster answers.
    """
    if address != LOCAL and not (address.startswith(CLIENT) and len(address) > len(CLIENT)):
        cure = "Write --on ray, or --on ray://HOST:10001."
        raise UsageError(f"{address!r} is no cluster that can be used", where="--on", cure=cure)
    try:
        import ray
    except ModuleNotFoundError as error:
        cure = "pip install 'grade[cluster]', here and on every node."
        raise UsageError("Ray is not installed", where=f"--on {address}", cure=cure) from error
    _connect(ray, address)
    try:
        yield ray
    except ConnectionError as error:
        cure = "The same command goes on where it was."
        raise GraderFault("the connection to the cluster is lost", where=str(error)[-500:], cure=cure) from error
    finally:
        ray.shutdown()


def _connect(ray: Any, address: str) -> None:
    quiet = {"log_to_driver": False, "logging_level": "ERROR"}
    try:
        if address != LOCAL:
            ray.init(address=address, **quiet)
            return
        try:
            ray.init(address="auto", **quiet)
        except ConnectionError:
            if os.environ.get("RAY_ADDRESS"):  # then a cluster is meant, and it does not answer
                raise
            os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # a grader reports to nobody
            ray.init(address="local", include_dashboard=False, **quiet)
    # RuntimeError: another version of Ray or of Python; ValueError: no address; ImportError: Ray without its client.
    except (ConnectionError, RuntimeError, ValueError, ImportError) as error:
        cure = (
            "Check that the cluster runs (`ray status` there), that Python and Ray are of the same versions here and there, "
            "and that RAY_AUTH_MODE and RAY_AUTH_TOKEN are the cluster's."
        )
        said = " ".join(str(error).split())[-500:]
        raise UsageError(f"no Ray cluster can be used: {said}", where=f"--on {address}", cure=cure) from error
