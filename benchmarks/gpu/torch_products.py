"""GFLOP/s of cuBLAS, by way of PyTorch. Each line of the input is a product: m n k, and whether the left and the right operand lie transposed."""
import json
import sys
import time

try:
    import torch
except ImportError:
    sys.exit("PyTorch is not installed.")
if not torch.cuda.is_available():
    sys.exit("PyTorch is installed and has no CUDA device.")

torch.backends.cuda.matmul.allow_tf32 = False


def seconds(left, right, result, times):
    torch.cuda.synchronize()
    start = time.perf_counter()
    for _ in range(times):
        torch.matmul(left, right, out=result)
    torch.cuda.synchronize()
    return time.perf_counter() - start


gflops = []
for line in sys.stdin:
    m, n, k, transpose_left, transpose_right = map(int, line.split())
    left = torch.rand((k, m) if transpose_left else (m, k), device="cuda") * 2 - 1
    right = torch.rand((n, k) if transpose_right else (k, n), device="cuda") * 2 - 1
    left = left.t() if transpose_left else left
    right = right.t() if transpose_right else right
    result = torch.empty((m, n), device="cuda")
    seconds(left, right, result, 1)
    times = 1
    while seconds(left, right, result, times) < 0.2 and times < 1 << 16:
        times *= 2
    best = min(seconds(left, right, result, times) for _ in range(3))
    gflops.append(times * 2.0 * m * n * k / best * 1e-9)

json.dump({"version": torch.__version__, "device": torch.cuda.get_device_name(), "gflops": gflops}, sys.stdout)
