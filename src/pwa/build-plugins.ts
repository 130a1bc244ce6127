/** Build steps of the installable app: service worker, web manifest, content security policy. */
import type { Plugin, PluginOption } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { buildContentSecurityPolicy, buildHeaders, formatHeadersFile } from './headers.ts';
import { WEB_MANIFEST } from './web-manifest.ts';

const MEBIBYTE = 1024 * 1024;

/** The WebGPU builds of the runtime: kept when first used, since most devices need only one. */
const RUNTIME_ONLY = ['**/*asyncify*', '**/*jspi*', '**/*jsep*'];

/** The policy in the page (for hosts without headers) and in a `_headers` file (for those that read one). */
function writePolicy(hubList: string | undefined): Plugin {
  return {
    name: 'isobath:policy',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: () => [
        {
          tag: 'meta',
          attrs: {
            'http-equiv': 'Content-Security-Policy',
            content: buildContentSecurityPolicy(hubList, 'meta'),
          },
          injectTo: 'head-prepend',
        },
      ],
    },
    generateBundle() {
      this.emitFile({
        type: 'asset',
        fileName: '_headers',
        source: formatHeadersFile(buildHeaders(hubList)),
      });
    },
  };
}

export function buildPwaPlugins(hubList: string | undefined): PluginOption[] {
  return [
    writePolicy(hubList),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src/pwa',
      filename: 'service-worker.ts',
      manifest: WEB_MANIFEST,
      registerType: 'prompt',
      injectRegister: false,
      injectManifest: {
        // A classic script: module service workers are not everywhere.
        rollupFormat: 'iife',
        globPatterns: ['**/*.{js,mjs,css,html,svg,wasm,onnx,f32,jpg,webmanifest}', 'icons/*.png'],
        globIgnores: [...RUNTIME_ONLY, 'service-worker.js', 'screenshots/**'],
        maximumFileSizeToCacheInBytes: 32 * MEBIBYTE,
      },
    }),
  ];
}
