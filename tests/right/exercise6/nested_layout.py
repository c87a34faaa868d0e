import torch

FORMAT = 2


def save(net, path):
    state = net.state_dict()
    torch.save(state, str(path))


def load(net, path, device="cpu"):
    state = torch.load(str(path), map_location="cpu", weights_only=True)
    net = net.to(device)
    net.load_state_dict(state)
    return net


def save_checkpoint(path, net, optimizer, epoch):
    content = {
        "format": FORMAT,
        "what": {"net": type(net).__name__, "optimizer": type(optimizer).__name__},
        "training": {"progress": {"epoch": int(epoch)}, "optimizer": optimizer.state_dict()},
        "net": {"weights": net.state_dict()},
    }
    torch.save(content, str(path))


def load_checkpoint(path, net, optimizer, device="cpu"):
    content = torch.load(str(path), map_location="cpu", weights_only=True)
    if content["format"] != FORMAT:
        raise RuntimeError(f"this checkpoint has format {content['format']}, not {FORMAT}")
    net.to(device)
    net.load_state_dict(content["net"]["weights"])
    optimizer.load_state_dict(content["training"]["optimizer"])
    return content["training"]["progress"]["epoch"]
