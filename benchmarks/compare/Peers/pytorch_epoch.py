"""Trains an autoencoder in PyTorch, one epoch for each line on standard input, and answers with its seconds.

Arguments: a file of 28x28 images as bytes, mlp or conv, the batch size, the number of threads. The images lie in memory before the clock starts.
"""
import sys
import time

import torch
from torch import nn

path, kind, batch_size, threads = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
torch.set_num_threads(threads)
torch.manual_seed(0)

with open(path, "rb") as file:
    pixels = torch.frombuffer(bytearray(file.read()), dtype=torch.uint8)
images = pixels.reshape(-1, 784).to(torch.float32) / 255


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder_fc1 = nn.Linear(784, 256)
        self.encoder_fc2 = nn.Linear(256, 64)
        self.encoder_fc3 = nn.Linear(64, 32)
        self.decoder_fc1 = nn.Linear(32, 64)
        self.decoder_fc2 = nn.Linear(64, 256)
        self.decoder_fc3 = nn.Linear(256, 784)

    def forward(self, x):
        x = torch.relu(self.encoder_fc1(x))
        x = torch.relu(self.encoder_fc2(x))
        x = self.encoder_fc3(x)
        x = torch.relu(self.decoder_fc1(x))
        x = torch.relu(self.decoder_fc2(x))
        return torch.sigmoid(self.decoder_fc3(x))


class ConvAutoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder_conv1 = nn.Conv2d(1, 16, 3, stride=2, padding=1)
        self.encoder_conv2 = nn.Conv2d(16, 32, 3, stride=2, padding=1)
        self.encoder_fc = nn.Linear(32 * 7 * 7, 32)
        self.decoder_fc = nn.Linear(32, 32 * 7 * 7)
        self.decoder_conv1 = nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1)
        self.decoder_conv2 = nn.ConvTranspose2d(16, 1, 4, stride=2, padding=1)

    def forward(self, x):
        x = torch.relu(self.encoder_conv1(x.reshape(-1, 1, 28, 28)))
        x = torch.relu(self.encoder_conv2(x))
        x = self.encoder_fc(x.flatten(1))
        x = torch.relu(self.decoder_fc(x))
        x = torch.relu(self.decoder_conv1(x.reshape(-1, 32, 7, 7)))
        return torch.sigmoid(self.decoder_conv2(x)).flatten(1)


model = {"mlp": Autoencoder, "conv": ConvAutoencoder}[kind]()
criterion = nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)


def train(order):
    total = 0.0
    for start in range(0, len(order), batch_size):
        batch = images[order[start:start + batch_size]]
        optimizer.zero_grad()
        loss = criterion(model(batch), batch)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    return total / len(order)


train(torch.arange(min(len(images), 20 * batch_size)))
print("ready", torch.__version__, flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    loss = train(torch.randperm(len(images)))
    print(time.perf_counter() - start, loss, flush=True)
