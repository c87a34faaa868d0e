import io
import torch

def save(net, path):
    torch.save(net.state_dict(), path)

def load(net, path, device="cpu"):
    where = torch.device(device)
    net.to(where)
    net.load_state_dict(torch.load(path, weights_only=True, map_location=where))
    return net

# a file in a file: the net's part is a tensor of bytes
def _pack(state):
    b = io.BytesIO()
    torch.save(state, b)
    return torch.frombuffer(bytearray(b.getvalue()), dtype=torch.uint8)

def _unpack(t, where):
    return torch.load(io.BytesIO(bytes(t.tolist())), weights_only=True, map_location=where)

def save_checkpoint(path, net, optimizer, epoch):
    torch.save([_pack(net.state_dict()), _pack(optimizer.state_dict()), epoch], path)

def load_checkpoint(path, net, optimizer, device="cpu"):
    where = torch.device(device)
    a, b, epoch = torch.load(path, weights_only=True, map_location="cpu")
    net.to(where)
    net.load_state_dict(_unpack(a, where))
    optimizer.load_state_dict(_unpack(b, where))
    return epoch
