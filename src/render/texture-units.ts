/** Which texture unit holds what, over all programs of a context: what is bound stays bound from draw to draw. */
export const UNIT = {
  map: 0,
  photo: 1,
  table: 2,
  layer: 3,
  tile: 4,
  target: 5,
  labels: 6,
  instances: 7,
  palette: 8,
  people: 9,
  mask: 10,
  base: 11,
} as const;
