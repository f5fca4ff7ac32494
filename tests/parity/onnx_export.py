#!/usr/bin/env python3
"""Writes a network in PyTorch's ONNX form with an input and its output, for the tests of Quern.Onnx.

    /usr/bin/python3 tests/parity/onnx_export.py FOLDER

Needs PyTorch 1.13 or newer and NumPy; on Debian: apt-get install python3-torch. Exits with 77 without them.
"""
import sys
import warnings

try:
    import numpy
    import torch
    from torch import nn
except ImportError:
    sys.exit(77)


class Rows(nn.Module):
    def forward(self, x):
        return x.reshape(-1, 2, 8)


folder = sys.argv[1]
torch.manual_seed(1)
network = nn.Sequential(
    nn.Conv2d(1, 4, 3, stride=2, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2),
    nn.ConvTranspose2d(4, 3, 3, stride=2, padding=1, output_padding=1), nn.GELU(), nn.AvgPool2d(2), nn.Upsample(scale_factor=2),
    nn.Flatten(), nn.Linear(3 * 6 * 6, 16), nn.SiLU(), nn.LayerNorm(16), Rows(), nn.Linear(8, 8), nn.Softplus(), nn.ELU(0.5),
    nn.LeakyReLU(0.1), nn.Flatten(), nn.GELU(approximate="tanh"), nn.Dropout(0.3), nn.Linear(16, 6), nn.Tanh(), nn.Sigmoid(), nn.Softmax(dim=-1)).eval()
with torch.no_grad():
    for name, buffer in network.named_buffers():
        if buffer.is_floating_point():
            buffer.uniform_(0.5, 1.5)
x = torch.randn(5, 1, 12, 12)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    torch.onnx.export(
        network, x[:1], folder + "/network.onnx", input_names=["input"], output_names=["output"],
        dynamic_axes={"input": {0: "batch"}, "output": {0: "batch"}}, opset_version=17)
numpy.save(folder + "/input.npy", x.numpy())
with torch.no_grad():
    numpy.save(folder + "/output.npy", network(x).numpy())
