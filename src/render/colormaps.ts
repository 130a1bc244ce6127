export const COLORMAP_IDS = ['inferno', 'viridis', 'magma', 'plasma', 'turbo', 'grey', 'spectral'] as const;
export type ColormapId = (typeof COLORMAP_IDS)[number];
