"""Make Mask2Former of transformers traceable with dynamic sides.

Two places bake the traced size into the graph, which then runs at every size but is right only at that one:
the deformable attention builds its offset normaliser from Python integers (here it is stacked from the traced sizes),
and position embeddings are cached by shape (a cached one is a constant). The arithmetic is unchanged; `export_m2fp.py`
checks the patched model against the unpatched one before it exports.
"""

from __future__ import annotations

import torch
import transformers.models.mask2former.modeling_mask2former as mm

ATTENTION = mm.Mask2FormerPixelDecoderEncoderMultiscaleDeformableAttention
POSITIONS = mm.Mask2FormerSinePositionEmbedding


def _as_tensor(value):
    return value if isinstance(value, torch.Tensor) else torch.as_tensor(value)


def _attend(
    self,
    hidden_states,
    attention_mask=None,
    encoder_hidden_states=None,
    encoder_attention_mask=None,
    position_embeddings=None,
    reference_points=None,
    spatial_shapes_list=None,
    **_,
):
    query = hidden_states if position_embeddings is None else hidden_states + position_embeddings
    batch, n_query, _channels = query.shape
    value = self.value_proj(encoder_hidden_states)
    if attention_mask is not None:
        value = value.masked_fill(attention_mask[..., None], 0.0)
    heads, levels, points = self.n_heads, self.n_levels, self.n_points
    value = value.view(batch, -1, heads, self.d_model // heads)
    offsets = self.sampling_offsets(query).view(batch, n_query, heads, levels, points, 2)
    weights = self.attention_weights(query).view(batch, n_query, heads, levels * points).softmax(-1)
    weights = weights.view(batch, n_query, heads, levels, points)
    size = torch.stack([torch.stack([_as_tensor(w), _as_tensor(h)]) for h, w in spatial_shapes_list])
    size = size.to(query.dtype)
    where = reference_points[:, :, None, :, None, :] + offsets / size[None, None, None, :, None, :]
    out = mm.multi_scale_deformable_attention(value, spatial_shapes_list, where, weights)
    return self.output_proj(out), weights


class patched:
    """Context manager: the traceable forms inside, the library's own outside."""

    def __enter__(self):
        self.attend = ATTENTION.forward
        self.embed = POSITIONS.__dict__["build_sine_position_embedding"]
        ATTENTION.forward = _attend
        cached = self.embed.__func__ if isinstance(self.embed, staticmethod) else self.embed
        POSITIONS.build_sine_position_embedding = staticmethod(getattr(cached, "__wrapped__", cached))

    def __exit__(self, *_):
        ATTENTION.forward = self.attend
        POSITIONS.build_sine_position_embedding = self.embed
