"""FashionMNIST on disk and in the worker: finding, fetching, reading, serving. No network."""

from __future__ import annotations

import functools
import gzip
import hashlib
import http.server
import os
import socket
import struct
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
import torch

from grader.datasets import (
    CLASS_NAMES,
    FASHION_MNIST_MD5,
    MIRRORS,
    cache_root,
    fetch_fashion_mnist,
    find_fashion_mnist,
    load_images,
    load_labels,
)
from grader.faults import UsageError
from grader.worker import datasets as served

IMAGES = {"train": 7, "t10k": 3}


def idx_images(count: int, seed: int) -> tuple[bytes, np.ndarray]:
    pixels = np.random.default_rng(seed).integers(0, 256, (count, 28, 28), dtype=np.uint8)
    return struct.pack(">4I", 0x803, count, 28, 28) + pixels.tobytes(), pixels


def idx_labels(count: int) -> tuple[bytes, np.ndarray]:
    labels = np.arange(count, dtype=np.uint8) % 10
    return struct.pack(">2I", 0x801, count) + labels.tobytes(), labels


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder with the four .gz files of a tiny set."""
    folder = tmp_path / "source"
    folder.mkdir()
    for number, (split, count) in enumerate(IMAGES.items()):
        (folder / f"{split}-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx_images(count, number)[0], mtime=0))
        (folder / f"{split}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx_labels(count)[0], mtime=0))
    return folder


@pytest.fixture
def md5s(source: Path) -> Mapping[str, str]:
    return {name: hashlib.md5((source / name).read_bytes()).hexdigest() for name in FASHION_MNIST_MD5}


@pytest.fixture
def mirror(source: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(source)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    thread.join()
    server.server_close()


def lay_files(root: Path, *, packed: bool = True) -> Path:
    raw = root / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    for name in FASHION_MNIST_MD5:
        (raw / (name if packed else name[: -len(".gz")])).write_bytes(b"")
    return root


def names_below(root: Path) -> set[str]:
    return {path.name for path in root.rglob("*") if path.is_file()}


BOTH_FORMS = {*FASHION_MNIST_MD5, *(name[: -len(".gz")] for name in FASHION_MNIST_MD5)}


# Finding


def test_names_md5s_and_the_first_mirror_are_torchvisions_own() -> None:
    datasets = pytest.importorskip("torchvision.datasets")

    assert dict(datasets.FashionMNIST.resources) == dict(FASHION_MNIST_MD5)
    assert MIRRORS[0] in datasets.FashionMNIST.mirrors
    assert list(CLASS_NAMES) == datasets.FashionMNIST.classes


@pytest.mark.parametrize("packed", [True, False], ids=["gzipped", "unpacked"])
def test_a_root_is_found_with_files_in_either_form(tmp_path: Path, packed: bool) -> None:
    root = lay_files(tmp_path / "somewhere", packed=packed)

    assert find_fashion_mnist(root, {}) == root


def test_one_missing_file_makes_a_root_no_root(tmp_path: Path) -> None:
    root = lay_files(tmp_path / "somewhere")
    (root / "FashionMNIST" / "raw" / "t10k-labels-idx1-ubyte.gz").unlink()

    assert find_fashion_mnist(root, {}) is None


@pytest.mark.parametrize("named", ["", "FashionMNIST", "FashionMNIST/raw", ".."], ids=["root", "set", "raw", "above"])
def test_grade_data_may_name_the_root_or_a_folder_near_it(tmp_path: Path, named: str) -> None:
    root = lay_files(tmp_path / "shared" / "fashion-mnist")
    place = root.parent if named == ".." else root / named

    assert find_fashion_mnist(None, {"GRADE_DATA": str(place), "HOME": str(tmp_path)}) == root


def test_places_are_searched_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    cache, course = tmp_path / "cache", tmp_path / "course"
    env = {"GRADE_DATA": str(tmp_path / "named"), "XDG_CACHE_HOME": str(cache)}
    places = [cache / "grade", course / "data", Path("data"), tmp_path / "named"]

    for place in places:  # the last of the search first: each new one comes before those that are there already
        lay_files(place)

        assert find_fashion_mnist(None, env, course=course) == place


def test_a_root_that_is_named_and_empty_is_not_replaced_by_another(tmp_path: Path) -> None:
    env = {"GRADE_DATA": str(lay_files(tmp_path / "elsewhere"))}

    assert find_fashion_mnist(tmp_path / "empty", env) is None


def test_a_relative_cache_folder_is_ignored(tmp_path: Path) -> None:
    assert cache_root({"XDG_CACHE_HOME": "cache", "HOME": str(tmp_path)}) == tmp_path / ".cache" / "grade"


# Fetching


def test_a_mirror_fills_the_root_with_both_forms(tmp_path: Path, mirror: str, md5s: Mapping[str, str]) -> None:
    seen: list[tuple[str, int, int]] = []

    root = fetch_fashion_mnist(tmp_path / "root", mirror, md5s=md5s, progress=lambda *step: seen.append(step))

    assert names_below(root) == BOTH_FORMS
    assert find_fashion_mnist(root, {}) == root
    assert {name for name, _, _ in seen} == set(md5s)
    assert all(done == total > 0 for _, done, total in seen)


@pytest.mark.parametrize("form", ["folder", "file URL", "root"])
def test_a_local_folder_serves_as_source(tmp_path: Path, source: Path, md5s: Mapping[str, str], form: str) -> None:
    if form == "root":
        raw = tmp_path / "other" / "FashionMNIST"
        raw.mkdir(parents=True)
        source.rename(raw / "raw")
        source = tmp_path / "other"
    name = source.as_uri() if form == "file URL" else str(source)

    root = fetch_fashion_mnist(tmp_path / "root", name, md5s=md5s)

    assert names_below(root) == BOTH_FORMS


def test_torchvision_reads_what_was_fetched(tmp_path: Path, source: Path, md5s: Mapping[str, str]) -> None:
    datasets = pytest.importorskip("torchvision.datasets")

    root = fetch_fashion_mnist(tmp_path / "root", str(source), md5s=md5s)

    assert len(datasets.FashionMNIST(root, train=False, download=False)) == IMAGES["t10k"]


def test_files_that_are_right_are_not_fetched_again(tmp_path: Path, source: Path, md5s: Mapping[str, str]) -> None:
    root = fetch_fashion_mnist(tmp_path / "root", str(source), md5s=md5s)

    fetch_fashion_mnist(root, str(tmp_path / "gone"), md5s=md5s)

    assert names_below(root) == BOTH_FORMS


def test_the_next_mirror_helps_where_one_fails(tmp_path: Path, mirror: str, md5s: Mapping[str, str]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{free.getsockname()[1]}/"

        root = fetch_fashion_mnist(tmp_path / "root", md5s=md5s, mirrors=(dead, mirror))

    assert names_below(root) == BOTH_FORMS


def test_a_wrong_file_is_refused_and_nothing_is_left(tmp_path: Path, mirror: str, md5s: Mapping[str, str]) -> None:
    wrong = {**md5s, "train-images-idx3-ubyte.gz": "0" * 32}

    with pytest.raises(UsageError, match="md5") as caught:
        fetch_fashion_mnist(tmp_path / "root", mirror, md5s=wrong)

    assert caught.value.where == mirror
    assert names_below(tmp_path / "root") == set()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("{mirror}nowhere/", "404", id="a page that is not there"),
        pytest.param("/no/such/folder", "No such file", id="a folder that is not there"),
        pytest.param("gopher://old.example/", "No such file", id="an unknown scheme"),
    ],
)
def test_a_source_that_fails_is_the_callers_fault(
    tmp_path: Path, mirror: str, md5s: Mapping[str, str], name: str, words: str
) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        fetch_fashion_mnist(tmp_path / "root", name.format(mirror=mirror), md5s=md5s)

    assert "--source" in caught.value.cure
    assert names_below(tmp_path / "root") == set()


def test_a_root_that_cannot_be_made_is_the_callers_fault(tmp_path: Path, source: Path, md5s: Mapping[str, str]) -> None:
    (tmp_path / "root").write_text("a file, not a folder")

    with pytest.raises(UsageError, match="cannot be written") as caught:
        fetch_fashion_mnist(tmp_path / "root", str(source), md5s=md5s)

    assert "--root" in caught.value.cure


# Reading


@pytest.mark.parametrize("form", ["gzipped", "unpacked"])
def test_images_and_labels_are_read_from_either_form(tmp_path: Path, form: str) -> None:
    raw = tmp_path / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    (image_bytes, images), (label_bytes, labels) = idx_images(5, seed=3), idx_labels(5)
    for name, data in (("t10k-images-idx3-ubyte", image_bytes), ("t10k-labels-idx1-ubyte", label_bytes)):
        if form == "gzipped":
            (raw / (name + ".gz")).write_bytes(gzip.compress(data))
        else:
            (raw / name).write_bytes(data)

    read_images, read_labels = load_images(tmp_path, train=False), load_labels(tmp_path, train=False)

    assert read_images.dtype == np.uint8 and read_images.flags.writeable
    np.testing.assert_array_equal(read_images, images)
    np.testing.assert_array_equal(read_labels, labels)


GOOD_IMAGES = idx_images(2, seed=0)[0]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        pytest.param("train-images-idx3-ubyte", b"", "starts with nothing", id="empty"),
        pytest.param("train-images-idx3-ubyte", b"<html>no</html>", "starts with", id="a web page"),
        pytest.param("train-images-idx3-ubyte", idx_labels(2)[0], "starts with", id="labels in the place of images"),
        pytest.param("train-images-idx3-ubyte", GOOD_IMAGES[:-1], "promises", id="cut short"),
        pytest.param("train-images-idx3-ubyte", GOOD_IMAGES + b"x", "promises", id="too long"),
        pytest.param("train-images-idx3-ubyte", struct.pack(">4I", 0x803, 1, 2, 2) + b"1234", "shape", id="small"),
        pytest.param("train-images-idx3-ubyte.gz", b"not gzip", "cannot be read", id="not gzip"),
        pytest.param("train-images-idx3-ubyte.gz", gzip.compress(GOOD_IMAGES)[:-20], "cannot be read", id="cut gzip"),
        pytest.param(
            "train-images-idx3-ubyte.gz",
            gzip.compress(GOOD_IMAGES)[:30] + b"\xff" * 30,
            "cannot be read",
            id="broken gzip",
        ),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    raw = tmp_path / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    (raw / name).write_bytes(data)

    with pytest.raises(UsageError, match=words) as caught:
        load_images(tmp_path, train=True)

    assert caught.value.where == str(raw / name)
    assert "grade data fashion-mnist" in caught.value.cure


def test_a_missing_file_and_a_label_out_of_range_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="missing"):
        load_labels(tmp_path, train=True)

    raw = tmp_path / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    (raw / "train-labels-idx1-ubyte").write_bytes(struct.pack(">2I", 0x801, 1) + b"\x0a")

    with pytest.raises(UsageError, match="label 10"):
        load_labels(tmp_path, train=True)


def test_the_real_files_are_read() -> None:
    root = find_fashion_mnist(None, os.environ)
    if root is None:
        pytest.skip("FashionMNIST is not on this machine: set GRADE_DATA, or run `grade data fashion-mnist`")

    images, labels = load_images(root, train=False), load_labels(root, train=False)

    assert images.shape == (10_000, 28, 28)
    assert np.bincount(labels).tolist() == [1_000] * 10


# Serving


def test_a_loader_serves_what_the_usual_one_serves() -> None:
    x, y = torch.randn(10, 3), torch.arange(10)

    batches = list(served.make_loader(x, y, batch_size=4))

    usual = list(torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), batch_size=4))
    assert len(batches) == len(usual) == 3
    for batch, other in zip(batches, usual, strict=True):
        assert type(batch) is type(other)
        assert all(torch.equal(part, same) for part, same in zip(batch, other, strict=True))


def test_a_loader_is_a_dataloader_with_all_that_students_ask_it() -> None:
    x, y = torch.randn(10, 3), torch.arange(10)

    loader = served.make_loader(x, y, batch_size=4, shuffle=True)

    assert type(loader) is torch.utils.data.DataLoader
    assert (loader.batch_size, len(loader), len(loader.dataset)) == (4, 3, 10)
    assert torch.equal(loader.dataset[6][0], x[6]) and loader.dataset[6][1] == 6
    orders = {tuple(torch.cat([labels for _, labels in loader]).tolist()) for _ in range(5)}
    assert len(orders) > 1 and all(sorted(order) == list(range(10)) for order in orders)


def test_its_dataset_can_be_split_and_loaded_by_the_students_own_loader() -> None:
    loader = served.make_loader(torch.randn(10, 3), torch.arange(10), batch_size=4)

    part, _ = torch.utils.data.random_split(loader.dataset, [6, 4])
    batches = list(torch.utils.data.DataLoader(part, batch_size=4))

    assert [tuple(x.shape) for x, _ in batches] == [(4, 3), (2, 3)]


def test_fashion_mnist_is_served_as_the_task_normalises_it() -> None:
    images = torch.arange(256, dtype=torch.uint8).repeat(10)[: 3 * 784].reshape(3, 28, 28)
    served.hold("tiny", train_images=images.numpy(), train_labels=np.array([1, 2, 3], np.uint8), test_images=images)

    data = served.dataset("tiny")

    x, y = next(iter(data.train_loader(batch_size=3)))
    in_order = y.argsort()
    expected = 2 * images.double().unsqueeze(1) / 255 - 1
    assert (x.dtype, y.dtype, tuple(x.shape)) == (torch.float32, torch.int64, (3, 1, 28, 28))
    torch.testing.assert_close(x[in_order].double(), expected, rtol=0, atol=1e-6)
    torch.testing.assert_close(data.test_images().double(), expected, rtol=0, atol=1e-6)


def test_scores_are_taken_in_eval_mode_and_without_gradients() -> None:
    images = torch.zeros(1500, 28, 28, dtype=torch.uint8)
    data = served.FashionMNIST(images, torch.zeros(1500, dtype=torch.uint8), images)
    net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Dropout(0.5), torch.nn.Linear(784, 10))

    scores = data.scores(net)

    assert scores.shape == (1500, 10) and not scores.requires_grad
    assert torch.equal(scores, scores[:1].expand(1500, 10))
    assert net.training


def test_a_data_set_that_nobody_holds_is_named() -> None:
    with pytest.raises(LookupError, match="cifar"):
        served.dataset("cifar")


def test_torchvision_reads_the_synthetic_root(tmp_path: Path) -> None:
    datasets = pytest.importorskip("torchvision.datasets")

    served.write_synthetic_root(tmp_path, seed=5)

    images, labels = served.synthetic_images(5, train=False)
    test = datasets.FashionMNIST(tmp_path, train=False, download=True)
    assert len(datasets.FashionMNIST(tmp_path, train=True)) == 60_000
    assert torch.equal(test.data, images) and torch.equal(test.targets, labels.long())
