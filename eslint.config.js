import prettier from 'eslint-config-prettier';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Forbids imports into a folder, with the reason in words. `allow` is what the folder may reach; all other layers are refused. */
const LAYERS = [
  'ui',
  'client',
  'worker',
  'server',
  'scheduling',
  'engine',
  'platform',
  'render',
  'export',
  'live',
  'storage',
  'pwa',
];

function layer(folder, allow, reason, extra = []) {
  const refused = LAYERS.filter((name) => name !== folder.split('/')[0] && !allow.includes(name));
  return {
    files: [`src/${folder}/**/*.{ts,tsx}`],
    ignores: ['src/**/*.test.ts', 'src/**/*.cases.ts', 'src/**/*.worker.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [{ regex: `(^|/)\\.\\./(${refused.join('|')})/`, message: reason }, ...extra],
        },
      ],
    },
  };
}

const NO_ORT = { regex: '^onnxruntime', message: 'ONNX Runtime stays inside platform/.' };
const NO_COMLINK = {
  regex: '^comlink$',
  message: 'Comlink is the boundary between client and worker; nobody else speaks it.',
};
const NO_REACT = { regex: '^react', message: 'Only ui knows React.' };

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      'node_modules/**',
      'e2e/peer/node_modules/**',
      'e2e/fixtures/**',
      'public/**',
      'test-results/**',
    ],
  },
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'off',
      'no-console': ['error', { allow: ['warn', 'error'] }],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      eqeqeq: ['error', 'always'],
    },
  },
  { files: ['e2e/**', 'src/server/**'], rules: { 'no-console': 'off' } },
  layer('engine', [], 'The engine imports only itself: it runs in any runtime.', [
    NO_ORT,
    NO_COMLINK,
    NO_REACT,
  ]),
  layer(
    'scheduling',
    ['engine'],
    'Scheduling is plain TypeScript over engine types: client and server compose it.',
    [NO_ORT, NO_COMLINK, NO_REACT],
  ),
  layer('platform/browser', ['engine'], 'A platform implements engine/platform.ts and knows nothing else.', [
    NO_COMLINK,
    NO_REACT,
  ]),
  layer('platform/node', ['engine'], 'A platform implements engine/platform.ts and knows nothing else.', [
    NO_COMLINK,
    NO_REACT,
  ]),
  layer(
    'storage',
    ['engine', 'platform', 'worker'],
    'Storage writes model files for storage.worker; it shares the layout with platform/browser and the types of worker/storage-api.',
    [NO_ORT, NO_COMLINK, NO_REACT],
  ),
  layer('render', ['engine'], 'Rendering draws raw maps; it reads engine types only.', [
    NO_ORT,
    NO_COMLINK,
    NO_REACT,
  ]),
  layer(
    'live',
    ['engine', 'render', 'worker'],
    'Live view draws and smooths; it gets lanes and devices from live.worker and shares the types of worker/live-api.',
    [NO_ORT, NO_COMLINK, NO_REACT],
  ),
  layer('export', ['engine', 'render'], 'Encoders are pure; tiles come from render.', [
    NO_ORT,
    NO_COMLINK,
    NO_REACT,
  ]),
  layer(
    'client',
    ['engine', 'scheduling', 'render', 'worker'],
    'The client names worker files only by URL and imports their types; it never reaches the UI.',
    [NO_ORT, NO_REACT],
  ),
  layer(
    'ui',
    ['client', 'engine', 'render', 'pwa'],
    'The UI enters through client; workers, platforms and encoders are behind it.',
    [NO_ORT, NO_COMLINK],
  ),
  layer(
    'server',
    ['engine', 'scheduling', 'platform'],
    'The server composes engine, scheduling and platform/node.',
    [NO_COMLINK, NO_REACT],
  ),
  {
    files: ['src/ui/features/**/*.{ts,tsx}'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex:
                '\\.\\./\\.\\./(features)/|^\\.\\./(colour|help|import|live|map|models|numbers|queue|samples|save|settings|shell|viewer)/',
              message: 'Features do not import each other: share through stores, components or hooks.',
            },
            {
              regex: '\\.\\./(worker|platform|server|scheduling|export|live)/',
              message: 'The UI enters through client.',
            },
            NO_ORT,
            NO_COMLINK,
          ],
        },
      ],
    },
  },
  { files: ['src/**/*.tsx', 'src/ui/**/*.ts'], ...reactHooks.configs.flat.recommended },
  prettier,
);
