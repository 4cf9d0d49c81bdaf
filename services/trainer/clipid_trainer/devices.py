"""Where training runs: one processor, one GPU, or a GPU for each process that `torchrun` starts."""

import os
from dataclasses import dataclass

import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel


@dataclass(frozen=True)
class Place:
    device: torch.device
    rank: int
    processes: int


def join() -> Place:
    """Joins the other processes where torchrun started several; one by itself needs nothing."""
    rank, processes = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    local = int(os.environ.get("LOCAL_RANK", "0"))
    on_gpu = torch.cuda.is_available()
    if on_gpu:
        torch.cuda.set_device(local)
    if processes > 1:
        distributed.init_process_group("nccl" if on_gpu else "gloo")
    return Place(torch.device("cuda", local) if on_gpu else torch.device("cpu"), rank, processes)


def leave(place: Place) -> None:
    if place.processes > 1:
        distributed.destroy_process_group()


def spread_over(network: nn.Module, place: Place) -> nn.Module:
    """The network as it is called in training; gradients are averaged over the processes.

    Parameters of blocks that stochastic depth left out get no gradient in that step, in any process that
    left them out, hence `find_unused_parameters`.
    """
    if place.processes == 1:
        return network
    if place.device.type == "cuda":
        network = nn.SyncBatchNorm.convert_sync_batchnorm(network)
    return DistributedDataParallel(network, find_unused_parameters=True)


def half_precision(place: Place) -> tuple[torch.autocast, torch.amp.GradScaler]:
    """Mixed precision on a GPU: bfloat16 where it can, else float16 with scaled gradients; none on a CPU."""
    on_gpu = place.device.type == "cuda"
    wide = on_gpu and torch.cuda.is_bf16_supported()
    kind = torch.bfloat16 if wide or not on_gpu else torch.float16
    autocast = torch.autocast(place.device.type, kind, enabled=on_gpu)
    return autocast, torch.amp.GradScaler(place.device.type, enabled=on_gpu and not wide)
