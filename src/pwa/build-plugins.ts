/** Build steps of the installable app: service worker, web manifest, content security policy. */
import type { Plugin, PluginOption } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { buildContentSecurityPolicy, buildHeaders, formatHeadersFile } from './headers.ts';
import { WEB_MANIFEST } from './web-manifest.ts';

const MEBIBYTE = 1024 * 1024;

/** The WebGPU builds of the runtime: kept when first used, since most devices need only one. */
const RUNTIME_ONLY = ['**/*asyncify*.{wasm,mjs}'];

/** The policy in the page (for hosts without headers) and in a `_headers` file (for those that read one). */
function writePolicy(hubList: string | undefined): Plugin {
  return {
    name: 'isobath:policy',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html) {
        const content = buildContentSecurityPolicy(hubList, 'meta');
        // Behind the charset, which has to be in the first kilobyte, and before anything that loads.
        return html.replace(
          /<meta charset="utf-8" ?\/?>/,
          (charset) => `${charset}\n    <meta http-equiv="Content-Security-Policy" content="${content}" />`,
        );
      },
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
        globPatterns: ['**/*.{js,mjs,css,html,svg,wasm,onnx,f32,jpg,webp,png,webmanifest}'],
        globIgnores: [...RUNTIME_ONLY, 'service-worker.js', 'screenshots/**'],
        maximumFileSizeToCacheInBytes: 32 * MEBIBYTE,
      },
    }),
  ];
}
