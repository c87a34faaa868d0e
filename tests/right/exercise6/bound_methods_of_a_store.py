# right: the four names are bound methods of one object (inheritance: Store -> TrainingStore)
import torch


class Store:
    reading = {"map_location": "cpu", "weights_only": True}

    def _read(self, path):
        return torch.load(path, **self.reading)

    def _fill(self, net, state, device):
        net.load_state_dict(state, strict=True)
        return net.to(device)

    def save(self, net, path):
        torch.save(net.state_dict(), path)

    def load(self, net, path, device="cpu"):
        return self._fill(net, self._read(path), device)


class TrainingStore(Store):
    def save_checkpoint(self, path, net, optimizer, epoch):
        torch.save({0: net.state_dict(), 1: optimizer.state_dict(), 2: epoch}, path)

    def load_checkpoint(self, path, net, optimizer, device="cpu"):
        content = self._read(path)
        self._fill(net, content[0], device)
        optimizer.load_state_dict(content[1])
        return content[2]


_store = TrainingStore()
save, load = _store.save, _store.load
save_checkpoint, load_checkpoint = _store.save_checkpoint, _store.load_checkpoint
