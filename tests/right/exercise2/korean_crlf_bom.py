"""gather 를 직접 구현한다. 인덱스가 어느 좌표를 바꾸는지가 핵심이다."""
import torch


def gather(a, dim, index):
    """a 에서 dim 방향으로 index 가 가리키는 값을 모은다."""
    차원 = a.dim()
    if dim >= 차원 or dim < -차원:
        raise IndexError("dim 이 범위를 벗어났다")
    dim = dim % 차원
    if index.dim() != 차원:
        raise RuntimeError("차원 수가 다르다")
    좌표 = []
    for k in range(차원):
        if k == dim:
            좌표.append(index)
            continue
        if index.size(k) > a.size(k):
            raise RuntimeError("index 가 너무 크다")
        모양 = [1] * 차원
        모양[k] = index.size(k)
        좌표.append(torch.arange(index.size(k), device=a.device).reshape(모양))
    # 음수는 허용하지 않는다
    if (index < 0).any():
        raise IndexError("음수 index")
    return a[tuple(좌표)]


def index_select(a, dim, indices):
    if dim < 0:
        dim += a.dim()
    shape = list(a.shape)
    shape[dim] = indices.numel()
    view = [1] * a.dim()
    view[dim] = -1
    return gather(a, dim, indices.view(view).expand(shape))


def pick(scores, labels):
    return gather(scores, 1, labels.unsqueeze(1)).squeeze(1)


def diagonals(batch):
    k = torch.arange(min(batch.shape[1], batch.shape[2]), device=batch.device)
    return batch[:, k, k]
