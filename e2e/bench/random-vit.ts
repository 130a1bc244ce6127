/** A vision transformer with random weights and the contract of Depth Anything V2: worthless maps, the true cost. */
import {
  encodeOnnx,
  encodeOnnxWithData,
  type OnnxGraph,
  type OnnxNode,
  type OnnxTensor,
} from './onnx-writer.ts';

export interface VitSize {
  readonly blocks: number;
  readonly width: number;
  readonly heads: number;
  /** 3x3 convolutions at patch resolution after the blocks: they stand for the DPT head. */
  readonly headConvolutions: number;
}

/** ViT-S/14 and a head: about 25 million weights, 99 MB. */
export const VIT_S: VitSize = { blocks: 12, width: 384, heads: 6, headConvolutions: 2 };

const PATCH = 14;

/** `pixel_values` 1x3xHxW (sides multiples of 14) to `predicted_depth` 1xHxW. */
export function makeRandomVit(size: VitSize): Buffer {
  return encodeOnnx(describeVit(size));
}

/** The same with its weights in a file of their own, named `dataName`. */
export function makeSplitVit(size: VitSize, dataName: string): ReturnType<typeof encodeOnnxWithData> {
  return encodeOnnxWithData(describeVit(size), dataName);
}

function describeVit({ blocks, width, heads, headConvolutions }: VitSize): OnnxGraph {
  const nodes: OnnxNode[] = [];
  const weights: OnnxTensor[] = [];
  let state = 1;
  const addWeight = (name: string, dims: readonly number[], scale: number): string => {
    const data = new Float32Array(dims.reduce((product, dim) => product * dim, 1));
    for (let at = 0; at < data.length; at++) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      data[at] = (state / 2 ** 31) * scale;
    }
    weights.push({ name, dims, data });
    return name;
  };
  const addInts = (name: string, values: readonly number[]): string => {
    weights.push({ name, dims: [values.length], data: BigInt64Array.from(values, BigInt) });
    return name;
  };
  const add = (
    op: string,
    output: string,
    inputs: readonly string[],
    attributes?: OnnxNode['attributes'],
  ) => {
    nodes.push({ op, inputs, output, attributes });
    return output;
  };
  const norm = (name: string, input: string) =>
    add('LayerNormalization', name, [
      input,
      addWeight(`${name}.scale`, [width], 1),
      addWeight(`${name}.bias`, [width], 0.1),
    ]);
  const linear = (name: string, input: string, from: number, to: number) =>
    add('MatMul', name, [input, addWeight(`${name}.weight`, [from, to], Math.sqrt(3 / from))]);

  const patches = add(
    'Conv',
    'patches',
    ['pixel_values', addWeight('patch.weight', [width, 3, PATCH, PATCH], 0.07)],
    {
      kernel_shape: [PATCH, PATCH],
      strides: [PATCH, PATCH],
    },
  );
  const patchShape = add('Shape', 'patches.shape', [patches]);
  const flat = add('Reshape', 'flat', [patches, addInts('flat.shape', [0, 0, -1])]);
  let tokens = add('Transpose', 'tokens', [flat], { perm: [0, 2, 1] });
  const splitShape = addInts('split.shape', [0, 0, heads, width / heads]);
  const joinShape = addInts('join.shape', [0, 0, width]);
  weights.push({ name: 'scale', dims: [1], data: Float32Array.of(1 / Math.sqrt(width / heads)) });
  for (let block = 0; block < blocks; block++) {
    const at = (name: string) => `block${block}.${name}`;
    const normed = norm(at('norm1'), tokens);
    const project = (name: string, perm: readonly number[]) => {
      const projected = linear(at(name), normed, width, width);
      const split = add('Reshape', at(`${name}.split`), [projected, splitShape]);
      return add('Transpose', at(`${name}.heads`), [split], { perm });
    };
    const query = add('Mul', at('query.scaled'), [project('query', [0, 2, 1, 3]), 'scale']);
    const scores = add('MatMul', at('scores'), [query, project('key', [0, 2, 3, 1])]);
    const attention = add('Softmax', at('attention'), [scores]);
    const mixed = add('MatMul', at('mixed'), [attention, project('value', [0, 2, 1, 3])]);
    const turned = add('Transpose', at('turned'), [mixed], { perm: [0, 2, 1, 3] });
    const joined = add('Reshape', at('joined'), [turned, joinShape]);
    const attended = add('Add', at('attended'), [tokens, linear(at('output'), joined, width, width)]);
    const hidden = linear(at('mlp.in'), norm(at('norm2'), attended), width, width * 4);
    const active = add('Relu', at('mlp.active'), [hidden]);
    tokens = add('Add', at('out'), [attended, linear(at('mlp.out'), active, width * 4, width)]);
  }
  const turned = add('Transpose', 'grid.flat', [tokens], { perm: [0, 2, 1] });
  let grid = add('Reshape', 'grid', [turned, patchShape]);
  for (let layer = 0; layer < headConvolutions; layer++) {
    const weight = addWeight(`head${layer}.weight`, [width, width, 3, 3], 0.03);
    grid = add('Conv', `head${layer}`, [grid, weight], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] });
  }
  const depth = add('Conv', 'depth', [grid, addWeight('depth.weight', [PATCH * PATCH, width, 1, 1], 0.05)], {
    kernel_shape: [1, 1],
  });
  const picture = add('DepthToSpace', 'picture', [depth], { blocksize: PATCH });
  add('Squeeze', 'predicted_depth', [picture, addInts('squeeze.axes', [1])]);
  return {
    nodes,
    weights,
    inputs: [{ name: 'pixel_values', dims: [1, 3, 'height', 'width'] }],
    outputs: [{ name: 'predicted_depth', dims: [1, 'height', 'width'] }],
  };
}
