"""The peer of gpu-embedder.ts: the same ONNX file in Python's onnxruntime.

usage: gpu_embedder_peer.py <graph> <provider> <batch> <runs> <seconds> <threads>
Prints the faces a second of every run as a JSON list. Fails when the provider cannot be had.
"""

import json
import sys
import time

import numpy
import onnxruntime

PROVIDERS = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "tensorrt": "TensorrtExecutionProvider",
    "webgpu": "WebGpuExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
    "directml": "DmlExecutionProvider",
}
FACE_PX = 112


def open_session(graph, provider, threads):
    if hasattr(onnxruntime, "preload_dlls"):
        onnxruntime.preload_dlls()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    name = PROVIDERS[provider]
    session = onnxruntime.InferenceSession(graph, options, providers=[name])
    if session.get_providers()[0] != name:
        sys.exit(f"Python's onnxruntime has no {name}: it runs on {session.get_providers()}")
    return session


def faces_per_second(session, pixels, seconds):
    started = time.perf_counter()
    count = 0
    while True:
        session.run(None, {"pixels": pixels})
        count += 1
        elapsed = time.perf_counter() - started
        if elapsed >= seconds:
            return count * len(pixels) / elapsed


def main():
    graph, provider = sys.argv[1:3]
    batch, runs, seconds, threads = (float(text) for text in sys.argv[3:7])
    session = open_session(graph, provider, int(threads))
    size = int(batch) * FACE_PX * FACE_PX * 3
    pixels = ((numpy.arange(size) * 7919) % 251).astype(numpy.uint8)
    pixels = pixels.reshape(int(batch), FACE_PX, FACE_PX, 3)
    for _ in range(2):
        session.run(None, {"pixels": pixels})
    print(json.dumps([faces_per_second(session, pixels, seconds) for _ in range(int(runs))]))


main()
