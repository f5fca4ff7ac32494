#!/usr/bin/env python3
"""Trains the autoencoders of Quern.Mnist in PyTorch, to compare losses with those of the sample.

    /usr/bin/python3 tests/parity/train_models.py DATA mlp|conv|vae [--epochs 12] [--denoise gaussian:0.3] [--seed 0] [--threads 1]

DATA is the folder with the four IDX files of MNIST, gzipped. Networks, first weights, losses and optimizer are those of
`MnistAutoencoder --model …`; only the random numbers are others. A line for each epoch: the mean training loss, the
validation loss (of an image, for vae) and seconds; with --denoise also, at the end, the peak signal-to-noise ratios against
the clean validation images: 10 log10(1 / mean squared error), over all pixels of all images.
"""
import argparse
import gzip
import math
import pathlib
import time

import torch
from torch import nn
from torch.nn import functional as F

BATCH = 128


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 64), nn.ReLU(), nn.Linear(64, 32))
        self.decoder = nn.Sequential(nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 256), nn.ReLU(), nn.Linear(256, 784), nn.Sigmoid())

    def forward(self, x):
        return self.decoder(self.encoder(x))

    def loss(self, shown, clean):
        return F.mse_loss(self(shown), clean)


class ConvAutoencoder(Autoencoder):
    def __init__(self):
        nn.Module.__init__(self)
        self.encoder = nn.Sequential(
            nn.Unflatten(1, (1, 28, 28)),
            nn.Conv2d(1, 16, 3, stride=2, padding=1), nn.ReLU(),
            nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.ReLU(),
            nn.Flatten(),
            nn.Linear(32 * 7 * 7, 32))
        self.decoder = nn.Sequential(
            nn.Linear(32, 32 * 7 * 7), nn.ReLU(),
            nn.Unflatten(1, (32, 7, 7)),
            nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1), nn.ReLU(),
            nn.ConvTranspose2d(16, 1, 4, stride=2, padding=1),
            nn.Flatten(),
            nn.Sigmoid())


class VariationalAutoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 256), nn.ReLU())
        self.mean = nn.Linear(256, 32)
        self.log_variance = nn.Linear(256, 32)
        self.decoder = nn.Sequential(nn.Linear(32, 256), nn.ReLU(), nn.Linear(256, 512), nn.ReLU(), nn.Linear(512, 784))

    def forward(self, x):
        return torch.sigmoid(self.decoder(self.mean(self.hidden(x))))

    def loss(self, shown, clean):
        """In evaluation the code is the mean; nothing is drawn."""
        hidden = self.hidden(shown)
        mean, log_variance = self.mean(hidden), self.log_variance(hidden)
        code = mean + torch.exp(log_variance / 2) * torch.randn_like(mean) if self.training else mean
        entropy = F.binary_cross_entropy_with_logits(self.decoder(code), clean, reduction="sum")
        divergence = 0.5 * torch.sum(torch.exp(log_variance) + mean ** 2 - 1 - log_variance)
        return (entropy + divergence) / len(clean)


MODELS = {"mlp": Autoencoder, "conv": ConvAutoencoder, "vae": VariationalAutoencoder}


def glorot(layer):
    if isinstance(layer, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.xavier_uniform_(layer.weight)
        nn.init.zeros_(layer.bias)


def spoil(images, denoise):
    if denoise is None:
        return images
    kind, amount = denoise.split(":")
    amount = float(amount)
    if kind == "gaussian":
        return (images + amount * torch.randn_like(images)).clamp(0, 1)
    draws = torch.rand_like(images)
    if kind == "masking":
        return images * (draws >= amount)
    assert kind == "salt-pepper"
    return torch.maximum(images * (draws >= amount / 2), (draws >= 1 - amount / 2).float())


def read(folder, name):
    content = gzip.decompress((folder / f"{name}-images-idx3-ubyte.gz").read_bytes())
    return torch.frombuffer(bytearray(content), dtype=torch.uint8, offset=16).reshape(-1, 784).float() / 255


def psnr(images, clean):
    return 10 * math.log10(1 / F.mse_loss(images, clean).item())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("model", choices=MODELS)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--denoise")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    train, validation = read(options.data, "train"), read(options.data, "t10k")
    validation_shown = spoil(validation, options.denoise)
    model = MODELS[options.model]()
    model.apply(glorot)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for epoch in range(1, options.epochs + 1):
        start, total = time.perf_counter(), 0.0
        model.train()
        for batch in torch.randperm(len(train)).split(BATCH):
            clean = train[batch]
            optimizer.zero_grad()
            loss = model.loss(spoil(clean, options.denoise), clean)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        seconds = time.perf_counter() - start
        model.eval()
        with torch.no_grad():
            loss = sum(
                model.loss(shown, clean).item() * len(clean) for shown, clean in zip(validation_shown.split(BATCH), validation.split(BATCH)))
        print(f"epoch {epoch}  train {total / len(train):.5f}  validation {loss / len(validation):.5f}  {seconds:.1f} s", flush=True)
    if options.denoise:
        with torch.no_grad():
            drawn = model(validation_shown)
        print(f"PSNR: noisy {psnr(validation_shown, validation):.2f} dB, reconstructed {psnr(drawn, validation):.2f} dB")


if __name__ == "__main__":
    main()
