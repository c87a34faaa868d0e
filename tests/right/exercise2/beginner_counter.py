import torch

# My solution. I think of the index as an odometer: the last digit turns fastest.


def gather(a, dim, index):
    number_of_dims = len(a.shape)
    # first check the dim
    if dim >= number_of_dims:
        raise IndexError("dim is too big")
    if dim < -number_of_dims:
        raise IndexError("dim is too small")
    if dim < 0:
        dim = number_of_dims + dim
    # then check the shapes
    if len(index.shape) != number_of_dims:
        raise RuntimeError("index has not the same number of dimensions as a")
    d = 0
    while d < number_of_dims:
        if d != dim:
            if index.shape[d] > a.shape[d]:
                raise RuntimeError("index is bigger than a in dimension " + str(d))
        d = d + 1
    # how many elements are there
    total = 1
    for s in index.shape:
        total = total * s
    counter = [0] * number_of_dims
    result = []
    for step in range(total):
        place = counter.copy()
        value = index[tuple(counter)].item()  # only the index, a itself keeps its graph
        if value < 0:
            raise IndexError("negative index")
        if value >= a.shape[dim]:
            raise IndexError("index too big")
        place[dim] = value
        element = a[tuple(place)]
        result.append(element.reshape(1))
        # turn the odometer
        d = number_of_dims - 1
        while d >= 0:
            counter[d] = counter[d] + 1
            if counter[d] < index.shape[d]:
                break
            counter[d] = 0
            d = d - 1
    if total == 0:
        return a.flatten()[0:0].reshape(index.shape)
    return torch.cat(result).reshape(index.shape)


def index_select(a, dim, indices):
    new_shape = []
    for s in a.shape:
        new_shape.append(s)
    new_shape[dim] = indices.shape[0]
    index = torch.zeros(new_shape, dtype=torch.long, device=a.device)
    index = index.transpose(dim, -1)
    index = index + indices
    index = index.transpose(dim, -1)
    return gather(a, dim, index)


def pick(scores, labels):
    column = labels.reshape(labels.shape[0], 1)
    picked = gather(scores, 1, column)
    return picked.reshape(labels.shape[0])


def diagonals(batch):
    n = batch.shape[0]
    rows = batch.shape[1]
    cols = batch.shape[2]
    if rows < cols:
        length = rows
    else:
        length = cols
    result = torch.zeros(n, length, dtype=batch.dtype, device=batch.device)
    for k in range(length):
        result[:, k] = batch[:, k, k]
    return result
