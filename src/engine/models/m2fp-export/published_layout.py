"""A small random model in the layout of the published checkpoint, for `export_m2fp.py --self-test`.

Written from the paper (Cheng et al. 2022, "Masked-attention Mask Transformer") and the public module layout of M2FP and
Mask2Former, apart from `m2fp_model.py` and from transformers: the same function computed a second way, so that a
mapping that puts a weight in the wrong place of the right shape (query_feat for query_embed, a third of a joined
matrix for another) shows in the outputs. It is no copy of either code base.
"""

from __future__ import annotations

import math

import torch
from torch import nn
from torch.nn import functional as F

HIDDEN, HEADS, LEVELS, POINTS = 64, 8, 3, 4
STAGES = ("res2", "res3", "res4", "res5")


class Conv(nn.Conv2d):
    def __init__(self, inputs, outputs, kernel, stride=1, norm=None, bias=False):
        super().__init__(inputs, outputs, kernel, stride, kernel // 2, bias=bias)
        if norm == "BN":
            self.norm = nn.BatchNorm2d(outputs)
        elif norm == "GN":
            self.norm = nn.GroupNorm(32, outputs)

    def forward(self, x):
        x = super().forward(x)
        return self.norm(x) if hasattr(self, "norm") else x


class Block(nn.Module):
    def __init__(self, inputs, middle, outputs, stride):
        super().__init__()
        if inputs != outputs:
            self.shortcut = Conv(inputs, outputs, 1, stride, "BN")
        self.conv1 = Conv(inputs, middle, 1, 1, "BN")
        self.conv2 = Conv(middle, middle, 3, stride, "BN")
        self.conv3 = Conv(middle, outputs, 1, 1, "BN")

    def forward(self, x):
        out = self.conv3(F.relu(self.conv2(F.relu(self.conv1(x)))))
        return F.relu(out + (self.shortcut(x) if hasattr(self, "shortcut") else x))


class Backbone(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Module()
        self.stem.conv1 = Conv(3, 8, 3, 2, "BN")
        self.stem.conv2 = Conv(8, 8, 3, 1, "BN")
        self.stem.conv3 = Conv(8, 16, 3, 1, "BN")
        inputs = 16
        for i, (name, depth) in enumerate(zip(STAGES, (2, 1, 3, 1))):
            outputs = 32 << i
            blocks = [
                Block(inputs if k == 0 else outputs, 8 << i, outputs, 2 if k == 0 and i > 0 else 1)
                for k in range(depth)
            ]
            self.add_module(name, nn.Sequential(*blocks))
            inputs = outputs

    def forward(self, x):
        for name in ("conv1", "conv2", "conv3"):
            x = F.relu(getattr(self.stem, name)(x))
        x = F.max_pool2d(x, 3, 2, 1)
        maps = {}
        for name in STAGES:
            maps[name] = x = getattr(self, name)(x)
        return maps


def embed_positions(x):
    """Sine and cosine of row and column, normalised to 2 pi: B x HIDDEN x H x W."""
    _, _, height, width = x.shape
    half = HIDDEN // 2
    wave = 10000 ** (2 * (torch.arange(half) // 2) / half)

    def encode(length):
        angle = torch.arange(1, length + 1) / (length + 1e-6) * 2 * math.pi
        angle = angle[:, None] / wave
        return torch.stack((angle[:, 0::2].sin(), angle[:, 1::2].cos()), -1).flatten(1)

    rows = encode(height)[:, None, :].expand(height, width, half)
    columns = encode(width)[None, :, :].expand(height, width, half)
    return torch.cat((rows, columns), -1).permute(2, 0, 1)[None].expand(x.shape[0], -1, -1, -1)


class DeformableAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.sampling_offsets = nn.Linear(HIDDEN, HEADS * LEVELS * POINTS * 2)
        self.attention_weights = nn.Linear(HIDDEN, HEADS * LEVELS * POINTS)
        self.value_proj = nn.Linear(HIDDEN, HIDDEN)
        self.output_proj = nn.Linear(HIDDEN, HIDDEN)

    def forward(self, query, places, source, shapes):
        batch, count, _ = query.shape
        values = self.value_proj(source).view(batch, -1, HEADS, HIDDEN // HEADS)
        offsets = self.sampling_offsets(query).view(batch, count, HEADS, LEVELS, POINTS, 2)
        weights = self.attention_weights(query).view(batch, count, HEADS, -1).softmax(-1)
        weights = weights.view(batch, count, HEADS, LEVELS, POINTS)
        out = torch.zeros(batch, count, HEADS, HIDDEN // HEADS)
        start = 0
        for level, (height, width) in enumerate(shapes):
            part = values[:, start : start + height * width]
            start += height * width
            for head in range(HEADS):
                picture = part[:, :, head].transpose(1, 2).reshape(batch, -1, height, width)
                at = places[None, :, None] + offsets[:, :, head, level] / torch.tensor([width, height])
                sampled = F.grid_sample(picture, at * 2 - 1, mode="bilinear", align_corners=False)
                out[:, :, head] += (sampled * weights[:, None, :, head, level]).sum(-1).transpose(1, 2)
        return self.output_proj(out.flatten(2))


class EncoderLayer(nn.Module):
    def __init__(self):
        super().__init__()
        self.self_attn = DeformableAttention()
        self.norm1, self.norm2 = nn.LayerNorm(HIDDEN), nn.LayerNorm(HIDDEN)
        self.linear1, self.linear2 = nn.Linear(HIDDEN, 96), nn.Linear(96, HIDDEN)

    def forward(self, x, positions, places, shapes):
        x = self.norm1(x + self.self_attn(x + positions, places, x, shapes))
        return self.norm2(x + self.linear2(F.relu(self.linear1(x))))


class PixelDecoder(nn.Module):
    def __init__(self):
        super().__init__()
        channels = (256, 128, 64)
        self.input_proj = nn.ModuleList(
            nn.Sequential(nn.Conv2d(c, HIDDEN, 1), nn.GroupNorm(32, HIDDEN)) for c in channels
        )
        self.transformer = nn.Module()
        self.transformer.level_embed = nn.Parameter(torch.randn(LEVELS, HIDDEN))
        self.transformer.encoder = nn.Module()
        self.transformer.encoder.layers = nn.ModuleList(EncoderLayer() for _ in range(2))
        self.mask_features = Conv(HIDDEN, HIDDEN, 1, bias=True)
        self.adapter_1 = Conv(32, HIDDEN, 1, norm="GN")
        self.layer_1 = Conv(HIDDEN, HIDDEN, 3, norm="GN")

    def forward(self, maps):
        sources = [proj(maps[name]) for proj, name in zip(self.input_proj, ("res5", "res4", "res3"))]
        shapes = [tuple(x.shape[-2:]) for x in sources]
        flat = torch.cat([x.flatten(2).transpose(1, 2) for x in sources], 1)
        positions = torch.cat(
            [
                embed_positions(x).flatten(2).transpose(1, 2) + level
                for x, level in zip(sources, self.transformer.level_embed)
            ],
            1,
        )
        places = torch.cat(
            [
                torch.stack(
                    torch.meshgrid((torch.arange(w) + 0.5) / w, (torch.arange(h) + 0.5) / h, indexing="xy"), -1
                ).reshape(-1, 2)
                for h, w in shapes
            ]
        )
        for layer in self.transformer.encoder.layers:
            flat = layer(flat, positions, places, shapes)
        parts = flat.split([h * w for h, w in shapes], 1)
        levels = [p.transpose(1, 2).reshape(p.shape[0], HIDDEN, h, w) for p, (h, w) in zip(parts, shapes)]
        fine = self.adapter_1(maps["res2"])
        fine = fine + F.interpolate(levels[-1], size=fine.shape[-2:], mode="bilinear", align_corners=False)
        return self.mask_features(F.relu(self.layer_1(fine))), levels


class Attention(nn.Module):
    """Post-norm attention; the published names differ between self and cross attention."""

    def __init__(self, name):
        super().__init__()
        self.add_module(name, nn.MultiheadAttention(HIDDEN, HEADS))
        self.norm = nn.LayerNorm(HIDDEN)
        self.attend = [getattr(self, name)]

    def forward(self, x, query, key, value, mask=None):
        return self.norm(x + self.attend[0](query, key, value, attn_mask=mask, need_weights=False)[0])


class FeedForward(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear1, self.linear2 = nn.Linear(HIDDEN, 80), nn.Linear(80, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN)

    def forward(self, x):
        return self.norm(x + self.linear2(F.relu(self.linear1(x))))


class Predictor(nn.Module):
    def __init__(self, queries, classes, layers):
        super().__init__()
        self.transformer_self_attention_layers = nn.ModuleList(Attention("self_attn") for _ in range(layers))
        self.transformer_cross_attention_layers = nn.ModuleList(Attention("multihead_attn") for _ in range(layers))
        self.transformer_ffn_layers = nn.ModuleList(FeedForward() for _ in range(layers))
        self.decoder_norm = nn.LayerNorm(HIDDEN)
        self.query_feat, self.query_embed = nn.Embedding(queries, HIDDEN), nn.Embedding(queries, HIDDEN)
        self.level_embed = nn.Embedding(LEVELS, HIDDEN)
        self.class_embed = nn.Linear(HIDDEN, classes + 1)
        self.mask_embed = nn.Module()
        self.mask_embed.layers = nn.ModuleList(nn.Linear(HIDDEN, HIDDEN) for _ in range(3))

    def predict(self, x, features):
        x = self.decoder_norm(x).transpose(0, 1)
        embedding = x
        for i, layer in enumerate(self.mask_embed.layers):
            embedding = layer(embedding) if i == 2 else F.relu(layer(embedding))
        return self.class_embed(x), torch.einsum("bqc,bchw->bqhw", embedding, features)

    def forward(self, features, levels):
        positions = [embed_positions(level).flatten(2).permute(2, 0, 1) for level in levels]
        memories = [
            level.flatten(2).permute(2, 0, 1) + embed for level, embed in zip(levels, self.level_embed.weight)
        ]
        x, place = self.query_feat.weight[:, None], self.query_embed.weight[:, None]
        logits, masks = self.predict(x, features)
        for i in range(len(self.transformer_ffn_layers)):
            level = i % LEVELS
            coarse = F.interpolate(masks, size=levels[level].shape[-2:], mode="bilinear", align_corners=False)
            blocked = (coarse.sigmoid().flatten(2) < 0.5).repeat_interleave(HEADS, 0)
            # A query that may look nowhere looks everywhere.
            blocked = blocked & ~blocked.all(-1, keepdim=True)
            memory = memories[level]
            cross = self.transformer_cross_attention_layers[i]
            x = cross(x, x + place, memory + positions[level], memory, blocked)
            x = self.transformer_self_attention_layers[i](x, x + place, x + place, x)
            x = self.transformer_ffn_layers[i](x)
            logits, masks = self.predict(x, features)
        return logits, masks


class PublishedLayout(nn.Module):
    """Batch 1. Keys of `state_dict()` are the published ones."""

    def __init__(self, queries=20, classes=21, layers=4):
        super().__init__()
        self.backbone = Backbone()
        self.sem_seg_head = nn.Module()
        self.sem_seg_head.pixel_decoder = PixelDecoder()
        self.sem_seg_head.predictor = Predictor(queries, classes, layers)

    def forward(self, x):
        features, levels = self.sem_seg_head.pixel_decoder(self.backbone(x))
        return self.sem_seg_head.predictor(features, levels)


def create_random(seed: int = 0) -> PublishedLayout:
    """Random everywhere, also where training starts from zeros or ones: a swapped weight must show."""
    torch.manual_seed(seed)
    model = PublishedLayout().eval()
    with torch.no_grad():
        for name, value in model.state_dict().items():
            if name.endswith("num_batches_tracked"):
                continue
            if name.endswith("running_var") or "norm" in name and name.endswith("weight"):
                value.uniform_(0.6, 1.4)
            elif value.dim() <= 1:
                value.normal_(std=0.2)
            elif "sampling_offsets" in name:
                value.normal_(std=0.3)
            elif "embed" in name and "mask" not in name or "query_feat" in name:
                value.normal_(std=0.7)
    return model
