"""Hidden checks of exercise 2: gather for any number of dimensions, and the three functions that use it."""


import pytest
import torch

from grader.suite import assert_tensor, expect, expect_raises, fail, trying
from grader.suite.xray import cut_off, misplaced

pytestmark = pytest.mark.forbid("torch.gather", "torch.take_along_dim", "torch.index_select", "numpy")

CUT_HINT = (
    "The autograd graph ends wherever values leave tensor operations: .data, .detach(), .item(), .tolist(), int(...), "
    "torch.tensor(...) of values, torch.no_grad(), or set_grad_enabled(False) anywhere in the file. Where does a value of the input leave its tensor?"
)


def followed(remote, call, what):
    """Return the result of a call on an input that requires grad; where it is cut off from that, fail at the line that cuts."""
    result = call()
    expect(
        isinstance(result, torch.Tensor),
        f"{what} returns {'None' if result is None else 'no tensor'}",
        hint="Does every way through the function end in a return statement, and is a tensor returned?",
    )
    if not result.requires_grad:  # following each operation takes longer than all of them: only where there is something to find
        with remote.trace() as trace:
            call()
        cut_off(trace, next(iter(trace.fates), ""), result=f"the result of {what}").fail(hint=CUT_HINT)
    return result


def shape_of(tensor):
    """Return the shape of `tensor` as words read it."""
    return tuple(tensor.shape)


def words_for(dim, a, index):
    """Return the call that a message is about."""
    return f"gather(a, {dim}, index) for a of shape {shape_of(a)} and index of shape {shape_of(index)}"


def places(high, shape, device):
    """Return random places in 0..high-1, as an index of `shape`; the highest is always among them."""
    index = torch.randint(high, shape, device=device)
    index.view(-1)[int(torch.randint(index.numel(), ()))] = high - 1
    return index


def resized(shape, dim, size):
    """Return `shape` with another size in dimension `dim`."""
    return tuple(size if k == dim else n for k, n in enumerate(shape))


def place_by_sizes(index, dim, sizes):
    """Return where the elements would lie in the flattened tensor, were these its sizes."""
    flat = torch.zeros_like(index)
    for k, size in enumerate(sizes):
        own = torch.arange(index.shape[k]).reshape(resized([1] * index.dim(), k, index.shape[k]))
        flat = flat * size + (index if k == dim else own)
    return flat


def place_by_columns(index, dim, sizes):
    """Return where the elements would lie in the flattened tensor, were its first dimension the one that runs fastest."""
    flat = torch.zeros_like(index)
    for k in reversed(range(len(sizes))):
        own = torch.arange(index.shape[k]).reshape(resized([1] * index.dim(), k, index.shape[k]))
        flat = flat * sizes[k] + (index if k == dim else own)
    return flat


def known_mistakes(a, dim, index):
    """Return what the usual mistakes give instead of `torch.gather(a, dim, index)`, as they are now; computed when they are asked for.

    On the CPU, where an index out of range is an exception and not the end of the device's context.
    """
    a, index = a.detach().cpu().clone(), index.cpu().clone()
    dim %= a.dim()
    first_line = index.movedim(dim, 0).reshape(index.shape[dim], -1)[:, 0]
    top_left = a[tuple(slice(n) for n in index.shape)]
    mistakes = {
        f"the index is used along dimension {k} instead of dimension {dim}: are dimensions swapped?": lambda k=k: torch.gather(a, k, index)
        for k in range(a.dim())
        if k != dim
    }
    if a.dim() == 2:
        rows, columns = torch.arange(index.shape[0])[:, None], torch.arange(index.shape[1])[None]
        swapped = "the coordinate that stays is taken from the wrong dimension: row and column are swapped"
        mistakes[swapped] = lambda: a[index, rows.expand_as(index)] if dim == 0 else a[columns.expand_as(index), index]
    if dim > 0:  # along dimension 0 both are a[index]
        mistakes |= {
            f"whole slices along dim are chosen (as by a[{':, ' * dim}index]) instead of single elements": (
                lambda: a[(slice(None),) * dim + (index,)]
            ),
            "whole slices along dim are chosen (of a transposed a) instead of single elements": (
                lambda: a.transpose(0, dim)[index].transpose(0, dim)
            ),
        }
    mistakes |= {
        "whole slices are chosen (as by a[index]) instead of single elements": lambda: a[index],
        "the result has the dtype of the index, not that of a: its values are cut to whole numbers": (
            lambda: torch.gather(a, dim, index).to(index.dtype)
        ),
        "the index counts through the flattened tensor, not along one dimension": lambda: torch.take(a, index),
        "the index replaces all coordinates, not only the one along dim": lambda: a[(index,) * a.dim()],
        "the index itself is returned": lambda: index.to(a.dtype),
        "the index is not used: the elements are those at the places of the result": lambda: top_left,
        "the values are scattered to the places of the index, not gathered from them": (
            lambda: torch.zeros(index.shape, dtype=a.dtype).scatter(dim, index, top_left)
        ),
        "one line of the index is used for all others (that is index_select, not gather)": (
            lambda: a.index_select(dim, first_line)
        ),
        "the answer of the example in the task text is returned, whatever is asked for": (
            lambda: torch.tensor([[1, 4], [3, 4]]).to(a.dtype)
        ),
        "the place in the flattened tensor is computed from the sizes of the index, where those of `a` count": (
            lambda: torch.take(a, place_by_sizes(index, dim, index.shape))
        ),
        "the place in the flattened tensor is counted column by column (column-major), where it lies row by row (row-major)": (
            lambda: torch.take(a, place_by_columns(index, dim, a.shape))
        ),
        "the place in the flattened tensor is computed with the sizes in the wrong order": (
            lambda: torch.take(a, place_by_sizes(index, dim, tuple(reversed(a.shape))))
        ),
        "the index is read as if it counted from 1": lambda: torch.gather(a, dim, (index - 1) % a.shape[dim]),
        "the index counts from the end of the dimension": lambda: torch.gather(a, dim, a.shape[dim] - 1 - index),
    }
    small = "the index is turned into a small integer type ({}), in which its large values overflow; int64 holds them"
    mistakes |= {
        small.format(name): lambda dtype=dtype: torch.gather(a, dim, index.to(dtype).long() % a.shape[dim])
        for name, dtype in (("int8", torch.int8), ("uint8", torch.uint8))
    }
    return mistakes


def assert_gathers(student, a, dim, index, hint="", fresh_remote=None, words=""):
    """Fail unless `gather(a, dim, index)` is what torch.gather gives; where new workers are at hand, say whether earlier calls are why not."""
    mistakes = known_mistakes(a, dim, index)
    expected = torch.gather(a, dim, index)
    if fresh_remote is not None and not is_right(student, a, dim, index, expected):
        expect(
            not is_right(fresh_remote().student, a, dim, index, expected),
            f"{words_for(dim, a, index)} is right in a new program and wrong after other calls: something is kept from an "
            "earlier call (a cache, a global, a default argument)",
            hint="What outlives a call of gather, and what is it looked up by? Each call computes from its own a, dim and index.",
        )
    # A copy, so that a gather that writes into its index loses only the check about that.
    try:
        with trying(words_for(dim, a, index) + (", a negative dim" if dim < 0 else "") + words):
            result = student.gather(a, dim, index.clone())
    except (IndexError, RuntimeError, ValueError, AssertionError):
        for place, which in ((0, "the first place"), (a.shape[dim] - 1, "the last place")):
            others = index.masked_fill(index == place, 1 if place == 0 else place - 1)
            if a.shape[dim] > 2 and bool((index == place).any()) and is_right(student, a, dim, others, torch.gather(a, dim, others)):
                fail(
                    f"{words_for(dim, a, index)}: a value of {place} in the index is refused, though it is valid: {which} (off by one)",
                    hint="Which values does your check let pass, from where to where? The first place is 0.",
                )
        raise
    assert_tensor(result, expected, name=words_for(dim, a, index), lookalikes=mistakes, hint=hint)


def is_right(student, a, dim, index, expected):
    """Say whether a call gives what is expected."""
    try:
        result = student.gather(a, dim, index.clone())
    except Exception:  # whatever it is: the call is made again, and the exception told
        return False
    return isinstance(result, torch.Tensor) and torch.equal(result.detach(), expected)


@pytest.mark.points(0.25)
@pytest.mark.concept("Which position the index replaces")
@pytest.mark.parametrize("dim", [pytest.param(0, id="dim 0"), pytest.param(1, id="dim 1")])
def test_two_dimensions(student, fresh_remote, device, dim):
    """gather works on a matrix, along its rows and along its columns

    Follow one element of the result by hand: which of its two coordinates does the index replace, and which one stays?
    """
    a = torch.randn(5, 4, device=device)

    # The places fit both dimensions, so that a swapped dim gives a result and not an exception.
    assert_gathers(student, a, dim, places(4, (5, 4), device), fresh_remote=fresh_remote)


@pytest.mark.points(0.25)
@pytest.mark.concept("The direction dim")
@pytest.mark.parametrize(
    "shape",
    [
        pytest.param((6,), id="one dimension"),
        pytest.param((4, 3, 5), id="three dimensions"),
        pytest.param((3, 2, 4, 3), id="four dimensions"),
    ],
)
def test_other_numbers_of_dimensions(student, device, shape):
    """gather works for one, three and four dimensions, along each of them

    Is something written for matrices, that is hard-coded for two dimensions: rows and columns by name, two loops, two sizes unpacked, one
    branch for each dim? There are a.dim() coordinates.
    """
    a = torch.randn(shape, device=device)

    for dim in range(a.dim()):
        assert_gathers(
            student,
            a,
            dim,
            places(min(shape), shape, device),
            hint=(
                "The rule is the same for every number of dimensions: one coordinate comes from the index, all "
                "others stay."
            ),
        )


@pytest.mark.points(0.5)
@pytest.mark.concept("The direction dim")
@pytest.mark.needs("test_two_dimensions", "test_other_numbers_of_dimensions")
def test_negative_dim(student, device):
    """A negative dim counts from the last dimension

    -1 is the last dimension, -a.dim() is the first. Where does the code compare dim with a number, or count up to it?
    """
    for shape in ((5,), (5, 4), (4, 3, 5)):
        a = torch.randn(shape, device=device)
        for dim in range(-a.dim(), 0):
            assert_gathers(
                student,
                a,
                dim,
                places(min(shape), shape, device),
                hint="A negative dim counts from the last dimension: is it turned into one that counts from the front?",
            )


@pytest.mark.points(0.5)
@pytest.mark.concept("The shape of the result")
@pytest.mark.needs("test_two_dimensions", "test_other_numbers_of_dimensions")
def test_smaller_index(student, device):
    """The index may be smaller than a in the other dimensions

    The result has the shape of the index. Do the coordinates that stay run over the sizes of `a`, where those of
    `index` count? Or are the values of the index, which are places along dim of `a`, compared with a size of the index?
    """
    for shape, small in (((5, 4), (3, 2)), ((4, 3, 5), (2, 2, 3)), ((4, 3, 5), (1, 3, 1))):
        a = torch.randn(shape, device=device)
        for dim in range(a.dim()):
            assert_gathers(
                student,
                a,
                dim,
                places(shape[dim], small, device),
                hint=(
                    "The result has the shape of the index: the coordinates that stay run over index.shape, not over"
                    " a.shape."
                ),
                words=", which is smaller than a in other dimensions and right so",
            )


@pytest.mark.points(0.25)
@pytest.mark.concept("The shape of the result")
@pytest.mark.needs("test_two_dimensions", "test_negative_dim")
def test_longer_index(student, device):
    """Along dim the index may be longer than a, and repeat places

    Along `dim` a place may be read many times. Does the code limit the result to the size of `a` there?
    """
    # A dim that counts from the end is the same one: it must not be limited as the others are.
    # 300 places do not fit into the 8 bits of a small integer type.
    for shape, dims in (((3, 4), (0, 1, -2, -1)), ((5, 2), (0, 1)), ((2, 300), (0, 1))):
        a = torch.randn(shape, device=device)
        for dim in dims:
            assert_gathers(
                student,
                a,
                dim,
                places(shape[dim], resized(shape, dim % a.dim(), shape[dim] + 4), device),
                words=", which is longer than a along dim and right so",
                hint=(
                    "Only in the other dimensions is the index limited by the shape of `a`; along dim it may be longer."
                ),
            )


@pytest.mark.points(0.25)
@pytest.mark.concept("The shape of the result")
@pytest.mark.needs("test_two_dimensions")
def test_empty_index(student, device):
    """An index without elements gives a result without elements

    An empty index has no smallest or largest value, and a loop over it never runs: torch.stack of nothing, max() of
    nothing and a.reshape(-1, ...) fail there.
    """
    a = torch.randn(3, 4, device=device)
    # A whole index first: an empty result alone proves nothing.
    assert_gathers(student, a, 0, places(3, (3, 4), device))

    for dim, shape, dtype in ((0, (0, 4), torch.float32), (1, (3, 0), torch.float64), (1, (0, 2), torch.int64)):
        index = torch.empty(shape, dtype=torch.int64, device=device)
        a = a.to(dtype)
        assert_tensor(
            student.gather(a, dim, index),
            torch.gather(a, dim, index),
            name=words_for(dim, a, index),
            hint=(
                "The index is empty here: the result is an empty tensor of the shape of the index and the dtype of `a`."
            ),
        )


@pytest.mark.points(0.5)
@pytest.mark.concept("The shape of the result")
@pytest.mark.needs("test_two_dimensions")
def test_dtypes(student, remote, device):
    """The result has the dtype and the device of a, to the last digit

    Is the result put into a tensor made without a dtype (torch.zeros(...) is float32), or are values taken through
    .float(), .item() or a product?
    """
    hint = "The result has the dtype of `a`, and its very values: is it put into a tensor made without dtype=a.dtype?"
    for dtype in (torch.float64, torch.int64, torch.int32, torch.bool):
        if dtype.is_floating_point:
            a = torch.randn(4, 3, dtype=dtype, device=device)
        else:
            high = {torch.bool: 2, torch.int32: 2**30, torch.int64: 2**60}[dtype]
            a = torch.randint(high, (4, 3), device=device).to(dtype)
        index = places(3, (4, 3), device)
        expected = torch.gather(a, 0, index)
        result = student.gather(a, 0, index.clone())
        lookalikes = known_mistakes(a, 0, index)
        if dtype in (torch.float64, torch.int64):
            lookalikes["the values went through float32 on the way"] = expected.float().to(dtype)
        if dtype is torch.int64:
            lookalikes["the values went through float64 on the way"] = expected.double().to(dtype)
        exact = {} if dtype.is_floating_point else {"rtol": 0, "atol": 0}
        assert_tensor(result, expected, name=f"gather of a {dtype} tensor", lookalikes=lookalikes, hint=hint, **exact)
    a = torch.randn(4, 3, device=device)
    a[1], a[2, :2] = torch.tensor(float("inf"), device=device), torch.tensor(float("nan"), device=device)
    index = 3 * torch.randint(2, (4, 3), device=device)
    assert_tensor(
        student.gather(a, 0, index.clone()),
        torch.gather(a, 0, index),
        name="gather(a, 0, index) where a has inf and NaN, none of them at a place that the index asks for",
        hint="0 * inf is NaN, and so is 0 * NaN: are elements that were not asked for multiplied by 0 (a one-hot mask) and added?",
    )
    fault = misplaced(remote, student, "gather", torch.randn(4, 3), 0, places(3, (4, 3), "cpu"))
    if fault is not None:
        fault.fail()


@pytest.mark.points(0.25)
@pytest.mark.concept("The shape of the result")
@pytest.mark.needs("test_two_dimensions")
def test_memory_layout(student, remote, device):
    """a and index may be transposed or expanded tensors

    A transposed or expanded tensor is not contiguous: .view(...) refuses it, its memory holds the elements in another
    order, and an expanded one cannot be written to.
    """
    a, index = torch.randn(4, 5, device=device).T, places(5, (4, 5), device).T
    expanded = places(5, (1, 4), device).expand(5, 4)

    transposed_result, expanded_result = student.gather(a, 0, index), student.gather(a, 0, expanded)

    assert_tensor(
        transposed_result,
        torch.gather(a, 0, index),
        name="gather(a, 0, index) where a and index are transposed tensors",
        lookalikes={
            "a is read in the order of its memory, as if it were not transposed": torch.gather(
                a.T.reshape(5, 4), 0, index
            ),
            "index is read in the order of its memory, as if it were not transposed": torch.gather(
                a, 0, index.T.reshape(5, 4)
            ),
        },
    )
    assert_tensor(
        expanded_result, torch.gather(a, 0, expanded), name="gather(a, 0, index) where index is an expanded tensor"
    )
    whole, index = torch.randn(6, 5, device=device), places(4, (4, 5), device)
    assert_tensor(
        remote.module("grader.worker.probes").with_slice(student.gather, whole, 2, [0, index]),
        torch.gather(whole[2:], 0, index),
        name="gather(a, 0, index) where a is a slice of a larger tensor",
        lookalikes={
            "a is read from the start of the memory of the larger tensor: the storage offset of the slice is forgotten": (
                torch.gather(whole[:4], 0, index)
            )
        },
        hint="A slice shares the memory of the larger tensor: it begins further on (storage_offset) and has its strides.",
    )


@pytest.mark.points(0.25)
@pytest.mark.concept("The shape of the result")
def test_inputs_are_left_alone(student, remote, device):
    """gather changes neither a nor index

    Look for operations that write into their tensor: `index += ...`, `index[...] = ...`, `a.scatter_(...)`, names that
    end in an underscore.
    """
    for dim in (0, 1):
        a = torch.randn(4, 4, device=device)
        index = places(4, (4, 4), device)
        expected, a_before, index_before = torch.gather(a, dim, index), a.clone(), index.clone()
        mistakes = known_mistakes(a, dim, index)

        result = student.gather(a, dim, index)

        expect(
            torch.equal(index, index_before),
            "gather changes `index` in place: the caller's tensor holds other values afterwards",
        )
        expect(
            torch.equal(a, a_before), "gather changes `a` in place: the caller's tensor holds other values afterwards"
        )
        assert_tensor(result, expected, name=words_for(dim, a, index), lookalikes=mistakes)
    expect(
        not remote.module("grader.worker.probes").made_to_want_gradients(student.gather, [a, 0, index]),
        "gather changes `a` in place: it has requires_grad=True after the call, and had not before",
        hint="Which line calls requires_grad_() on a tensor that belongs to the caller?",
    )


@pytest.mark.points(0.5)
@pytest.mark.concept("Gradients")
@pytest.mark.needs("test_two_dimensions")
def test_gradients_reach_a(student, remote, device):
    """Gradients reach a, and add up where a place is read several times

    Do the values stay in tensors from `a` to the result? A number taken out by .item(), .tolist() or torch.tensor(...)
    has no gradient.
    """
    for shape in ((3, 4), (4, 2)):
        for dim in range(len(shape)):
            a = torch.randn(shape, device=device, requires_grad=True)
            index = places(shape[dim], shape, device)
            # So that some places are read twice.
            index.select(dim, 0).copy_(index.select(dim, 1))
            upstream = torch.randn(index.shape, device=device)

            result = followed(remote, lambda a=a, dim=dim, index=index: student.gather(a, dim, index.clone()), "gather")

            expect(
                result.shape == index.shape,
                f"{words_for(dim, a, index)} has shape {shape_of(result)}",
                hint="It has one element for each entry of the index, laid out as these are.",
            )
            (result * upstream).sum().backward()
            expected = torch.zeros(shape, device=device).scatter_add(dim, index, upstream)
            expect(a.grad is not None, "a.grad is None after backward()", hint=CUT_HINT)
            lookalikes = {
                "where a place is read several times, only one of its gradients counts (the others are overwritten), where they add up": (
                    torch.zeros(shape, device=device).scatter(dim, index, upstream)
                ),
                "where a place is read several times, its gradients are averaged, where they add up": (
                    torch.zeros(shape, device=device).scatter_reduce(dim, index, upstream, "mean", include_self=False)
                ),
            } | {
                f"the gradients go to the places along dimension {k} instead of dimension {dim}": (
                    torch.zeros(shape, device=device).scatter_add(k, index, upstream)
                )
                for k in range(len(shape))
                if k != dim and shape[k] >= shape[dim]
            }
            assert_tensor(a.grad, expected, name=f"a.grad for a of shape {shape} and dim {dim}", lookalikes=lookalikes)


# The checks of errors run on the CPU: on a GPU an index out of range ends the whole process.


@pytest.mark.points(0.5)
@pytest.mark.concept("Errors")
@pytest.mark.needs("test_two_dimensions")
def test_dim_out_of_range(student):
    """A dim out of range raises IndexError

    `dim % a.dim()` makes any dim look right, and adding a.dim() to one that is too small leaves it negative: which dims
    are allowed, from where to where?
    """
    a, index = torch.randn(4, 3), places(3, (4, 3), "cpu")
    assert_gathers(student, a, 0, index)

    for dim in (2, -3, 5):
        with expect_raises(
            IndexError,
            what=f"dim={dim} for a tensor of 2 dimensions must raise IndexError",
            hint="Is dim checked before it is used, on both sides? `dim % a.dim()` makes every number look right.",
        ):
            student.gather(a, dim, index)
    with expect_raises(
        IndexError,
        what="dim=2 for a tensor of 2 dimensions must raise IndexError, for an empty index as well",
        hint="Does a short way out for an empty index come before the checks?",
    ):
        student.gather(a, 2, torch.empty(0, 3, dtype=torch.int64))


@pytest.mark.points(0.25)
@pytest.mark.concept("Errors")
@pytest.mark.needs("test_two_dimensions")
@pytest.mark.parametrize("negative", [pytest.param(False, id="too large"), pytest.param(True, id="negative")])
def test_index_value_out_of_range(student, negative):
    """A value of the index that is out of range raises IndexError or RuntimeError

    Square brackets take a negative value as counted from the end, and % wraps any value: gather takes neither. Which
    values are allowed along dim?
    """
    shape, fault = (4, 3), "negative" if negative else "too large"
    a = torch.randn(shape)
    for dim in range(a.dim()):
        index = places(shape[dim], shape, "cpu")
        assert_gathers(student, a, dim, index)
        near, far = (-1, -shape[dim]) if negative else (shape[dim], shape[dim] + 7)
        # Where the first or the last place is read, a flattened a ends, or goes on with the row beside.
        for wrong, place in ((near, 0), (near, -1), (far, 0) if negative else (far, -1)):
            outside = index.clone()
            outside.view(-1)[place] = wrong
            what = (
                f"a value of {wrong} in the index must raise IndexError or RuntimeError: it is {fault}, out of range "
                f"(a of shape {shape}, dim {dim})"
            )
            hint = (
                "Square brackets take negative values as counted from the end, and % wraps them: gather does not. "
                "Are the values of the index checked against the size of `a` along dim, on both sides, before anything is read?"
            )
            with expect_raises((IndexError, RuntimeError), what=what, hint=hint):
                result = student.gather(a, dim, outside)
                if how := how_it_was_read(result, a, dim, outside):
                    fail(f"{what}; your code raised nothing: {how}", hint=hint)


def how_it_was_read(result, a, dim, outside):
    """Return in words what a gather that raised nothing made of an index with values out of range; an empty text where that is not seen."""
    if result is None:
        return "it returned None. Is an error caught that should reach the caller?"
    size, flat = a.shape[dim], place_by_sizes(outside, dim, a.shape)
    is_outside = (outside < 0) | (outside >= size)
    nearest = torch.gather(a, dim, outside.clamp(0, size - 1))
    readings = {
        "the value was clamped to the nearest place": nearest,
        "the value was taken as counted from the end, or wrapped around (%)": torch.gather(a, dim, outside % size),
        "a zero was put where the value stands": nearest.masked_fill(is_outside, 0),
    }
    if bool((flat.abs() < a.numel()).all()):
        readings["the flattened a was read on into another row or column: a bound is off by one, or missing"] = torch.take(a, flat)
    same = (words for words, value in readings.items() if isinstance(result, torch.Tensor) and torch.equal(result.detach(), value))
    return next(same, "")


@pytest.mark.points(0.25)
@pytest.mark.concept("Errors")
@pytest.mark.needs("test_two_dimensions")
def test_index_of_another_number_of_dimensions(student):
    """An index with more or fewer dimensions than a raises an error

    Is index.dim() compared with a.dim()? Indexing with too few coordinates chooses whole slices without complaint.
    """
    a = torch.randn(4, 3)
    assert_gathers(student, a, 0, places(3, (4, 3), "cpu"))

    for tensor, shape in ((a, (3,)), (a, (1, 2, 3)), (torch.randn(2, 3, 4), (2, 2)), (torch.randn(4), (2, 2))):
        index = places(2, shape, "cpu")
        for dim in (0, -1):
            with expect_raises(
                (RuntimeError, IndexError, ValueError),
                what=(
                    f"an index of shape {shape} for a of shape {shape_of(tensor)} (dim {dim}) must raise "
                    "RuntimeError, IndexError or ValueError: the numbers of dimensions differ"
                ),
                hint="Is the number of dimensions of the index compared with that of `a`, before anything is read?",
            ):
                student.gather(tensor, dim, index)


@pytest.mark.points(0.25)
@pytest.mark.concept("Errors")
@pytest.mark.needs("test_two_dimensions")
def test_index_too_large_in_another_dimension(student):
    """An index larger than a in another dimension raises an error

    Outside dim every place of the index must be a place of `a`. What does the code read where it is not: another row, a
    place counted modulo the size?
    """
    # A size of 1 is no exception, as it would be in broadcasting.
    # In three dimensions one size may be smaller, and another larger all the same.
    cases = (((3, 4), 0, (2, 5)), ((3, 4), 1, (4, 2)), ((3, 1), 0, (2, 5)), ((1, 4), 1, (3, 2)), ((2, 4, 5), 0, (2, 3, 6)), ((4, 2, 5), 1, (3, 2, 6)))
    for shape, dim, large in cases:
        a = torch.randn(shape)
        assert_gathers(student, a, dim, places(min(2, shape[dim]), shape, "cpu"))
        index = places(min(2, shape[dim]), large, "cpu")
        with expect_raises(
            (RuntimeError, IndexError, ValueError),
            what=(
                f"an index of shape {large} for a of shape {shape}, dim {dim}, must raise RuntimeError, IndexError "
                "or ValueError: it is larger than a outside dim"
            ),
            hint="Are the sizes of the index compared with those of `a` in every dimension but dim?",
        ):
            student.gather(a, dim, index)


def mistakes_of_index_select(a, dim, indices):
    """Return what the usual mistakes give instead of `torch.index_select(a, dim, indices)`."""
    a, indices = a.detach().cpu().clone(), indices.cpu().clone()
    dim %= a.dim()
    selected = a.index_select(dim, indices)
    along_dim = indices.reshape(resized([1] * a.dim(), dim, len(indices)))
    mistakes = {
        f"slices are chosen along dimension {k} instead of dimension {dim}: dim is ignored, or swapped": lambda k=k: a.index_select(k, indices)
        for k in range(a.dim())
        if k != dim
    }
    mistakes |= {
        "indices is not expanded over the other dimensions: only their first place is read": lambda: a.gather(
            dim, along_dim
        ),
        "the slices come in ascending order, not in the order of indices": lambda: a.index_select(
            dim, indices.sort()[0]
        ),
        "each slice comes only once: an entry of indices that repeats is dropped": lambda: a.index_select(
            dim, indices.unique()
        ),
        "the slices are joined along dimension 0 (a torch.cat without dim), not along dim": lambda: torch.cat(
            [a.index_select(dim, one) for one in indices.split(1)]
        ),
        "only the first entry of indices is used": lambda: a.index_select(dim, indices[:1]),
        "the dimension chosen from has moved to the front": lambda: selected.movedim(dim, 0),
        "the dimension chosen from has moved to the end": lambda: selected.movedim(dim, -1),
        "the dimension chosen from is lost (squeezed away) where there is a single index": lambda: selected.squeeze(dim),
        "one element for each entry of indices, not a whole slice": lambda: a.flatten()[indices],
        "indices fills the index in the wrong direction: repeated and reshaped, it runs along the last dimension": lambda: a.gather(
            dim, indices.repeat(selected.numel() // max(len(indices), 1)).reshape(selected.shape)
        ),
    }
    return mistakes


@pytest.mark.points(0.25)
@pytest.mark.concept("Uses of gather")
@pytest.mark.needs("test_two_dimensions")
@pytest.mark.parametrize(
    "shapes", [pytest.param(((4, 3),), id="a matrix"), pytest.param(((5,), (3, 5, 4)), id="one and three dimensions")]
)
def test_index_select(student, device, shapes):
    """index_select chooses whole slices, along any dimension

    Print the index that is handed to `gather`: its shape is that of the result, and all its lines hold `indices`. Is it
    built for two dimensions only, or for one dim?
    """
    whole = (
        "The result is as large as `a`, but for dimension dim: there it has a slice for each entry of indices, in "
        "their order."
    )
    negative = (
        "A negative dim counts from the last dimension: -1 is the last one. What does it do in the shape that is "
        "built here?"
    )
    for shape in shapes:
        a = torch.randn(shape, device=device)
        for dim in (*range(a.dim()), *sorted({-a.dim(), -1})):
            # Longer than the dimension, so that entries repeat, and in no order; a single one for the first dim and the last.
            for count in (shape[dim] + 2, 1) if dim in (0, -1) else (shape[dim] + 2,):
                indices = places(shape[dim], (count,), device)
                given = indices.clone()
                with trying(f"index_select(a, {dim}, indices)" + (", a negative dim" if dim < 0 else "")):
                    result = student.index_select(a, dim, given)
                expect(
                    given.shape == indices.shape and torch.equal(given, indices),
                    f"index_select changes `indices` in place: the caller's tensor has shape {shape_of(given)}, or other values, afterwards",
                    hint="Names that end in an underscore (`unsqueeze_`, `add_`, ...) change the tensor itself.",
                )
                assert_tensor(
                    result,
                    torch.index_select(a, dim, indices),
                    name=f"index_select(a, {dim}, indices) for a of shape {shape} and {count} indices",
                    lookalikes=mistakes_of_index_select(a, dim, indices),
                    hint=negative if dim < 0 else whole,
                )
    if any(len(shape) == 2 for shape in shapes):
        assert_select_refuses(student, torch.randn(4, 3))


def assert_select_refuses(student, a):
    """Fail where index_select takes an index out of range for `a`, of three columns; on the CPU, where that is an exception."""
    for wrong in (3, -1):
        with expect_raises(
            (IndexError, RuntimeError),
            what=f"index_select(a, 1, indices) with an index of {wrong}, out of range for a of shape {shape_of(a)}, must raise an error",
            hint="gather raises it for such an index. Is the index wrapped around (%), clamped, or counted from the end before?",
        ):
            student.index_select(a, 1, torch.tensor([0, wrong]))


def lines_run(remote, call):
    """Return the result of `call` and the lines of the student's file from which it ran operations."""
    with remote.observe() as seen:
        result = call()
    return result, {line for name in set(seen.names) for line in seen.lines(name)}


@pytest.mark.points(0.25)
@pytest.mark.concept("Uses of gather")
@pytest.mark.needs("test_two_dimensions")
def test_index_select_goes_by_way_of_gather(student, remote, device):
    """index_select uses the gather of the file

    The task is to say to `gather` which places make up whole slices: where does `index_select` call it?
    """
    a, indices = torch.randn(4, 3, device=device), places(3, (2,), device)

    result, lines_of_select = lines_run(remote, lambda: student.index_select(a, 1, indices))
    _, lines_of_gather = lines_run(remote, lambda: student.gather(a, 1, indices.expand(4, 2).contiguous()))

    assert_tensor(result, torch.index_select(a, 1, indices), name="index_select(a, 1, indices)")
    # Operations of both functions that ran from one line prove a shared path, whatever it is called.
    expect(
        not lines_of_gather or bool(lines_of_select & lines_of_gather),
        "index_select does not call gather: nothing that gather does runs in it",
        hint="index_select is to be built on your own gather: which index, of which shape, says the same thing to it?",
    )


def mistakes_of_pick(scores, labels):
    """Return what the usual mistakes give instead of each row's score at its label."""
    scores, labels = scores.detach().cpu().clone(), labels.cpu().clone()
    rows = torch.arange(len(labels))
    picked = scores[rows, labels]
    mistakes = {
        "the result has the shape (N, 1), not (N,)": lambda: picked[:, None],
        "the result has the shape (1, N), not (N,)": lambda: picked.reshape(1, -1),
        "the result has lost its dimension: for one row it must have shape (1,)": lambda: picked.squeeze(),
        "each row is read at the labels of all rows": lambda: scores[:, labels],
        "whole rows are chosen instead of one score of each": lambda: scores[labels],
        "labels is used for the row instead of the column (dim 0 instead of dim 1)": lambda: scores[labels, rows],
        "it is the largest score of each row, not the one at its label": lambda: scores.amax(1),
        "it is the label of the largest score, not a score": lambda: scores.argmax(1),
        "every label is looked up in the first row (row 0), or in the flattened scores: the index is one row, not a column": (
            lambda: scores.take(labels)
        ),
        "the result is in the order of the labels, class by class, not in that of the rows": lambda: picked[labels.argsort(stable=True)],
        "the flattened scores are read at i * N + label: a row has as many elements as there are columns, C": (
            lambda: scores.take(rows * len(labels) + labels)
        ),
        "each row is read at the label of the first row": lambda: scores[:, labels[0]],
        "the labels are read as if they counted from 1": lambda: scores[rows, labels - 1],
        "the labels are read as if they counted from 1, and the first one twice": lambda: scores[
            rows, (labels - 1).clamp(min=0)
        ],
        "the rows come in the opposite order": lambda: picked.flip(0),
        "the labels are returned, not the scores": lambda: labels.to(scores.dtype),
        "the scores go through a softmax": lambda: scores.softmax(1)[rows, labels],
        "the scores go through a log_softmax": lambda: scores.log_softmax(1)[rows, labels],
    }
    if len(labels) > 1:  # one row alone tells neither from a lost dimension
        mistakes |= {"the scores are summed up": lambda: picked.sum(), "the scores are averaged": lambda: picked.mean()}
    return mistakes


def assert_picks(student, scores, labels):
    """Fail unless `pick(scores, labels)` is each row's score at its label."""
    assert_tensor(
        student.pick(scores, labels),
        scores[torch.arange(len(labels), device=scores.device), labels],
        name=f"pick(scores, labels) for scores of shape {shape_of(scores)}",
        lookalikes=mistakes_of_pick(scores, labels),
        hint=(
            "One number for each row, in a tensor of one dimension: the score in the column that the row's label names."
        ),
    )


@pytest.mark.points(0.25)
@pytest.mark.concept("Uses of gather")
def test_pick(student, device):
    """pick gives each row's score at its label

    One number for each row: the score in the column that the row's label names. There are N rows and N labels, and C
    columns: which of the two sizes counts the rows here?
    """
    for rows, classes, dtype in ((4, 4, torch.float32), (3, 5, torch.float64), (6, 4, torch.float32)):
        scores = torch.randn(rows, classes, device=device, dtype=dtype)
        assert_picks(student, scores, places(classes, (rows,), device))
    with trying("pick(scores, labels) where no label is the last class (the number of classes is that of the columns)"):
        assert_picks(student, torch.randn(5, 6, device=device), places(4, (5,), device))


@pytest.mark.points(0.25)
@pytest.mark.concept("Uses of gather")
def test_pick_of_one_row_or_one_class(student, device):
    """pick works for a single row, and for a single class

    squeeze() without a dimension drops every dimension of size 1: also the one that counts the rows.
    """
    assert_picks(student, torch.randn(1, 4, device=device), places(4, (1,), device))
    assert_picks(student, torch.randn(5, 1, device=device), places(1, (5,), device))


def right_above(batch, length):
    """Return the elements in row k and column k + 1, as far as k + 1 is less than `length`."""
    k = torch.arange(length - 1)
    return batch[:, k, k + 1]


def mistakes_of_diagonals(batch):
    """Return what the usual mistakes give instead of the main diagonal of each matrix."""
    batch = batch.detach().cpu().clone()
    count, rows, columns = batch.shape
    length = min(rows, columns)
    right = batch.diagonal(dim1=1, dim2=2)
    as_if_square = (torch.arange(length) * (rows + 1)) % (rows * columns)
    mistakes = {
        "it is the other diagonal, from top right to bottom left": lambda: batch.flip(2).diagonal(dim1=1, dim2=2),
        "it is the other diagonal, from bottom left to top right": lambda: batch.flip(1).diagonal(dim1=1, dim2=2),
        "the diagonal runs through the batch and the rows (dimensions 0 and 1), not through each matrix": lambda: (
            batch.diagonal()
        ),
        "the diagonal runs through the batch and the columns (dimensions 0 and 2)": lambda: batch.diagonal(
            dim1=0, dim2=2
        ),
        "it is the diagonal above the main one, at an offset of 1": lambda: batch.diagonal(1, 1, 2),
        "it is the diagonal below the main one, at an offset of -1": lambda: batch.diagonal(-1, 1, 2),
        "the diagonal of the first matrix stands in every row": lambda: right[:1].expand_as(right),
        "a wide or tall matrix is read as if it had as many columns as rows": lambda: batch.reshape(count, -1)[
            :, as_if_square
        ],
        "the walk through the flattened matrix does not stop at the end of the diagonal": (
            lambda: batch.reshape(count, -1)[:, :: columns + 1]
        ),
        "the walk through the flattened matrix has the wrong step: how far is it from one row to the next?": (
            lambda: batch.reshape(count, -1)[:, :: rows + 1]
        ),
        "the rest of each matrix is set to 0, the diagonal is not taken out": (
            lambda: batch * torch.eye(rows, columns, dtype=batch.dtype)
        ),
        "the diagonal is as long as the longer side, filled up with 0": (
            lambda: (batch * torch.eye(rows, columns, dtype=batch.dtype)).sum(1)
        ),
        "the diagonal is as long as the longer side, filled up with 0 (in the other direction)": (
            lambda: (batch * torch.eye(rows, columns, dtype=batch.dtype)).sum(2)
        ),
        "it is the diagonal above the main one, and shorter than it could be": lambda: right_above(batch, length),
        "each matrix is cut to a square block: rows and columns are chosen, not row k together with column k": (
            lambda: batch[:, :length, :length]
        ),
        "the matrices are returned whole": lambda: batch,
        "the diagonals stand in the columns of the result": lambda: right.T,
        "the last element of each diagonal is missing": lambda: right[:, :-1],
        "the number of matrices is taken for a side of them: the length is min(N, R, C)": lambda: right[:, :count],
        "there is a dimension of size 1 too many": lambda: right[:, :, None],
        "there is a dimension of size 1 too many, in the middle": lambda: right[:, None],
        "it is a matrix with the diagonal in it, not the diagonal": lambda: torch.diag_embed(right),
        "a dimension of size 1 was squeezed away": lambda: right.squeeze(),
        "it is the diagonal above the main one, at an offset of 1, and the axes are swapped": lambda: batch.diagonal(1, 2, 1),
        "it is the first column of each matrix": lambda: batch[:, :length, 0],
        "it is the first row of each matrix": lambda: batch[:, 0, :length],
    }
    if count > 1:  # one matrix alone tells neither from a dimension that was squeezed away
        mistakes |= {
            "only the first matrix is read": lambda: right[0],
            "only the first matrix is read: does a loop return too early?": lambda: right[:1],
            "all diagonals stand in one line": lambda: right.flatten(),
        }
    if length > 1:  # nor does a diagonal of one element
        mistakes |= {
            "the diagonals are summed up (the trace)": lambda: right.sum(1),
            "the diagonals are averaged": lambda: right.mean(1),
        }
    return mistakes


@pytest.mark.points(0.25)
@pytest.mark.concept("Uses of gather")
@pytest.mark.parametrize(
    "shapes",
    [
        pytest.param(((4, 3, 5), (2, 2, 7)), id="wide matrices"),
        pytest.param(((4, 5, 3), (2, 6, 2)), id="tall matrices"),
        pytest.param(((1, 3, 3), (4, 1, 3), (4, 3, 1), (1, 1, 1)), id="sizes of one"),
    ],
)
def test_diagonals(student, device, shapes):
    """diagonals reads the main diagonal of each matrix, wide, tall or of size 1

    Row k and column k, of each matrix, as long as there are both: how long is the diagonal when rows and columns are
    not equally many?
    """
    for shape in shapes:
        rows, columns = shape[1:]
        form = "square" if rows == columns else "tall, with more rows than columns" if rows > columns else "wide, with more columns than rows"
        assert_diagonals(student, torch.randn(shape, device=device), f"diagonals of matrices, here {form} (batch of shape {shape})")
    with_zero = torch.randn(shapes[0], device=device)
    with_zero[0, 0, 0] = 0
    assert_diagonals(student, with_zero, "diagonals of matrices with a zero on the diagonal")


def assert_diagonals(student, batch, words):
    """Fail unless `diagonals(batch)` is the main diagonal of each matrix."""
    with trying(words):
        result = student.diagonals(batch)
    assert_tensor(
        result,
        batch.diagonal(dim1=1, dim2=2),
        name=f"diagonals(batch) for a batch of shape {shape_of(batch)}",
        lookalikes=mistakes_of_diagonals(batch),
        hint=(
            "One row for each matrix, min(R, C) elements in each: the one in row k and column k of that matrix. "
            "Which size is N, R, C?"
        ),
    )


@pytest.mark.points(0.25)
@pytest.mark.concept("Gradients")
def test_gradients_of_the_uses(student, remote, device):
    """Gradients reach the inputs of index_select, pick and diagonals

    Do the values stay in tensors on the way? A number taken out by .item(), .tolist() or torch.tensor(...) has no
    gradient.
    """
    indices, labels = places(3, (5,), device), places(4, (3,), device)
    rows, k = torch.arange(3, device=device), torch.arange(3, device=device)
    cases = (
        ("index_select", (3, 4), lambda a: student.index_select(a, 0, indices), lambda a: a[indices]),
        ("pick", (3, 4), lambda a: student.pick(a, labels), lambda a: a[rows, labels]),
        ("diagonals", (2, 3, 5), student.diagonals, lambda a: a[:, k, k]),
    )
    for name, shape, call, reference in cases:
        a = torch.randn(shape, device=device, requires_grad=True)
        twin = a.detach().clone().requires_grad_()
        expected = reference(twin)
        upstream = torch.randn(expected.shape, device=device)
        (expected * upstream).sum().backward()

        result = followed(remote, lambda a=a, call=call: call(a), name)

        expect(
            result.shape == expected.shape,
            f"the result of {name} has shape {shape_of(result)} for an input of shape {shape}",
            hint="Compare it with the shape that the task text gives.",
        )
        (result * upstream).sum().backward()
        expect(a.grad is not None, f"the input of {name} has no gradient after backward()", hint=CUT_HINT)
        overwritten = "where a slice is chosen several times, only one of its gradients counts (the others are overwritten), where they add up"
        assert_tensor(
            a.grad,
            twin.grad,
            name=f"the gradient of the input of {name}",
            lookalikes={overwritten: lambda a=a, upstream=upstream: torch.zeros_like(a).index_copy(0, indices, upstream)} if name == "index_select" else {},
            hint=f"It is the gradient of other elements than the task names: look at the check of {name} itself first.",
        )
