"""Weights between PyTorch and Quern, through safetensors.

  safetensors_interop.py check FOLDER     loads FOLDER/model.safetensors into the autoencoder below and compares what it makes of
                                          FOLDER/images.npy with FOLDER/reconstructions.npy; exit code 1 if they differ
  safetensors_interop.py write FOLDER     writes those three files from PyTorch
  safetensors_interop.py fixture FILE     writes the committed file tests/Nn.Tests/StateFiles/pytorch.safetensors

Reader and writer are spelled out, since PyTorch comes without the safetensors package. Exit code 77: there is no PyTorch.
"""

import json
import os
import struct
import sys

try:
    import numpy
    import torch
    from torch import nn
except ImportError as error:
    print(error)
    sys.exit(77)

TOLERANCE = 1e-5
NAMES = {torch.float32: "F32", torch.float64: "F64", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64", torch.uint8: "U8"}


def read(path):
    with open(path, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(length))
        data = bytearray(file.read())
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        assert entry["dtype"] == "F32"
        begin, end = entry["data_offsets"]
        tensors[name] = torch.frombuffer(data, dtype=torch.float32, offset=begin, count=(end - begin) // 4).reshape(entry["shape"])
    return tensors


def write(path, tensors, metadata):
    header, chunks, offset = {"__metadata__": metadata}, [], 0
    for name in sorted(tensors, key=lambda name: (-tensors[name].element_size(), name)):
        tensor = tensors[name].detach().contiguous()
        chunk = tensor.flatten().view(torch.uint8).numpy().tobytes()
        header[name] = {"dtype": NAMES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [offset, offset + len(chunk)]}
        offset += len(chunk)
        chunks.append(chunk)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(chunks))


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder_fc1 = nn.Linear(784, 256)
        self.encoder_fc2 = nn.Linear(256, 64)
        self.encoder_fc3 = nn.Linear(64, 32)
        self.decoder_fc1 = nn.Linear(32, 64)
        self.decoder_fc2 = nn.Linear(64, 256)
        self.decoder_fc3 = nn.Linear(256, 784)

    def forward(self, images):
        x = torch.relu(self.encoder_fc1(images))
        x = torch.relu(self.encoder_fc2(x))
        x = self.encoder_fc3(x)
        x = torch.relu(self.decoder_fc1(x))
        x = torch.relu(self.decoder_fc2(x))
        return torch.sigmoid(self.decoder_fc3(x))


def check(folder):
    model = Autoencoder()
    model.load_state_dict(read(os.path.join(folder, "model.safetensors")))
    images = torch.from_numpy(numpy.load(os.path.join(folder, "images.npy")))
    expected = torch.from_numpy(numpy.load(os.path.join(folder, "reconstructions.npy")))
    with torch.no_grad():
        difference = (model(images) - expected).abs().max().item()
    print(f"largest difference {difference:.3g}")
    return 0 if difference <= TOLERANCE else 1


def write_model(folder):
    torch.manual_seed(0)
    model = Autoencoder()
    images = torch.rand(5, 784)
    write(os.path.join(folder, "model.safetensors"), model.state_dict(), {"format": "pt"})
    numpy.save(os.path.join(folder, "images.npy"), images.numpy())
    with torch.no_grad():
        numpy.save(os.path.join(folder, "reconstructions.npy"), model(images).numpy())
    return 0


def write_fixture(path):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(7, 5), nn.ReLU(), nn.Linear(5, 3), nn.Sigmoid())
    x = torch.randn(4, 7)
    tensors = dict(model.state_dict())
    with torch.no_grad():
        tensors.update(input=x, output=model(x))
    numbers = torch.tensor([0.0, -0.0, 1 / 3, -2.5, 60000.0, 1e-7, float("inf"), float("-inf")])
    tensors.update({f"numbers.{NAMES[kind]}": numbers.to(kind) for kind in (torch.float64, torch.float16, torch.bfloat16)})
    tensors.update({f"expected.{NAMES[kind]}": numbers.to(kind).float() for kind in (torch.float64, torch.float16, torch.bfloat16)})
    tensors["count"] = torch.tensor(1234567)
    write(path, tensors, {"format": "pt", "torch": torch.__version__})
    return 0


if __name__ == "__main__":
    sys.exit({"check": check, "write": write_model, "fixture": write_fixture}[sys.argv[1]](sys.argv[2]))
