/** The web app manifest. Addresses are relative to it, so that the app works below any base. */
import type { ManifestOptions } from 'vite-plugin-pwa';
import { SHARE_TARGET_FIELD, SHARE_TARGET_PATH } from './share-target.ts';

const IMAGE_TYPES = {
  'image/jpeg': ['.jpg', '.jpeg'],
  'image/png': ['.png'],
  'image/webp': ['.webp'],
  'image/avif': ['.avif'],
  'image/gif': ['.gif'],
  'image/bmp': ['.bmp'],
};

export const WEB_MANIFEST: Partial<ManifestOptions> = {
  id: './',
  name: 'Isobath',
  short_name: 'Isobath',
  description: 'Depth maps and human parsing of your photos, made on this device. Nothing is uploaded.',
  lang: 'en',
  dir: 'ltr',
  start_url: './',
  scope: './',
  display: 'standalone',
  display_override: ['standalone', 'minimal-ui', 'browser'],
  orientation: 'any',
  background_color: '#161616',
  theme_color: '#161616',
  categories: ['photo', 'graphics', 'utilities'],
  icons: [
    { src: './icon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' },
    { src: './icons/icon-192.png', sizes: '192x192', type: 'image/png', purpose: 'any' },
    { src: './icons/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any' },
    { src: './icons/maskable-192.png', sizes: '192x192', type: 'image/png', purpose: 'maskable' },
    { src: './icons/maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
  ],
  // The first screen, from `npm run screenshots`.
  screenshots: [
    { src: './screenshots/wide.jpg', sizes: '1280x800', type: 'image/jpeg', form_factor: 'wide' },
    { src: './screenshots/narrow.jpg', sizes: '390x844', type: 'image/jpeg', form_factor: 'narrow' },
  ],
  shortcuts: [
    {
      name: 'Live camera',
      url: './?view=live',
      icons: [{ src: './icons/icon-192.png', sizes: '192x192', type: 'image/png' }],
    },
    {
      name: 'Models',
      url: './?view=models',
      icons: [{ src: './icons/icon-192.png', sizes: '192x192', type: 'image/png' }],
    },
  ],
  share_target: {
    action: `./${SHARE_TARGET_PATH}`,
    method: 'POST',
    enctype: 'multipart/form-data',
    params: { files: [{ name: SHARE_TARGET_FIELD, accept: ['image/*'] }] },
  },
  file_handlers: [{ action: './', accept: IMAGE_TYPES }],
  launch_handler: { client_mode: ['focus-existing', 'auto'] },
};
