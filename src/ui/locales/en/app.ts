/** Shell, import, library, settings, help. Short, plain, verbs first. */
export const app = {
  name: 'Isobath',
  close: 'Close',
  cancel: 'Cancel',
  retry: 'Retry',
  remove: 'Remove',
  details: 'Details',
  skipToViewer: 'Skip to the picture',
  pages: { label: 'Pages', photos: 'Photos', live: 'Live', models: 'Models' },
  promise: 'Runs on this device. Nothing is uploaded.',
  bar: {
    language: 'Language',
    theme: 'Theme',
    help: 'Help and shortcuts',
    settings: 'Settings',
    panel: 'Inspector',
    hidePanel: 'Hide the inspector',
    showPanel: 'Show the inspector',
  },
  theme: { system: 'System', light: 'Light', dark: 'Dark' },
  stage: {
    load: 'Loading the model',
    decode: 'Decoding',
    preprocess: 'Preparing',
    inference: 'Computing depth',
    postprocess: 'Finishing',
  },
  notices: {
    region: 'Notices',
    webgpuFellBack: 'WebGPU did not work here, so Isobath computes on the processor. Results are the same.',
    cacheUnavailable:
      'This browser does not let Isobath keep results. Everything works, but is computed again next time.',
    cacheFull: 'Storage is full. Older results were dropped to make room.',
    cacheCorruptEntry: 'A stored result was damaged. It is computed again.',
    workerRestarted: 'A worker stopped and was replaced. Its picture runs again.',
    memoryLow: 'Memory is short, so fewer pictures are computed at a time.',
    addressOnly:
      'Only an address came with that drop. Isobath fetches nothing from other sites: save the picture, then drop the file.',
    nothingToImport: 'There is no picture in that. Drop image files or folders.',
    clipboardEmpty: 'The clipboard holds no picture.',
    libraryFull: 'The library holds {{limit, number}} pictures at most. {{count, number}} were left out.',
    libraryUnavailable:
      'This browser does not let Isobath keep pictures. The library lasts until you close the page.',
    libraryTrimmed: 'Storage for the library is full. The oldest pictures are not kept for the next visit.',
    unknownParameter:
      'The address asks for {{parameter}} = {{value}}, which is not one of: {{allowed}}. It was ignored.',
  },
} as const;
