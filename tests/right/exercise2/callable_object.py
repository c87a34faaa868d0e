import torch


class _Picker:
    """One object, four abilities."""

    calls = 0

    def __call__(self, a, dim, index, *, verbose=False):
        _Picker.calls += 1
        if verbose:
            print(a, dim, index)
        nd = a.dim()
        if dim not in range(-nd, nd):
            raise IndexError(f"Dimension out of range (expected to be in [{-nd}, {nd - 1}], but got {dim})")
        if index.dim() != nd:
            raise RuntimeError("Index tensor must have the same number of dimensions as input tensor")
        d = dim % nd
        front = a.movedim(d, -1)
        idx = index.movedim(d, -1)
        for k in range(nd - 1):
            if idx.size(k) > front.size(k):
                raise RuntimeError("Size does not match")
            front = front.narrow(k, 0, idx.size(k))
        n = front.size(-1)
        rows = front.reshape(-1, n) if front.numel() else front.reshape(front.shape[:-1].numel(), n)
        idx2 = idx.reshape(rows.shape[0], idx.shape[-1])
        if idx2.numel() and (int(idx2.min()) < 0 or int(idx2.max()) >= n):
            raise IndexError("index out of bounds")
        lines = [rows[i][idx2[i]] for i in range(rows.shape[0])]
        got = torch.stack(lines) if lines else rows.new_empty(idx2.shape)
        return got.reshape(idx.shape).movedim(-1, d)

    def select(self, a, dim, indices):
        d = range(a.dim())[dim]
        full = torch.stack([torch.full(a.shape[:d] + a.shape[d + 1:], int(i), device=a.device) for i in indices], d) \
            if indices.numel() else torch.empty(a.shape[:d] + (0,) + a.shape[d + 1:], dtype=torch.long, device=a.device)
        return self(a, dim, full)


gather = _Picker()
index_select = gather.select


def pick(scores, labels):
    return scores[torch.arange(scores.shape[0], device=scores.device), labels]


def diagonals(batch):
    return torch.stack([torch.diag(m) for m in batch]) if len(batch) else batch.new_zeros(0, min(batch.shape[1:]))
