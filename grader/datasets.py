"""FashionMNIST on disk: where it lies, how it gets there, and its four files as arrays. Imports no torch.

A *root* is the folder that holds `FashionMNIST/raw`, as `torchvision.datasets.FashionMNIST(root)` means it.
In `raw` lie four idx files, each unpacked, gzipped, or both. torchvision itself reads the unpacked ones only.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from grader.faults import UsageError

if TYPE_CHECKING:
    import numpy as np

# Names and md5s as in torchvision.datasets.FashionMNIST.resources; tests/test_datasets.py compares them.
FASHION_MNIST_MD5: Mapping[str, str] = {
    "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
    "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
    "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
}
# torchvision's own, then the repository of those who made the data.
MIRRORS: Sequence[str] = (
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
)
CLASS_NAMES: Sequence[str] = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip

RAW = Path("FashionMNIST") / "raw"
IMAGE_SIDE = 28
CLASSES = len(CLASS_NAMES)

IDX_IMAGES = 0x00000803  # idx format: unsigned bytes in three dimensions
IDX_LABELS = 0x00000801  # and in one
CHUNK_BYTES = 1 << 18
LARGEST_DOWNLOAD_BYTES = 64 << 20
LARGEST_UNPACKED_BYTES = 256 << 20
TIMEOUT_S = 30.0
FETCH_CURE = "Fetch it once with `grade data fashion-mnist`."

Progress = Callable[[str, int, int], None]
"""Called as `progress(file name, bytes so far, bytes in all or 0)`."""


def find_fashion_mnist(root: Path | None, env: Mapping[str, str], *, course: Path | None = None) -> Path | None:
    """Return the first root that holds all four files, or None.

    Args:
        root: looked at alone where it is given: whoever names a folder does not mean another one.
        env: `GRADE_DATA`, `XDG_CACHE_HOME` and `HOME` are read from here.
        course: folder of the course; its `data/` is looked at, too.
    """
    if root is not None:
        return _root_at(root)
    places = [Path("data")]
    if env.get("GRADE_DATA"):
        places.insert(0, Path(env["GRADE_DATA"]).expanduser())
    if course is not None:
        places.append(course / "data")
    places.append(cache_root(env))
    return next((found for place in places if (found := _root_at(place))), None)


def cache_root(env: Mapping[str, str]) -> Path:
    """Return the root to which data are fetched where no other is named: `grade` in the user's cache folder."""
    cache = env.get("XDG_CACHE_HOME", "")
    # The XDG specification tells programs to ignore a relative path there.
    if os.path.isabs(cache):
        return Path(cache) / "grade"
    home = Path(env["HOME"]) if env.get("HOME") else Path.home()
    return home / ".cache" / "grade"


def fetch_fashion_mnist(
    root: Path,
    source: str | None = None,
    *,
    md5s: Mapping[str, str] = FASHION_MNIST_MD5,
    mirrors: Sequence[str] = MIRRORS,
    progress: Progress | None = None,
) -> Path:
    """Lay the four files under `root`, gzipped and unpacked, and return `root`; what is there and right is kept.

    Every file is checked against its md5 before it gets its name: a broken fetch leaves nothing behind.

    Args:
        source: URL of a mirror, or a local folder (also as `file://`) that holds the four .gz files; None: `mirrors`.

    Raises:
        UsageError: the source cannot be reached or has other files, or `root` cannot be written.
    """
    origins = [source] if source else list(mirrors)
    folder = root / RAW
    report = progress or (lambda name, done, total: None)
    with _words_for_disk_faults(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, md5 in md5s.items():
            packed = folder / name
            if not packed.is_file() or _md5_of(packed) != md5:
                _fetch_from_first(origins, packed, md5, report)
            _unpack(packed)
    return root


def files_for_students(root: Path) -> tuple[list[Path], list[Path]]:
    """Return what student code may read of a data set, and what in it stays out of its sight: the labels of the test images."""
    labels = f"{_split(train=False)}-labels"
    return [root / RAW], sorted((root / RAW).glob(f"{labels}*"))


def load_images(root: Path, train: bool) -> np.ndarray:
    """Return the training or test images, uint8 of shape (N, 28, 28).

    Raises:
        UsageError: a file is missing or damaged.
    """
    path, data = _read(root, f"{_split(train)}-images-idx3-ubyte")
    count = _idx_count(data, path, IDX_IMAGES, (IMAGE_SIDE, IMAGE_SIDE))
    return _array(data, offset=16).reshape(count, IMAGE_SIDE, IMAGE_SIDE)


def load_labels(root: Path, train: bool) -> np.ndarray:
    """Return the training or test labels, uint8 of shape (N,), each 0 to 9.

    Raises:
        UsageError: a file is missing or damaged.
    """
    path, data = _read(root, f"{_split(train)}-labels-idx1-ubyte")
    _idx_count(data, path, IDX_LABELS, ())
    labels = _array(data, offset=8)
    if labels.size and int(labels.max()) >= CLASSES:
        raise _damaged(path, f"holds the label {int(labels.max())}; FashionMNIST has the labels 0 to {CLASSES - 1}")
    return labels


# Finding


def _root_at(place: Path) -> Path | None:
    """Return the root at `place`, which may also be named one level too high or down to two levels too deep."""
    candidates = [place, place / "fashion-mnist", place / "data"]
    if place.name == "FashionMNIST":
        candidates.append(place.parent)
    if place.name == "raw" and place.parent.name == "FashionMNIST":
        candidates.append(place.parent.parent)
    return next((root for root in candidates if _is_complete(root)), None)


def _is_complete(root: Path) -> bool:
    def is_there(name: str) -> bool:
        packed = root / RAW / name
        return packed.is_file() or packed.with_suffix("").is_file()

    try:
        return all(is_there(name) for name in FASHION_MNIST_MD5)
    except OSError:  # a folder that may not be searched is no place to find data
        return False


# Fetching


def _fetch_from_first(origins: Sequence[str], packed: Path, md5: str, report: Progress) -> None:
    """Fetch one file from the first origin that has the right one; the last UsageError where none has."""
    for number, origin in enumerate(origins, start=1):
        try:
            _fetch(origin, packed, md5, report)
        except UsageError:
            if number == len(origins):
                raise
        else:
            return


def _fetch(origin: str, packed: Path, md5: str, report: Progress) -> None:
    with _new_file(packed) as out:
        digest = hashlib.md5(usedforsecurity=False)
        done = 0
        for chunk, total in _chunks(origin, packed.name):
            done += len(chunk)
            if done > LARGEST_DOWNLOAD_BYTES:
                raise _wrong_file(packed.name, origin, f"it is larger than {LARGEST_DOWNLOAD_BYTES >> 20} MB")
            digest.update(chunk)
            out.write(chunk)
            report(packed.name, done, total)
        if digest.hexdigest() != md5:
            raise _wrong_file(packed.name, origin, f"its md5 is {digest.hexdigest()}, not {md5} ({done} bytes)")


def _chunks(origin: str, name: str) -> Iterator[tuple[bytes, int]]:
    """Yield the bytes of file `name` at `origin`, each chunk with the size of the whole file (0: not known)."""
    # Imported late, as in the functions below: the command starts without them, and few runs fetch anything.
    import http.client
    import urllib.error

    try:
        with _open(origin, name) as (stream, total):
            while chunk := stream.read(CHUNK_BYTES):
                yield chunk, total
    except urllib.error.HTTPError as error:
        raise _unreachable(name, origin, f"the server answered {error.code} {error.reason}") from error
    except urllib.error.URLError as error:
        raise _unreachable(name, origin, str(error.reason)) from error
    # ValueError: not a URL; OSError also covers a timeout and a connection that is cut.
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise _unreachable(name, origin, str(error) or type(error).__name__) from error


@contextmanager
def _open(origin: str, name: str) -> Iterator[tuple[BinaryIO, int]]:
    import urllib.request

    if origin.startswith(("http://", "https://")):
        url = origin.rstrip("/") + "/" + name
        request = urllib.request.Request(url, headers={"User-Agent": "grade"})
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
            yield answer, int(answer.headers.get("Content-Length") or 0)
        return
    path = _local_file(_local_folder(origin), name)
    with path.open("rb") as file:
        yield file, path.stat().st_size


def _local_folder(origin: str) -> Path:
    import urllib.parse
    import urllib.request

    if origin.startswith("file:"):
        return Path(urllib.request.url2pathname(urllib.parse.urlsplit(origin).path))
    return Path(origin).expanduser()


def _local_file(folder: Path, name: str) -> Path:
    places = [folder / name, folder / RAW / name, folder / "raw" / name]
    return next((path for path in places if path.is_file()), places[0])


def _unpack(packed: Path) -> None:
    """Write the unpacked twin of a .gz file whose md5 is known to be right, unless it is there in full size."""
    unpacked = packed.with_suffix("")
    if unpacked.is_file() and unpacked.stat().st_size == _unpacked_size(packed):
        return
    with gzip.open(packed, "rb") as data, _new_file(unpacked) as out:
        shutil.copyfileobj(data, out, CHUNK_BYTES)


def _unpacked_size(packed: Path) -> int:
    """Return what the last four bytes of a gzip file say: its unpacked size (files here are far below 4 GB)."""
    with packed.open("rb") as file:
        file.seek(-4, os.SEEK_END)
        return int.from_bytes(file.read(4), "little")


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that gets the name `path` when all went well, and is gone when not."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
        os.chmod(temporary, 0o644)  # mkstemp's 0600 would hide data in a shared folder from everybody else
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _md5_of(path: Path) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


@contextmanager
def _words_for_disk_faults(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"FashionMNIST cannot be written: {error.strerror or error}",
            where=str(folder),
            cure="Name a folder that you may write, with 100 MB free: `grade data fashion-mnist --root DIR`.",
        ) from error


def _unreachable(name: str, origin: str, reason: str) -> UsageError:
    return UsageError(
        f"{name} cannot be fetched: {reason}",
        where=origin,
        cure="Check the connection, or name a mirror or a folder with the four .gz files: "
        "`grade data fashion-mnist --source URL-OR-FOLDER`.",
    )


def _wrong_file(name: str, origin: str, reason: str) -> UsageError:
    return UsageError(
        f"{name} is not the file of FashionMNIST: {reason}",
        where=origin,
        cure="Try again; if it stays so, name another source: `grade data fashion-mnist --source URL-OR-FOLDER`.",
    )


# Reading


def _split(train: bool) -> str:
    return "train" if train else "t10k"


def _read(root: Path, name: str) -> tuple[Path, bytearray]:
    """Return the bytes of an idx file and the path they came from: the unpacked file if it is there, else the .gz."""
    unpacked = root / RAW / name
    packed = unpacked.with_name(name + ".gz")
    path = unpacked if unpacked.is_file() else packed
    try:
        if path == unpacked:
            return path, bytearray(path.read_bytes())
        with gzip.open(packed, "rb") as file:
            data = bytearray(file.read(LARGEST_UNPACKED_BYTES + 1))
    except FileNotFoundError as error:
        raise UsageError(f"the FashionMNIST file {name} is missing", where=str(path), cure=FETCH_CURE) from error
    # A damaged stream shows as zlib.error, which is no OSError, or as an early end.
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(path, f"cannot be read: {error}") from error
    if len(data) > LARGEST_UNPACKED_BYTES:
        raise _damaged(path, f"unpacks to more than {LARGEST_UNPACKED_BYTES >> 20} MB")
    return path, data


def _idx_count(data: bytearray, path: Path, magic: int, item_shape: tuple[int, ...]) -> int:
    """Check the header and the length of an idx file; return how many items it holds."""
    header = [int.from_bytes(data[i : i + 4], "big") for i in range(0, 8 + 4 * len(item_shape), 4)]
    if header[0] != magic:
        raise _damaged(path, f"starts with {bytes(data[:4]).hex() or 'nothing'}, not with {magic:08x}")
    if tuple(header[2:]) != item_shape:
        raise _damaged(path, f"holds items of shape {tuple(header[2:])}, not {item_shape}")
    item_bytes = 1
    for side in item_shape:
        item_bytes *= side
    expected = 4 * len(header) + header[1] * item_bytes
    if len(data) != expected:
        raise _damaged(path, f"has {len(data)} bytes; its header promises {expected}")
    return header[1]


def _array(data: bytearray, offset: int) -> np.ndarray:
    import numpy as np

    # Over a bytearray the array is writable, as torch.from_numpy wants it.
    return np.frombuffer(data, dtype=np.uint8, offset=offset)


def _damaged(path: Path, how: str) -> UsageError:
    return UsageError(
        f"{path.name} {how}",
        where=str(path),
        cure="Delete the file and fetch it again with `grade data fashion-mnist`.",
    )
