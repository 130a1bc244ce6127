import { beforeEach, describe, expect, it, vi } from 'vitest';

class MemoryStorage {
  private readonly values = new Map<string, string>();
  getItem(key: string) {
    return this.values.get(key) ?? null;
  }
  setItem(key: string, value: string) {
    this.values.set(key, value);
  }
  removeItem(key: string) {
    this.values.delete(key);
  }
}

const KEY = 'isobath.settings';

async function openStore(storage: MemoryStorage) {
  vi.resetModules();
  vi.stubGlobal('localStorage', storage);
  const { useSettingsStore } = await import('./settings-store.ts');
  return useSettingsStore;
}

function readSaved(storage: MemoryStorage): Record<string, unknown> {
  return (JSON.parse(storage.getItem(KEY) ?? '{}') as { state: Record<string, unknown> }).state;
}

describe('settings', () => {
  let storage: MemoryStorage;
  beforeEach(() => {
    storage = new MemoryStorage();
  });

  it('work for this visit where the browser refuses storage', async () => {
    const refuse = () => {
      throw new DOMException('blocked', 'SecurityError');
    };
    const refusing = Object.assign(new MemoryStorage(), { getItem: refuse, setItem: refuse });
    const store = await openStore(refusing);
    store.getState().overrideForThisVisit({ colormap: 'magma' });
    store.getState().update({ workers: 3 });
    expect(store.getState()).toMatchObject({ colormap: 'magma', workers: 3 });
  });

  it('survive a reload', async () => {
    (await openStore(storage)).getState().update({ colormap: 'viridis', workers: 3 });
    const reopened = (await openStore(storage)).getState();
    expect(reopened.colormap).toBe('viridis');
    expect(reopened.workers).toBe(3);
  });

  it('replace stored values that are no longer valid with the default', async () => {
    storage.setItem(
      KEY,
      JSON.stringify({ version: 1, state: { colormap: 'jet', workers: -2, gamma: 'x', theme: 'dark' } }),
    );
    const settings = (await openStore(storage)).getState();
    expect(settings.colormap).toBe('inferno');
    expect(settings.workers).toBe('auto');
    expect(settings.gamma).toBe(1);
    expect(settings.theme).toBe('dark');
  });

  it('overridden for a visit are used but never saved', async () => {
    const store = await openStore(storage);
    store.getState().update({ executionProvider: 'webgpu' });
    store.getState().overrideForThisVisit({ executionProvider: 'wasm', workers: 1 });
    store.getState().update({ invert: true });
    expect(store.getState().executionProvider).toBe('wasm');
    expect(readSaved(storage)).toMatchObject({ executionProvider: 'webgpu', workers: 'auto', invert: true });
  });

  it('changed by the user during such a visit are saved', async () => {
    const store = await openStore(storage);
    store.getState().overrideForThisVisit({ executionProvider: 'wasm' });
    store.getState().update({ executionProvider: 'webgpu' });
    expect(readSaved(storage)).toMatchObject({ executionProvider: 'webgpu' });
  });

  it('follow another tab, but for what this visit overrides', async () => {
    const store = await openStore(storage);
    store.getState().overrideForThisVisit({ workers: 1 });
    storage.setItem(KEY, JSON.stringify({ version: 1, state: { workers: 4, colormap: 'turbo' } }));
    await store.persist.rehydrate();
    expect(store.getState().workers).toBe(1);
    expect(store.getState().colormap).toBe('turbo');
    store.getState().update({ invert: true });
    expect(readSaved(storage)).toMatchObject({ workers: 4 });
  });

  it('go back to their defaults on reset, language and theme apart', async () => {
    const store = await openStore(storage);
    store.getState().update({ colormap: 'grey', theme: 'light', language: 'zh-CN', gamma: 2 });
    store.getState().reset();
    expect(store.getState()).toMatchObject({
      colormap: 'inferno',
      theme: 'light',
      language: 'zh-CN',
      gamma: 1,
    });
  });
});
