/** One sentence or two per error code: what happened, and what to do. */
export const errors = {
  IMAGE_EMPTY: 'This file is empty. Choose it again from where it came.',
  IMAGE_NOT_AN_IMAGE: 'This file is no picture. JPEG, PNG, WebP, AVIF, GIF and BMP work.',
  IMAGE_UNSUPPORTED_FORMAT:
    'This browser cannot read this picture format. JPEG, PNG, WebP, AVIF, GIF and BMP work.',
  IMAGE_TOO_LARGE: 'This picture is too large. Make it smaller and try again.',
  imageTooLargeSized:
    'This picture is {{size}} pixels; up to {{megapixels}} megapixels fit. Make it smaller and try again.',
  IMAGE_ZERO_SIZE: 'This picture has no pixels: its width or height is 0.',
  IMAGE_DECODE_FAILED:
    'This picture is damaged or cut off. Copy it again, or save it anew from another program.',
  format: {
    heic: 'HEIC photos cannot be read by browsers. Export it as JPEG, or set the phone’s camera to “Most compatible”.',
    tiff: 'TIFF cannot be read by browsers. Save it as PNG, which loses nothing.',
    raw: 'Raw camera files cannot be read here. Export a JPEG from your photo program.',
    svg: 'This SVG cannot be drawn safely: it has no size or refers to other files. Export it as PNG.',
    jxl: 'JPEG XL cannot be read by this browser. Save it as JPEG or PNG.',
    psd: 'Photoshop files cannot be read here. Export it as PNG or JPEG.',
    pdf: 'PDF is a document, not a picture. Export the page as PNG or JPEG.',
    video: 'This is a video: open it under Live, or save one frame of it as JPEG or PNG.',
  },
  MODEL_NOT_FOUND: 'This model is unknown here. Choose another one under Map.',
  MODEL_FETCH_FAILED: 'The model could not be loaded. Check the connection and retry.',
  modelFetchFailedWith: 'The model could not be loaded: the server answered {{status}}. Retry in a moment.',
  MODEL_CHECKSUM_MISMATCH:
    'The model’s file is not the one that was published, so it is not used. Reload the page and retry.',
  MODEL_NOT_INSTALLED: 'This model is not on this device yet. Choose the built-in one under Map.',
  MODEL_INVALID: 'The model’s file cannot be read. Reload the page and retry.',
  MODEL_CONTRACT_MISMATCH:
    'The model does not have the inputs and outputs that were promised. Choose another one.',
  modelContractFound: 'The model is not what was promised: found {{found}}, needed {{expected}}.',
  modelOutputNotFinite:
    'The model’s output {{output}} holds values that are no numbers. Retry, or choose WASM in the settings.',
  MODEL_OUTPUT_INVALID: 'The model gave a map that cannot be right. Retry, or choose WASM in the settings.',
  EXECUTION_PROVIDER_UNAVAILABLE:
    'This device does not offer what was chosen to compute on. Choose Auto in the settings.',
  EXECUTION_PROVIDER_FAILED: 'The graphics processor stopped. Retry, or choose WASM in the settings.',
  wasmWrong:
    'The processor computes {{model}} wrong in this browser, so its map is not shown. Update the browser, choose Auto or WebGPU in the settings, or use another model.',
  INFERENCE_FAILED: 'The model failed on this picture. Retry, or lower the detail.',
  OUT_OF_MEMORY:
    'Memory ran out. Choose a smaller model, a lower detail or a shorter longest side under Map, or close other tabs, then retry; else use a device with more memory.',
  QUEUE_FULL: 'Too many pictures wait already. Retry when some are done.',
  queueFullAt: '{{limit}} pictures wait already, which is the most. Retry when some are done.',
  TASK_TIMEOUT: 'This took too long and was stopped. Lower the detail or raise the time limit, then retry.',
  taskTimeoutAfter:
    'Stopped after {{time}}. Lower the detail or raise the time limit in the settings, then retry.',
  WORKER_CRASHED: 'The worker stopped twice on this picture. Lower the detail and retry.',
  fileWorkerCrashed:
    'The worker for files stopped twice here. Close other tabs to free memory, then try again.',
  WORKER_START_FAILED: 'No worker could be started. Reload the page; if it stays, use fewer workers.',
  STORAGE_UNAVAILABLE: 'This browser does not let Isobath store anything here.',
  STORAGE_FULL: 'Storage is full. Clear the cache or the library in the settings.',
  REQUEST_INVALID: 'Isobath asked for something that cannot be. Reset the settings and retry.',
  INTERNAL: 'Something went wrong that should not. Retry; the details help when you report it.',
} as const;
