"""NumPy's product of all rows with all rows, as a peer of our scoring: see pairs.ts.

python3 pairs_peer.py <rows> <dimension>; for every line on stdin one product of each kind, whose
seconds of wall time and of processor time go to stdout: `a @ b.T` (every product), `a @ a.T` (NumPy
computes one half of it).
"""
import sys
import time

import numpy as np

rows, dimension = int(sys.argv[1]), int(sys.argv[2])
a = np.random.default_rng(1).standard_normal((rows, dimension), dtype=np.float32)
b = a.copy()
out = np.empty((rows, rows), np.float32)
for _ in sys.stdin:
    times = []
    for other in (b, a):
        started, used = time.perf_counter(), time.process_time()
        np.matmul(a, other.T, out=out)
        times.append(time.perf_counter() - started)
        times.append(time.process_time() - used)
    print(*times, flush=True)
