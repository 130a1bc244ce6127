/** Software rasterisers by the names that they report; some browsers leave `isFallbackAdapter` false for them. */
const SOFTWARE_ADAPTER = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|software/i;

/** True for the name of a WebGPU adapter or WebGL renderer that computes on the processor: correct, but slower than WASM. */
export function isSoftwareAdapterName(name: string): boolean {
  return SOFTWARE_ADAPTER.test(name);
}
