/** From interleaved RGB to the network's planar input, in one pass. */
import type { InputSpec } from '../models/manifest.ts';
import type { TensorData } from '../platform.ts';
import type { InputGeometry } from './input-size.ts';

type Normalization = Pick<InputSpec, 'channelOrder' | 'scale' | 'mean' | 'std'>;

/**
 * (value * scale - mean) / std per channel, HWC to NCHW, RGB or BGR. `rgb` covers `geometry.content`; what the rule
 * pads right and below is 0 after normalising (detectron2, M2FP). `mean` and `std` are in the network's channel order.
 */
export function normalizeToNchw(
  rgb: Uint8Array | Float32Array,
  geometry: InputGeometry,
  spec: Normalization,
): TensorData {
  const { network, content } = geometry;
  const plane = network.widthPx * network.heightPx;
  const inputNchw = new Float32Array(plane * 3);
  for (let channel = 0; channel < 3; channel++) {
    const deviation = spec.std?.[channel] ?? 1;
    const factor = spec.scale / deviation;
    const offset = (spec.mean?.[channel] ?? 0) / deviation;
    const sourceChannel = spec.channelOrder === 'RGB' ? channel : 2 - channel;
    for (let y = 0; y < content.heightPx; y++) {
      let from = y * content.widthPx * 3 + sourceChannel;
      const to = channel * plane + y * network.widthPx;
      for (let x = 0; x < content.widthPx; x++) {
        inputNchw[to + x] = rgb[from]! * factor - offset;
        from += 3;
      }
    }
  }
  return { type: 'float32', dims: [1, 3, network.heightPx, network.widthPx], data: inputNchw };
}
