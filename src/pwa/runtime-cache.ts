/** Large parts that only some devices need (the WebGPU runtime): kept when first used. */
export const RUNTIME_CACHE = 'isobath-runtime';
