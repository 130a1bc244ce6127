#!/usr/bin/env python3
"""Turn the published M2FP checkpoint into ONNX, and prove that the ONNX computes the same. See README.md.

    python export_m2fp.py pytorch_model.pt m2fp.onnx [--half-weights] [--external-data]
    python export_m2fp.py --self-test
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper

import published_layout
from m2fp_model import CheckpointError, ExportedM2FP, load_published, read_state
from traceable_deformable_attention import patched

OPSET = 17
MULTIPLE = 32
INPUT, LOGITS, MASKS = "pixel_values", "pred_logits", "pred_masks"
# height, width: traced at one, checked at two others, one of them portrait.
TRACED = (256, 320)
CHECKED = ((384, 224), (192, 416))
# Attention masks are binary (sigmoid < 0.5): the last bit of a sum can flip one and move a whole query's mask a little,
# so masks are compared by the share of pixels that change sides, and values by their mean distance.
MAX_FLIPPED = 2e-3
MAX_MEAN_ERROR = 2e-3


def make_input(size: tuple[int, int], seed: int) -> torch.Tensor:
    """Smooth colours with noise, about as a normalised photo is."""
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.randn(1, 3, 6, 6, generator=generator)
    smooth = torch.nn.functional.interpolate(coarse, size=size, mode="bicubic", align_corners=False)
    return smooth + 0.1 * torch.randn(1, 3, *size, generator=generator)


def run_torch(model, pixels: torch.Tensor) -> list[np.ndarray]:
    with torch.no_grad():
        return [out.numpy() for out in model(pixels)]


def compare(found: list[np.ndarray], expected: list[np.ndarray], what: str, slack: float = 1.0) -> None:
    """Raises where logits or masks differ by more than the bounds (times `slack`)."""
    for name, a, b in zip((LOGITS, MASKS), found, expected):
        if a.shape != b.shape:
            raise SystemExit(f"{what}: {name} is {a.shape}, expected {b.shape}")
        error = float(np.abs(a - b).mean() / b.std())
        flipped = float(((a > 0) != (b > 0)).mean()) if name == MASKS else 0.0
        print(f"  {what}: {name} {a.shape} mean error {error:.2e} of std, flipped {flipped:.2e}")
        if not error <= MAX_MEAN_ERROR * slack or flipped > MAX_FLIPPED * slack:
            raise SystemExit(f"{what}: {name} differs (mean error {error:.3g} of std, {flipped:.3g} flipped)")


def check_patch(model: ExportedM2FP) -> None:
    """The traceable attention is the library's own arithmetic."""
    pixels = make_input(CHECKED[0], 1)
    own = run_torch(model, pixels)
    with patched():
        compare(run_torch(model, pixels), own, "patched against unpatched")


def store_weights_as_half(graph_model: onnx.ModelProto) -> None:
    """Large weights as float16 with a Cast behind them: half the file, computation stays float32 (runtimes fold it)."""
    graph = graph_model.graph
    casts = []
    for initializer in graph.initializer:
        if initializer.data_type != TensorProto.FLOAT or np.prod(initializer.dims) < 1024:
            continue
        name = initializer.name
        values = numpy_helper.to_array(initializer).astype(np.float16)
        if not np.isfinite(values).all():
            raise SystemExit(f"{name} does not fit float16")
        initializer.CopyFrom(numpy_helper.from_array(values, name + ".half"))
        casts.append(helper.make_node("Cast", [name + ".half"], [name], to=TensorProto.FLOAT))
    for i, cast in enumerate(casts):
        graph.node.insert(i, cast)


def name_axes(graph_model: onnx.ModelProto, queries: int) -> None:
    """The axes that never change, as numbers: the app reads class and query counts off the graph before it runs."""
    for value in graph_model.graph.output:
        axes = value.type.tensor_type.shape.dim
        axes[0].dim_value, axes[1].dim_value = 1, queries


def export(model: ExportedM2FP, path: Path, half_weights: bool, external_data: bool) -> None:
    """Writes the ONNX file (and `<name>_data` beside it), batch 1, height and width free multiples of 32."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(patched())
        stack.enter_context(warnings.catch_warnings())
        # The tracer warns of every shape that becomes a number; the checks at other sizes decide.
        warnings.simplefilter("ignore")
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        traced = Path(folder) / "traced.onnx"
        torch.onnx.export(
            model,
            (make_input(TRACED, 0),),
            str(traced),
            input_names=[INPUT],
            output_names=[LOGITS, MASKS],
            dynamic_axes={INPUT: {2: "height", 3: "width"}, MASKS: {2: "mask_height", 3: "mask_width"}},
            opset_version=OPSET,
            dynamo=False,
        )
        graph_model = onnx.load(str(traced))
    name_axes(graph_model, model.model.config.num_queries)
    if half_weights:
        store_weights_as_half(graph_model)
    path.parent.mkdir(parents=True, exist_ok=True)
    data_name = path.name + "_data"
    (path.parent / data_name).unlink(missing_ok=True)
    onnx.save(graph_model, str(path), save_as_external_data=external_data, location=data_name)
    onnx.checker.check_model(str(path))


def check_graph(path: Path) -> None:
    """What the app needs of the graph: names, free sides, operators of the standard domain."""
    graph_model = onnx.load(str(path), load_external_data=False)
    opset = max(entry.version for entry in graph_model.opset_import if entry.domain in ("", "ai.onnx"))
    if opset < 16:
        raise SystemExit(f"opset {opset}; GridSample needs 16")
    shapes = {
        value.name: [axis.dim_param or axis.dim_value for axis in value.type.tensor_type.shape.dim]
        for value in (*graph_model.graph.input, *graph_model.graph.output)
    }
    print("  graph:", shapes, f"opset {opset}")
    if set(shapes) != {INPUT, LOGITS, MASKS} or any(isinstance(axis, int) for axis in shapes[INPUT][2:]):
        raise SystemExit(f"inputs and outputs are {shapes}")
    operators = {(node.domain, node.op_type) for node in graph_model.graph.node}
    if ("", "GridSample") not in operators:
        raise SystemExit("the deformable attention did not become GridSample")
    foreign = sorted(domain for domain, _ in operators if domain not in ("", "ai.onnx"))
    if foreign:
        raise SystemExit(f"operators of other domains: {foreign}")


def check_onnx(model: ExportedM2FP, path: Path, half_weights: bool) -> None:
    check_graph(path)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    for seed, size in enumerate(CHECKED, start=1):
        pixels = make_input(size, seed)
        found = session.run([LOGITS, MASKS], {INPUT: pixels.numpy()})
        # Weights rounded to 11 bits move everything a little.
        compare(found, run_torch(model, pixels), f"ONNX against PyTorch at {size[0]}x{size[1]}", 20 if half_weights else 1)


def convert(checkpoint: Path, output: Path, half_weights: bool, external_data: bool) -> ExportedM2FP:
    model = load_published(read_state(str(checkpoint)))
    config = model.model.config
    print(f"  every key placed: {config.num_queries} queries, {config.num_labels} classes")
    check_patch(model)
    export(model, output, half_weights, external_data)
    check_onnx(model, output, half_weights)
    return model


def expect_refusal(state: dict, path: Path, what: str) -> None:
    torch.save({"model": state}, path)
    try:
        load_published(read_state(str(path)))
    except CheckpointError as error:
        print(f"  refused, as it should be ({what}): {str(error).splitlines()[-1].strip()}")
        return
    raise SystemExit(f"{what} was not refused")


def self_test(keep: Path | None) -> None:
    """Everything but the weights: a random model of the published layout, converted, exported and compared."""
    published = published_layout.create_random()
    state = dict(published.state_dict())
    state["criterion.empty_weight"] = torch.ones(22)
    with tempfile.TemporaryDirectory() as folder:
        out = keep or Path(folder)
        checkpoint = out / "random.pt"
        out.mkdir(parents=True, exist_ok=True)
        torch.save({"model": state}, checkpoint)
        for name, half, external in (("plain", False, False), ("half-external", True, True)):
            print(f"{name}:")
            model = convert(checkpoint, out / f"{name}.onnx", half, external)
        print("layouts:")
        for seed, size in enumerate(CHECKED, start=1):
            pixels = make_input(size, seed)
            compare(run_torch(model, pixels), run_torch(published, pixels), f"mapped against published at {size}")
        print("mistakes:")
        broken = out / "broken.pt"
        missing = {key: value for key, value in state.items() if key != "sem_seg_head.predictor.query_embed.weight"}
        expect_refusal(missing, broken, "a key is missing")
        expect_refusal({**state, "sem_seg_head.predictor.extra.weight": torch.ones(1)}, broken, "a key is unknown")
        norm = "backbone.res3.0.conv2.norm.bias"
        expect_refusal({**state, norm: torch.ones(3)}, broken, "a shape is wrong")
        broken.unlink()
    print("self-test passed")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", nargs="?", type=Path, help="the published pytorch_model.pt")
    parser.add_argument("output", nargs="?", type=Path, help="the ONNX file to write")
    parser.add_argument("--half-weights", action="store_true", help="store large weights as float16")
    parser.add_argument("--external-data", action="store_true", help="weights in <output>_data beside the graph")
    parser.add_argument("--self-test", action="store_true", help="prove the export on a random model")
    parser.add_argument("--keep", type=Path, help="self-test: folder that keeps its files")
    arguments = parser.parse_args()
    if arguments.self_test:
        self_test(arguments.keep)
        return
    if arguments.checkpoint is None or arguments.output is None:
        parser.error("name the checkpoint and the output, or --self-test")
    try:
        convert(arguments.checkpoint, arguments.output, arguments.half_weights, arguments.external_data)
    except CheckpointError as error:
        sys.exit(str(error))
    print(f"written: {arguments.output}")


if __name__ == "__main__":
    main()
