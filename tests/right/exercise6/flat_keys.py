import torch


def save(net, path):
    torch.save(dict(net.state_dict()), path)


def load(net, path, device="cpu"):
    net.load_state_dict(torch.load(path, weights_only=True, map_location=device))
    return net.to(device)


def save_checkpoint(path, net, optimizer, epoch):
    flat = {f"net.{name}": value for name, value in net.state_dict().items()}
    for number, memory in optimizer.state_dict()["state"].items():
        for name, value in memory.items():
            flat[f"memory.{number}.{name}"] = value
    flat["groups"] = optimizer.state_dict()["param_groups"]
    flat["epoch"] = str(epoch)
    torch.save(flat, path)


def load_checkpoint(path, net, optimizer, device="cpu"):
    flat = torch.load(path, weights_only=True, map_location=device)
    net.load_state_dict({k[len("net."):]: v for k, v in flat.items() if k.startswith("net.")})
    net.to(device)
    state = {}
    for key, value in flat.items():
        if key.startswith("memory."):
            _, number, name = key.split(".")
            state.setdefault(int(number), {})[name] = value
    optimizer.load_state_dict({"state": state, "param_groups": flat["groups"]})
    return int(flat["epoch"])
