import { describe, expect, it } from 'vitest';
import { findShortcut, shortcutKey, SHORTCUTS, type ShortcutId } from './shortcuts.ts';

const press = (key: string, modifiers = {}) =>
  findShortcut({ key, ctrlKey: false, metaKey: false, altKey: false, repeat: false, ...modifiers });

describe('shortcuts', () => {
  it('are found by key, capital or not', () => {
    expect(press('s')).toBe('save');
    expect(press('S')).toBe('save');
    expect(press('=')).toBe('zoomIn');
  });

  it('leave keys with modifiers to the browser', () => {
    expect(press('s', { ctrlKey: true })).toBeNull();
    expect(press('c', { metaKey: true })).toBeNull();
  });

  it('do once what is asked once: only zooming goes on while a key is held', () => {
    expect(press('+', { repeat: true })).toBe('zoomIn');
    expect(press('Delete')).toBe('remove');
    expect(press('Delete', { repeat: true })).toBeNull();
    expect(press('s', { repeat: true })).toBeNull();
  });

  it('leave local keys to what has the focus', () => {
    expect(press('ArrowLeft')).toBeNull();
    expect(press(' ')).toBeNull();
  });

  it('never give one global key to two actions', () => {
    const keys = (Object.keys(SHORTCUTS) as ShortcutId[])
      .filter((id) => !('isLocal' in SHORTCUTS[id]))
      .flatMap((id) => [...SHORTCUTS[id].keys]);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('are shown as keyboards print them', () => {
    expect(shortcutKey('save')).toBe('S');
    expect(shortcutKey('photoOnly')).toBe('Space');
    expect(shortcutKey('nextPicture')).toBe('→');
  });
});
