// transformers.js as its documentation shows it, with everything from this origin.
import { env, pipeline, RawImage } from '@huggingface/transformers';
import wasmUrl from './node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.asyncify.wasm?url';
import mjsUrl from './node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.asyncify.mjs?url';

const parameters = new URLSearchParams(location.search);
// Another model than the built-in one is an installed one: from its cache, from the second visit on.
const modelName = parameters.get('model');
if (modelName === null) {
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = '/models/';
} else {
  env.allowLocalModels = false;
  env.remoteHost = `${location.origin}/`;
  env.remotePathTemplate = 'models/{model}/';
}
// What it stores between visits would else be measured as a first visit.
env.useBrowserCache = modelName !== null;
env.useWasmCache = false;
env.backends.onnx.wasm.wasmPaths = {
  wasm: new URL(wasmUrl, location.href).href,
  mjs: new URL(mjsUrl, location.href).href,
};
// Threads: only where the address says so; else the library's own choice.
if (parameters.has('threads')) env.backends.onnx.wasm.numThreads = Number(parameters.get('threads'));

/** Draws the grey map of a result, as a page would. */
function draw({ depth }) {
  const canvas = document.querySelector('#map');
  canvas.width = depth.width;
  canvas.height = depth.height;
  const rgba = new Uint8ClampedArray(depth.width * depth.height * 4);
  for (let index = 0; index < depth.data.length; index++) {
    rgba.fill(depth.data[index], index * 4, index * 4 + 3);
    rgba[index * 4 + 3] = 255;
  }
  canvas.getContext('2d').putImageData(new ImageData(rgba, depth.width, depth.height), 0, 0);
}

const estimate = await pipeline('depth-estimation', modelName ?? 'isobath-depth-tiny', {
  device: 'wasm',
  dtype: 'fp32',
});
const first = await estimate('/photos/0.jpg');
draw(first);
window.peer = {
  firstDepthMs: performance.now(),
  /** Milliseconds of each picture, one after the other. */
  async run(urls) {
    const times = [];
    for (const url of urls) {
      const startedMs = performance.now();
      draw(await estimate(url));
      times.push(performance.now() - startedMs);
    }
    return times;
  },
  /** The camera for so long, one frame in flight; maps per second. */
  async live(durationMs) {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 } });
    const video = document.createElement('video');
    video.muted = true;
    video.srcObject = stream;
    await video.play();
    const frame = document.createElement('canvas');
    frame.width = video.videoWidth;
    frame.height = video.videoHeight;
    const context = frame.getContext('2d', { willReadFrequently: true });
    const startedMs = performance.now();
    let count = 0;
    while (performance.now() - startedMs < durationMs) {
      context.drawImage(video, 0, 0);
      draw(await estimate(RawImage.fromCanvas(frame)));
      count += 1;
      // A page that never returns to its event loop gets no next frame.
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    for (const track of stream.getTracks()) track.stop();
    return (count * 1000) / (performance.now() - startedMs);
  },
};
