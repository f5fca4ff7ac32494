"""Tensor operations in PyTorch, timed in turns.

Argument: the number of threads. Answers "ready VERSION", then a line for each line of standard input:
"prepare NAME SECONDS" makes an operation's operands and warms it up; the answer is how many calls fill the seconds, and a checksum of its result.
"run NAME CALLS" makes the calls; the answer is the seconds of one.
"""
import sys
import time
from itertools import repeat

import torch

threads = int(sys.argv[1])
torch.set_num_threads(threads)
torch.set_grad_enabled(False)


def numbers(shape, salt, positive=False):
    """The same numbers as the other contestants': from -1 to 1, or from 0.5 to 1.5."""
    count = torch.Size(shape).numel()
    values = ((torch.arange(count) * 7919 + salt * 104729) % 2003).to(torch.float32) / 1001.5 - 1
    return (values.abs() + 0.5 if positive else values).reshape(shape)


def binary(operation, left, right, positive=False):
    a, b = numbers(left, 1, positive), numbers(right, 2)
    return lambda: operation(a, b)


def into(operation, shape):
    a, b, result = numbers(shape, 1), numbers(shape, 2), torch.empty(shape)
    return lambda: operation(a, b, out=result)


def unary(operation, *shape):
    x = numbers(shape, 1)
    return lambda: operation(x)


def product(m, n, k, transpose_left=False, transpose_right=False):
    left = numbers((k, m), 1).t() if transpose_left else numbers((m, k), 1)
    right = numbers((n, k), 2).t() if transpose_right else numbers((k, n), 2)
    result = torch.empty(m, n)
    return lambda: torch.mm(left, right, out=result)


def drawn(draw):
    result = torch.empty(1_000_000)
    return lambda: draw(result)


OPERATIONS = {
    "plus-row": lambda: binary(torch.add, (500_000, 8), (8,)),
    "times-column": lambda: binary(torch.mul, (500_000, 8), (500_000, 1)),
    "product-1x4096x4096": lambda: product(1, 4096, 4096),
    "product-1x784x256": lambda: product(1, 784, 256, transpose_right=True),
    "product-4096x1x4096": lambda: product(4096, 1, 4096),
    "product-4096x16x4096": lambda: product(4096, 16, 4096),
    "product-32x64x128": lambda: product(32, 64, 128, transpose_left=True),
    "product-64x32x128": lambda: product(64, 32, 128, transpose_left=True),
    "product-128x64x32": lambda: product(128, 64, 32),
    "product-128x32x64": lambda: product(128, 32, 64),
    "add-1000": lambda: binary(torch.add, (1000,), (1000,)),
    "add-100000": lambda: binary(torch.add, (100_000,), (100_000,)),
    "add-4000000": lambda: binary(torch.add, (4_000_000,), (4_000_000,)),
    "add-into-100000": lambda: into(torch.add, (100_000,)),
    "normal": lambda: drawn(lambda result: result.normal_()),
    "uniform": lambda: drawn(lambda result: result.uniform_()),
    "power": lambda: binary(torch.pow, (100_000,), (100_000,), positive=True),
    "sine-1000": lambda: unary(torch.sin, 1000),
    "sine-4000000": lambda: unary(torch.sin, 4_000_000),
    "sum-axis-of-8": lambda: unary(lambda x: x.sum(1), 500_000, 8),
    "sum-first-axis": lambda: unary(lambda x: x.sum(0), 500_000, 8),
    "sum-100000": lambda: unary(torch.sum, 100_000),
    "max-4000000": lambda: unary(torch.max, 4_000_000),
    "transpose": lambda: unary(lambda x: x.t().contiguous(), 2000, 2000),
}

prepared = {}


def run(call, calls):
    start = time.perf_counter()
    for _ in repeat(None, calls):
        call()
    return (time.perf_counter() - start) / calls


def prepare(name, seconds):
    call = prepared[name] = OPERATIONS[name]()
    run(call, 1)
    calls = max(1, int(seconds / max(1e-8, min(run(call, 2), run(call, 2)))))
    result = call().flatten()
    weights = 1 + torch.arange(len(result)) % 7
    return calls, (result.double().abs() * weights).mean().item()


print("ready", torch.__version__, flush=True)
for line in sys.stdin:
    command, name, number = line.split()
    if command == "prepare":
        prepared.clear()
        print(*prepare(name, float(number)), flush=True)
    else:
        print(run(prepared[name], int(number)), flush=True)
