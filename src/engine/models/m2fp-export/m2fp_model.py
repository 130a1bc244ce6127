"""M2FP as a PyTorch model: transformers' Mask2Former on a DeepLab ResNet, with the published checkpoint's weights.

Published keys follow detectron2: `backbone.*`, `sem_seg_head.pixel_decoder.*`, `sem_seg_head.predictor.*`. Everything
that can be read off the checkpoint's shapes is; the rest is the published configuration (configs/cihp, configs/lip of
M2FP): DeepLab stem, stride in the 3x3 convolution, no dilation, post-norm, three levels, four points.
"""

from __future__ import annotations

import re
from types import SimpleNamespace

import torch
from torch import nn
from torch.nn import functional as F
from transformers import Mask2FormerConfig, Mask2FormerForUniversalSegmentation, ResNetConfig

STAGES = ("res2", "res3", "res4", "res5")
LEVELS, POINTS = 3, 4
PIXEL_MEAN = (123.675, 116.28, 103.53)
PIXEL_STD = (58.395, 57.12, 57.375)
# Left over on purpose: the loss's class weights, and counters that inference does not read.
IGNORED = re.compile(r"^criterion\.|\.num_batches_tracked$")


class CheckpointError(Exception):
    """The checkpoint is not what the mapping knows; the message names the keys."""


class ConvNorm(nn.Conv2d):
    """Convolution without bias, then batch norm; keys `weight` and `norm.*`, as in the checkpoint."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1):
        super().__init__(inputs, outputs, kernel, stride=stride, padding=kernel // 2, bias=False)
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return self.norm(super().forward(x))


class Stem(nn.Module):
    """Three 3x3 convolutions (DeepLab) or one of 7x7 (basic), then max pooling: a quarter of the picture."""

    def __init__(self, is_deeplab: bool, width: int, outputs: int):
        super().__init__()
        self.conv1 = ConvNorm(3, width, 3 if is_deeplab else 7, stride=2)
        if is_deeplab:
            self.conv2 = ConvNorm(width, width, 3)
            self.conv3 = ConvNorm(width, outputs, 3)

    def forward(self, x):
        for conv in self.children():
            x = F.relu(conv(x))
        return F.max_pool2d(x, kernel_size=3, stride=2, padding=1)


class Bottleneck(nn.Module):
    def __init__(self, inputs: int, middle: int, outputs: int, stride: int):
        super().__init__()
        self.shortcut = ConvNorm(inputs, outputs, 1, stride) if inputs != outputs else None
        self.conv1 = ConvNorm(inputs, middle, 1)
        self.conv2 = ConvNorm(middle, middle, 3, stride)
        self.conv3 = ConvNorm(middle, outputs, 1)

    def forward(self, x):
        out = F.relu(self.conv1(x))
        out = F.relu(self.conv2(out))
        rest = x if self.shortcut is None else self.shortcut(x)
        return F.relu(self.conv3(out) + rest)


class Backbone(nn.Module):
    """ResNet whose keys are those of the checkpoint below `backbone.`; gives what Mask2Former's pixel decoder reads."""

    def __init__(self, is_deeplab: bool, stem_width: int, stem_outputs: int, stages):
        super().__init__()
        self.stem = Stem(is_deeplab, stem_width, stem_outputs)
        self.channels = [outputs for _, _, outputs in stages]
        inputs = stem_outputs
        for name, (depth, middle, outputs) in zip(STAGES, stages):
            blocks = []
            for i in range(depth):
                stride = 2 if i == 0 and name != "res2" else 1
                blocks.append(Bottleneck(inputs, middle, outputs, stride))
                inputs = outputs
            self.add_module(name, nn.Sequential(*blocks))

    def forward(self, x, *_, **__):
        x = self.stem(x)
        maps = []
        for name in STAGES:
            x = getattr(self, name)(x)
            maps.append(x)
        return SimpleNamespace(feature_maps=tuple(maps))


class ExportedM2FP(nn.Module):
    """`pixel_values` (normalised, sides multiples of 32) to `pred_logits` and `pred_masks`, and nothing else."""

    def __init__(self, model: Mask2FormerForUniversalSegmentation):
        super().__init__()
        self.model = model

    def forward(self, pixel_values):
        out = self.model(pixel_values=pixel_values)
        return out.class_queries_logits, out.masks_queries_logits


def _count(keys, pattern: str) -> int:
    found = {int(m.group(1)) for key in keys if (m := re.match(pattern, key))}
    if found != set(range(len(found))) or not found:
        raise CheckpointError(f"no unbroken numbering for {pattern}: found {sorted(found)}")
    return len(found)


def _require(state: dict, key: str) -> torch.Tensor:
    if key not in state:
        near = [other for other in state if other.rsplit(".", 1)[0] == key.rsplit(".", 1)[0]]
        raise CheckpointError(f"the checkpoint has no {key}; beside it: {near[:8] or 'nothing'}")
    return state[key]


def read_state(path: str) -> dict:
    """The published file: a state dict, or one under `model` or `state_dict`."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    for name in ("model", "state_dict"):
        if isinstance(state, dict) and isinstance(state.get(name), dict):
            state = state[name]
    # Mask2Former's older name of the learned queries.
    state = {key.replace("predictor.static_query.", "predictor.query_feat."): value for key, value in state.items()}
    for name, expected in (("pixel_mean", PIXEL_MEAN), ("pixel_std", PIXEL_STD)):
        if name in state:
            found = torch.as_tensor(state.pop(name)).flatten().tolist()
            if any(abs(a - b) > 1e-3 for a, b in zip(found, expected)):
                raise CheckpointError(f"{name} is {found}; the app normalises with {expected}")
    return {key: torch.as_tensor(value) for key, value in state.items() if not IGNORED.search(key)}


def build_empty(state: dict) -> Mask2FormerForUniversalSegmentation:
    """The model that fits the checkpoint's shapes, weights still random."""
    keys = list(state)
    pixel, predictor = "sem_seg_head.pixel_decoder", "sem_seg_head.predictor"
    is_deeplab = "backbone.stem.conv3.weight" in state
    stem_width = _require(state, "backbone.stem.conv1.weight").shape[0]
    stem_outputs = _require(state, "backbone.stem.conv3.weight").shape[0] if is_deeplab else stem_width
    stages = [
        (
            _count(keys, rf"backbone\.{stage}\.(\d+)\."),
            _require(state, f"backbone.{stage}.0.conv1.weight").shape[0],
            _require(state, f"backbone.{stage}.0.conv3.weight").shape[0],
        )
        for stage in STAGES
    ]
    backbone = Backbone(is_deeplab, stem_width, stem_outputs, stages)

    if f"{predictor}.input_proj.0.weight" in state:
        raise CheckpointError("the predictor projects its inputs (ENFORCE_INPUT_PROJ), which transformers cannot load")
    queries, hidden = _require(state, f"{predictor}.query_feat.weight").shape
    conv_dim = _require(state, f"{pixel}.input_proj.0.0.weight").shape[0]
    if conv_dim != hidden:
        raise CheckpointError(f"pixel decoder of {conv_dim} channels and predictor of {hidden}: expected equal")
    layer = f"{pixel}.transformer.encoder.layers.0"
    heads = _require(state, f"{layer}.self_attn.attention_weights.weight").shape[0] // (LEVELS * POINTS)
    config = Mask2FormerConfig(
        backbone_config=ResNetConfig(
            # Only its channel counts are used: the module itself is replaced below.
            embedding_size=8,
            hidden_sizes=backbone.channels,
            depths=[1, 1, 1, 1],
            out_features=["stage1", "stage2", "stage3", "stage4"],
        ),
        feature_size=conv_dim,
        mask_feature_size=_require(state, f"{pixel}.mask_features.weight").shape[0],
        hidden_dim=hidden,
        encoder_feedforward_dim=_require(state, f"{layer}.linear1.weight").shape[0],
        encoder_layers=_count(keys, rf"{re.escape(pixel)}\.transformer\.encoder\.layers\.(\d+)\."),
        # transformers counts the prediction before the first layer as one.
        decoder_layers=_count(keys, rf"{re.escape(predictor)}\.transformer_ffn_layers\.(\d+)\.") + 1,
        num_attention_heads=heads,
        dim_feedforward=_require(state, f"{predictor}.transformer_ffn_layers.0.linear1.weight").shape[0],
        num_queries=queries,
        num_labels=_require(state, f"{predictor}.class_embed.weight").shape[0] - 1,
        feature_strides=[4, 8, 16, 32],
        common_stride=4,
        pre_norm=False,
        enforce_input_projection=False,
        dropout=0.0,
    )
    model = Mask2FormerForUniversalSegmentation(config)
    model.model.pixel_level_module.encoder = backbone
    return model.eval()


def _rename(key: str) -> list[tuple[str, int | None]]:
    """Target keys of a published key; the number picks a third of a joined query-key-value matrix."""
    if key.startswith("backbone."):
        return [("model.pixel_level_module.encoder." + key.removeprefix("backbone."), None)]

    pixel, target = "sem_seg_head.pixel_decoder.", "model.pixel_level_module.decoder."
    if key.startswith(pixel):
        rest = key.removeprefix(pixel)
        rest = re.sub(r"^input_proj\.", "input_projections.", rest)
        rest = re.sub(r"^mask_features\.", "mask_projection.", rest)
        rest = re.sub(r"^(adapter|layer)_(\d+)\.norm\.", r"\1_\2.1.", rest)
        rest = re.sub(r"^(adapter|layer)_(\d+)\.(weight|bias)$", r"\1_\2.0.\3", rest)
        rest = re.sub(r"^transformer\.level_embed$", "level_embed", rest)
        match = re.match(r"^transformer\.encoder\.layers\.(\d+)\.(.*)$", rest)
        if match:
            part = match.group(2)
            part = re.sub(r"^norm1\.", "self_attn_layer_norm.", part)
            part = re.sub(r"^norm2\.", "final_layer_norm.", part)
            part = re.sub(r"^linear([12])\.", r"fc\1.", part)
            rest = f"encoder.layers.{match.group(1)}.{part}"
        return [(target + rest, None)]

    predictor, target = "sem_seg_head.predictor.", "model.transformer_module."
    if key.startswith(predictor):
        rest = key.removeprefix(predictor)
        if rest.startswith("class_embed."):
            return [("class_predictor." + rest.removeprefix("class_embed."), None)]
        for published, ours in (
            ("query_feat.", "queries_features."),
            ("query_embed.", "queries_embedder."),
            ("level_embed.", "level_embed."),
            ("decoder_norm.", "decoder.layernorm."),
        ):
            if rest.startswith(published):
                return [(target + ours + rest.removeprefix(published), None)]
        match = re.match(r"^mask_embed\.layers\.(\d+)\.(.*)$", rest)
        if match:
            return [(f"{target}decoder.mask_predictor.mask_embedder.{match.group(1)}.0.{match.group(2)}", None)]
        match = re.match(r"^transformer_(self_attention|cross_attention|ffn)_layers\.(\d+)\.(.*)$", rest)
        if match:
            kind, index, part = match.groups()
            layer = f"{target}decoder.layers.{index}."
            if kind == "self_attention":
                joined = re.match(r"^self_attn\.in_proj_(weight|bias)$", part)
                if joined:
                    names = ("q_proj", "k_proj", "v_proj")
                    return [(f"{layer}self_attn.{name}.{joined.group(1)}", i) for i, name in enumerate(names)]
                return [(layer + re.sub(r"^norm\.", "self_attn_layer_norm.", part), None)]
            if kind == "cross_attention":
                part = re.sub(r"^norm\.", "cross_attn_layer_norm.", part)
                return [(layer + re.sub(r"^multihead_attn\.", "cross_attn.", part), None)]
            part = re.sub(r"^norm\.", "final_layer_norm.", part)
            return [(layer + re.sub(r"^linear([12])\.", r"fc\1.", part), None)]
    return []


def load_published(state: dict) -> ExportedM2FP:
    """The model with the checkpoint's weights. Raises CheckpointError unless every key finds its place, on both sides."""
    model = build_empty(state)
    wanted = {key: value for key, value in model.state_dict().items() if not IGNORED.search(key)}
    filled: dict[str, torch.Tensor] = {}
    problems: list[str] = []
    for key, value in state.items():
        targets = _rename(key)
        if not targets:
            problems.append(f"unknown in the checkpoint: {key} {tuple(value.shape)}")
        for target, third in targets:
            part = value if third is None else value.chunk(3, dim=0)[third]
            if target not in wanted:
                problems.append(f"no place for {key} (looked for {target})")
            elif target in filled:
                problems.append(f"{target} is filled twice, again by {key}")
            elif wanted[target].shape != part.shape:
                problems.append(f"{key} is {tuple(part.shape)}, {target} wants {tuple(wanted[target].shape)}")
            else:
                filled[target] = part.to(torch.float32)
    problems += [f"not in the checkpoint: {key}" for key in wanted if key not in filled]
    if problems:
        raise CheckpointError(f"{len(problems)} keys do not match:\n  " + "\n  ".join(sorted(problems)))
    missing, unexpected = model.load_state_dict(filled, strict=False)
    left = [key for key in (*missing, *unexpected) if not IGNORED.search(key)]
    assert not left, left
    return ExportedM2FP(model).eval()
