#!/usr/bin/env python3
"""Makes the figures that tests/Nn.Tests/Parity holds Quern against, with PyTorch on the CPU.

    /usr/bin/python3 tests/parity/make_figures.py        (PyTorch 1.13, Debian python3-torch; about half a minute)

Weights, inputs and images come from integer formulas that ParityFormulas.cs repeats, so they are equal to the bit on both
sides and need not be committed. What is committed are PyTorch's results, as float64:

layers.safetensors       outputs and gradients of small layers
autoencoder.safetensors  50 losses, the gradients of the first step, the parameters after 10 steps
optimizers.safetensors   parameters after each of 20 steps of Adam and SGD
schedules.safetensors    learning rates of 12 steps

A large tensor is kept as its norm and 64 projections on hashed signs: for a difference d, the mean of the squared
projections of d estimates |d|^2. Everything is computed in float32, as Quern does, and again in float64; how far these two
are apart is printed, since no float32 program can be asked to agree better.
"""
import json
import pathlib
import struct

import numpy as np
import torch

OUT = pathlib.Path(__file__).resolve().parent.parent / "Nn.Tests" / "Parity"
PROJECTIONS = 64
WHOLE = 2048  # tensors up to this size are committed whole
BATCH = 128


# The formulas: see ParityFormulas.cs.
def hashed(stream, count):
    """uint32 numbers, evenly spread."""
    x = np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B1) + np.uint32(stream * 0x85EBCA77 & 0xFFFFFFFF)
    x = (x ^ (x >> np.uint32(15))) * np.uint32(0x2C1B3C6D)
    x = (x ^ (x >> np.uint32(12))) * np.uint32(0x297A2D39)
    return x ^ (x >> np.uint32(15))


def values(stream, shape, scale=1.0):
    """Numbers in [-scale, scale); exact in float32 where scale is a power of two."""
    count = int(np.prod(shape, dtype=np.int64))
    units = (hashed(stream, count) >> np.uint32(8)).astype(np.float64) / 2**23 - 1
    return torch.from_numpy((units * scale).reshape(shape))


def images(first, count):
    """Discs of random place and size on black, fading to the rim: [count, 784] with values of k / 256."""
    place = hashed(900, 3 * (first + count)).reshape(-1, 3)[first:].astype(np.int64)
    row, column, radius = 6 + place[:, 0] % 16, 6 + place[:, 1] % 16, 3 + place[:, 2] % 6
    r, c = np.divmod(np.arange(784), 28)
    squared = (r[None] - row[:, None]) ** 2 + (c[None] - column[:, None]) ** 2
    level = np.clip(256 - 256 * squared // (radius[:, None] ** 2), 0, 256)
    return torch.from_numpy(level / 256)


def signs(stream, count):
    return 1.0 - 2.0 * (hashed(stream, count) >> np.uint32(31)).astype(np.float64)


def save(name, tensors):
    header, data = {}, b""
    for key, value in tensors.items():
        array = np.ascontiguousarray(np.asarray(value, dtype="<f8"))
        header[key] = {"dtype": "F64", "shape": list(array.shape), "data_offsets": [len(data), len(data) + array.nbytes]}
        data += array.tobytes()
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    (OUT / name).write_bytes(struct.pack("<Q", len(text)) + text + data)
    print(f"{name}: {len(tensors)} tensors, {len(data) / 1024:.0f} KiB")


def numpy(tensor):
    return tensor.detach().numpy().astype(np.float64)


def distance(a, b):
    """Relative, by norm."""
    return np.linalg.norm(a - b) / max(np.linalg.norm(b), 1e-300)


def fill(module, first_stream, scale):
    """Weights by formula: one stream per parameter, in order. scale: of all, or by the shape."""
    with torch.no_grad():
        for stream, parameter in enumerate(module.parameters(), first_stream):
            parameter.copy_(values(stream, parameter.shape, scale(parameter) if callable(scale) else scale))
        for norm in module.modules():
            if isinstance(norm, torch.nn.modules.batchnorm._BatchNorm):
                norm.reset_running_stats()
                if not norm.training:
                    norm.running_mean.copy_(values(30, norm.running_mean.shape))
                    norm.running_var.copy_(values(31, norm.running_var.shape) + 1.5)


class SelfAttention(torch.nn.MultiheadAttention):
    """Of a sequence to itself, the batch first; causal: to no later position."""

    def __init__(self, *arguments, causal=False, **options):
        super().__init__(*arguments, batch_first=True, **options)
        self.causal = causal

    def forward(self, x):
        mask = torch.ones(x.shape[1], x.shape[1]).triu(1).bool() if self.causal else None
        return super().forward(x, x, x, attn_mask=mask, need_weights=False)[0]


class Indices(torch.nn.Module):
    """Whole numbers from 0, of any."""

    def forward(self, x):
        return x.abs().floor().long()



# Small layers: (name, module, input shape). Stream 1 is the input, 2 the output's gradient, 3 the target, 10 and up the weights.
def small_layers():
    nn = torch.nn
    return [
        ("linear", nn.Linear(7, 5), (3, 7)),
        ("linear_one", nn.Linear(1, 1), (1, 1)),
        ("linear_no_bias", nn.Linear(31, 17, bias=False), (13, 31)),
        ("linear_deep", nn.Linear(131, 3), (2, 131)),
        ("relu", nn.ReLU(), (5, 13)),
        ("sigmoid", nn.Sigmoid(), (5, 13)),
        ("tanh", nn.Tanh(), (5, 13)),
        ("sequential", nn.Sequential(nn.Linear(11, 13), nn.ReLU(), nn.Linear(13, 7), nn.Tanh(), nn.Linear(7, 5), nn.Sigmoid()), (6, 11)),
        ("leaky_relu", nn.LeakyReLU(), (5, 13)),
        ("leaky_relu_02", nn.LeakyReLU(0.2), (5, 13)),
        ("gelu", nn.GELU(), (5, 13)),
        ("gelu_tanh", nn.GELU(approximate="tanh"), (5, 13)),
        ("silu", nn.SiLU(), (5, 13)),
        ("softmax", nn.Softmax(dim=-1), (5, 13)),
        ("layer_norm", nn.LayerNorm(13), (5, 13)),
        ("layer_norm_one", nn.LayerNorm(13), (1, 13)),
        ("layer_norm_axes", nn.LayerNorm((5, 7), eps=0.1), (3, 2, 5, 7)),
        ("layer_norm_plain", nn.LayerNorm(37, elementwise_affine=False), (3, 37)),
        ("group_norm", nn.GroupNorm(3, 6), (2, 6, 3, 5)),
        ("group_norm_rows", nn.GroupNorm(2, 4, eps=0.1), (3, 4)),
        ("group_norm_plain", nn.GroupNorm(4, 4, affine=False), (2, 4, 7)),
        ("embedding", nn.Sequential(Indices(), nn.Embedding(4, 3)), (5, 3)),
        ("embedding_padding", nn.Sequential(Indices(), nn.Embedding(4, 3, padding_idx=1)), (5, 3)),
        ("multihead_attention", SelfAttention(6, 2), (3, 5, 6)),
        ("multihead_attention_causal", SelfAttention(8, 4, causal=True), (2, 7, 8)),
        ("multihead_attention_no_bias", SelfAttention(6, 1, bias=False), (2, 9, 6)),
        ("flatten", nn.Sequential(nn.Flatten(), nn.Linear(12, 10), nn.Unflatten(1, (5, 2))), (3, 2, 6)),
        ("batch_norm_1d", nn.BatchNorm1d(13), (5, 13)),
        ("batch_norm_1d_length", nn.BatchNorm1d(3, 0.01, 0.3), (2, 3, 7)),
        ("batch_norm_2d", nn.BatchNorm2d(3), (4, 3, 5, 7)),
        ("batch_norm_2d_one", nn.BatchNorm2d(2), (1, 2, 3, 3)),
        ("batch_norm_2d_plain", nn.BatchNorm2d(3, affine=False), (4, 3, 5, 7)),
        ("batch_norm_1d_evaluation", nn.BatchNorm1d(13).eval(), (1, 13)),
        ("batch_norm_2d_evaluation", nn.BatchNorm2d(3).eval(), (4, 3, 5, 7)),
        ("conv", nn.Conv2d(3, 5, 3), (2, 3, 9, 8)),
        ("conv_one", nn.Conv2d(4, 3, 1), (2, 4, 5, 5)),
        ("conv_strided", nn.Conv2d(2, 4, 3, stride=2, padding=1), (3, 2, 14, 14)),
        ("conv_dilated", nn.Conv2d(2, 3, 3, stride=2, padding=2, dilation=2, bias=False), (1, 2, 11, 10)),
        ("conv_batch", nn.Conv2d(1, 4, 3, padding=1), (37, 1, 7, 7)),
        ("conv_uneven", nn.Conv2d(3, 5, (3, 2), stride=(2, 1), padding=(0, 2), dilation=(1, 3)), (2, 3, 9, 8)),
        ("conv_groups", nn.Conv2d(4, 6, 3, stride=2, padding=1, groups=2), (3, 4, 7, 8)),
        ("conv_depthwise", nn.Conv2d(5, 10, (1, 3), padding=(0, 1), groups=5, bias=False), (2, 5, 6, 9)),
        ("conv_transpose_uneven", nn.ConvTranspose2d(3, 4, (2, 3), stride=(3, 1), padding=(1, 0), output_padding=(2, 1), dilation=(1, 2)), (2, 3, 4, 5)),
        ("conv_transpose_groups", nn.ConvTranspose2d(6, 4, 3, stride=2, padding=1, output_padding=1, groups=2), (2, 6, 3, 4)),
        ("conv_transpose", nn.ConvTranspose2d(3, 5, 3), (2, 3, 4, 6)),
        ("conv_transpose_strided", nn.ConvTranspose2d(4, 2, 3, stride=2, padding=1, output_padding=1), (3, 4, 7, 7)),
        ("conv_transpose_dilated", nn.ConvTranspose2d(2, 3, 3, stride=3, padding=1, output_padding=2, dilation=2, bias=False), (1, 2, 4, 3)),
        ("max_pool", nn.MaxPool2d(2), (2, 3, 7, 6)),
        ("max_pool_padded", nn.MaxPool2d(3, 2, 1), (2, 3, 7, 6)),
        ("max_pool_uneven", nn.MaxPool2d((3, 2), (2, 1), (1, 0), (2, 3)), (2, 3, 8, 7)),
        ("avg_pool", nn.AvgPool2d(2), (2, 3, 7, 6)),
        ("avg_pool_padded", nn.AvgPool2d((3, 2), (2, 1), (1, 1)), (2, 3, 7, 6)),
        ("avg_pool_inside", nn.AvgPool2d(3, 2, 1, count_include_pad=False), (2, 3, 7, 6)),
        ("max_pool_1d", nn.MaxPool1d(3, 2, 1, 2), (2, 3, 9)),
        ("conv_1d", nn.Conv1d(3, 4, 3, stride=2, padding=2, dilation=2), (2, 3, 11)),
        ("conv_1d_groups", nn.Conv1d(4, 6, 3, groups=2, bias=False), (2, 4, 9)),
        ("linear_axes", nn.Linear(5, 7), (3, 4, 5)),
        ("upsample", nn.Upsample(scale_factor=2), (2, 3, 4, 5)),
    ]


# Losses on outputs from stream 1 and targets from stream 3: (name, loss, output, target).
def losses():
    f = torch.nn.functional
    output, target = values(1, (5, 13)), (values(3, (5, 13)) + 1) / 2
    classes = torch.arange(5) * 7 % 13
    weight = (values(4, (13,)) + 1) / 2
    return [
        ("mse_loss", lambda o, t: f.mse_loss(o, t), output, values(3, (5, 13))),
        ("bce_loss", lambda o, t: f.binary_cross_entropy(o, t), (output + 1) / 2, target),
        ("bce_with_logits_loss", lambda o, t: f.binary_cross_entropy_with_logits(o, t), 8 * output, target),
        ("cross_entropy_loss", lambda o, t: f.cross_entropy(o, classes), 4 * output, target),
        ("cross_entropy_loss_probabilities", lambda o, t: f.cross_entropy(o, t), 4 * output, target),
        ("cross_entropy_loss_weighted", lambda o, t: f.cross_entropy(o, classes, weight.to(o.dtype)), 4 * output, target),
        ("cross_entropy_loss_ignored", lambda o, t: f.cross_entropy(o, classes, ignore_index=8), 4 * output, target),
        ("cross_entropy_loss_smoothed", lambda o, t: f.cross_entropy(o, classes, label_smoothing=0.25), 4 * output, target),
        (
            "cross_entropy_loss_all",
            lambda o, t: f.cross_entropy(o, classes, weight.to(o.dtype), ignore_index=8, label_smoothing=0.25), 4 * output, target,
        ),
        ("cross_entropy_loss_probabilities_all", lambda o, t: f.cross_entropy(o, t, weight.to(o.dtype), label_smoothing=0.25), 4 * output, target),
        ("kl_divergence_mean", lambda o, t: -0.5 * (1 + t - o**2 - t.exp()).sum() / 5, output, target),
        ("kl_divergence_log_variance", lambda o, t: -0.5 * (1 + o - t**2 - o.exp()).sum() / 5, output, target),
    ]


def layers():
    figures, worst = {}, 0
    for name, module, shape in small_layers():
        found = []
        for dtype in (torch.float32, torch.float64):
            module = module.to(dtype)
            fill(module, 10, 1.0)
            x = values(1, shape, 4.0).to(dtype).requires_grad_()
            y = module(x)
            module.zero_grad()
            y.backward(values(2, y.shape).to(dtype))
            result = {"output": y, "input_gradient": torch.zeros_like(x) if x.grad is None else x.grad}
            result.update({f"{key}.gradient": p.grad for key, p in module.named_parameters()})
            result.update(module.named_buffers())
            found.append({f"{name}.{key}": numpy(value) for key, value in result.items()})
        worst = max(worst, max(distance(found[0][key], found[1][key]) for key in found[0]))
        figures.update(found[0])
    for name, compute, output, target in losses():
        found = []
        for dtype in (torch.float32, torch.float64):
            x = output.detach().clone().to(dtype).requires_grad_()
            loss = compute(x, target.to(dtype))
            loss.backward()
            found.append({f"{name}.output": numpy(loss), f"{name}.input_gradient": numpy(x.grad)})
        worst = max(worst, max(distance(found[0][key], found[1][key]) for key in found[0]))
        figures.update(found[0])
    print(f"layers: float32 against float64, worst relative norm {worst:.1e}")
    save("layers.safetensors", figures)


class Autoencoder(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder_fc1 = torch.nn.Linear(784, 256)
        self.encoder_fc2 = torch.nn.Linear(256, 64)
        self.encoder_fc3 = torch.nn.Linear(64, 32)
        self.decoder_fc1 = torch.nn.Linear(32, 64)
        self.decoder_fc2 = torch.nn.Linear(64, 256)
        self.decoder_fc3 = torch.nn.Linear(256, 784)

    def forward(self, x):
        x = torch.relu(self.encoder_fc2(torch.relu(self.encoder_fc1(x))))
        x = torch.relu(self.decoder_fc1(self.encoder_fc3(x)))
        return torch.sigmoid(self.decoder_fc3(torch.relu(self.decoder_fc2(x))))


def autoencoder_scale(parameter):
    """About Glorot's bound, rounded to a power of two; biases small, but not zero."""
    if parameter.dim() == 1:
        return 2.0**-6
    return 2.0 ** np.round(np.log2(np.sqrt(6 / sum(parameter.shape))))


def train(dtype):
    model = Autoencoder().to(dtype)
    fill(model, 100, autoencoder_scale)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    losses, gradients, parameters = [], None, None
    for step in range(50):
        x = images(step * BATCH, BATCH).to(dtype)
        loss = torch.nn.functional.mse_loss(model(x), x)
        optimizer.zero_grad()
        loss.backward()
        losses.append(loss.item())
        if step == 0:
            gradients = {key: numpy(p.grad) for key, p in model.named_parameters()}
        optimizer.step()
        if step == 9:
            parameters = {key: numpy(p).copy() for key, p in model.named_parameters()}
    return np.array(losses), gradients, parameters


def digest(figures, key, array):
    figures[f"{key}.norm"] = np.linalg.norm(array)
    if array.size <= WHOLE:
        figures[f"{key}.whole"] = array
        return
    flat = array.ravel()
    figures[f"{key}.projections"] = np.array([np.dot(signs(1000 + k, flat.size), flat) for k in range(PROJECTIONS)])


def autoencoder():
    single, double = train(torch.float32), train(torch.float64)
    worst = max(abs(single[0] - double[0]) / double[0])
    print(f"autoencoder: losses from {single[0][0]:.4f} to {single[0][-1]:.4f}")
    print(f"autoencoder: float32 against float64, 50 losses: worst relative {worst:.1e}")
    figures = {"losses": single[0]}
    for index, what in ((1, "gradient"), (2, "after_10_steps")):
        worst = max(distance(single[index][key], double[index][key]) for key in single[index])
        print(f"autoencoder: float32 against float64, {what}: worst relative norm {worst:.1e}")
        for key, array in single[index].items():
            digest(figures, f"{key}.{what}", array)
    save("autoencoder.safetensors", figures)


class Clipped:
    """An optimizer that clips the gradients' norm before each step."""

    def __init__(self, optimizer, parameters, bound):
        self.optimizer, self.parameters, self.bound = optimizer, parameters, bound

    def step(self):
        torch.nn.utils.clip_grad_norm_(self.parameters, self.bound)
        self.optimizer.step()


# The optimizers of OptimizerParityTests.cs, by the same names.
OPTIMIZERS = {
    "adam": lambda p: torch.optim.Adam(p),
    "adam_fast": lambda p: torch.optim.Adam(p, lr=0.05, betas=(0.5, 0.9), eps=1e-4),
    "adam_no_memory": lambda p: torch.optim.Adam(p, lr=0.01, betas=(0.0, 0.0)),
    "adam_weight_decay": lambda p: torch.optim.Adam(p, lr=0.01, betas=(0.8, 0.99), weight_decay=0.1),
    "adamw": lambda p: torch.optim.AdamW(p),
    "adamw_weight_decay": lambda p: torch.optim.AdamW(p, lr=0.05, betas=(0.8, 0.99), weight_decay=0.3),
    "adam_clipped": lambda p: Clipped(torch.optim.Adam(p, lr=0.01), p, 0.5),
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    "sgd_momentum": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9),
    "sgd_nesterov": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.8, nesterov=True),
    "sgd_weight_decay": lambda p: torch.optim.SGD(p, lr=0.05, weight_decay=0.1),
    "sgd_all": lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.7, weight_decay=0.05, nesterov=True),
    "rmsprop": lambda p: torch.optim.RMSprop(p),
    "rmsprop_all": lambda p: torch.optim.RMSprop(p, lr=0.02, alpha=0.9, eps=1e-4, weight_decay=0.05, momentum=0.7),
}
LENGTHS = (1, 37)  # of the two parameters


def gradient(step, index):
    """From large to tiny, and zero: position i is scaled by 2^-(i % 24), and every 11th is 0."""
    g = values(2000 + 2 * step + index, (LENGTHS[index],))
    position = torch.arange(LENGTHS[index])
    return torch.where(position % 11 == 10, torch.zeros(()).double(), g * 2.0 ** -(position % 24).double())


def optimizers():
    figures, worst = {}, 0
    for name, make in OPTIMIZERS.items():
        found = []
        for dtype in (torch.float32, torch.float64):
            parameters = [values(1900 + i, (length,)).to(dtype).requires_grad_() for i, length in enumerate(LENGTHS)]
            optimizer = make(parameters)
            steps = []
            for step in range(20):
                for index, parameter in enumerate(parameters):
                    parameter.grad = gradient(step, index).to(dtype)
                optimizer.step()
                steps.append(np.concatenate([numpy(p) for p in parameters]))
            found.append(np.array(steps))
        worst = max(worst, np.max(np.abs(found[0] - found[1])))
        figures[name] = found[0]
    print(f"optimizers: float32 against float64, worst difference {worst:.1e}")
    save("optimizers.safetensors", figures)


# The schedules of ScheduleParityTests.cs, by the same names: the rates before the first step and after each of 12.
def schedules():
    lr = torch.optim.lr_scheduler

    def warm_up_cosine(optimizer):
        parts = [lr.LinearLR(optimizer, 0.1, total_iters=4), lr.CosineAnnealingLR(optimizer, 8)]
        return lr.SequentialLR(optimizer, parts, milestones=[4])

    makes = {
        "step": lambda o: lr.StepLR(o, 3),
        "step_half": lambda o: lr.StepLR(o, 1, 0.5),
        "cosine": lambda o: lr.CosineAnnealingLR(o, 12),
        "cosine_minimum": lambda o: lr.CosineAnnealingLR(o, 5, 0.01),
        "warm_up": lambda o: lr.LinearLR(o),
        "warm_up_cosine": warm_up_cosine,
    }
    figures = {}
    for name, make in makes.items():
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.2)
        schedule = make(optimizer)
        rates = [optimizer.param_groups[0]["lr"]]
        for _ in range(12):
            optimizer.step()
            schedule.step()
            rates.append(optimizer.param_groups[0]["lr"])
        figures[name] = np.array(rates)
    save("schedules.safetensors", figures)


if __name__ == "__main__":
    torch.set_num_threads(1)
    layers()
    autoencoder()
    optimizers()
    schedules()
