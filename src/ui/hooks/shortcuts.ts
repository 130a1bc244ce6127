/** The one table of keyboard shortcuts: what listens, and what the help sheet lists. Texts: `viewer:shortcuts.<id>`. */
import { useEffect, useRef } from 'react';

interface Shortcut {
  /** `KeyboardEvent.key`, letters in lower case; the first is the one shown. */
  readonly keys: readonly string[];
  readonly group: 'view' | 'colour' | 'library' | 'keep' | 'app';
  /** Handled where the focus is (the picture, the film strip), not by {@link useShortcuts}. */
  readonly isLocal?: boolean;
  /** A key held down does it again and again. */
  readonly isRepeated?: boolean;
}

export const SHORTCUTS = {
  modePhoto: { keys: ['1'], group: 'view' },
  modeMap: { keys: ['2'], group: 'view' },
  modeSideBySide: { keys: ['3'], group: 'view' },
  modeCompare: { keys: ['4'], group: 'view' },
  modeOverlay: { keys: ['5'], group: 'view' },
  photoOnly: { keys: [' '], group: 'view', isLocal: true },
  zoomIn: { keys: ['+', '='], group: 'view', isRepeated: true },
  zoomOut: { keys: ['-', '_'], group: 'view', isRepeated: true },
  zoomFit: { keys: ['0'], group: 'view' },
  zoomActual: { keys: ['z'], group: 'view' },
  pan: { keys: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'], group: 'view', isLocal: true },
  crosshair: { keys: ['x'], group: 'view' },
  fullScreen: { keys: ['f'], group: 'view' },
  invert: { keys: ['i'], group: 'colour' },
  followEdges: { keys: ['e'], group: 'colour' },
  nextColormap: { keys: ['m'], group: 'colour' },
  autoRange: { keys: ['a'], group: 'colour' },
  previousPicture: { keys: ['ArrowLeft'], group: 'library', isLocal: true },
  nextPicture: { keys: ['ArrowRight'], group: 'library', isLocal: true },
  open: { keys: ['o'], group: 'library' },
  remove: { keys: ['Delete'], group: 'library' },
  undoRemove: { keys: ['Ctrl+Z'], group: 'library', isLocal: true },
  save: { keys: ['s'], group: 'keep' },
  copy: { keys: ['c'], group: 'keep' },
  help: { keys: ['?'], group: 'app' },
  settings: { keys: [','], group: 'app' },
} as const satisfies Record<string, Shortcut>;

export type ShortcutId = keyof typeof SHORTCUTS;

const SHOWN_KEYS: Readonly<Record<string, string>> = {
  ' ': 'Space',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  '-': '−',
};

/** How a key is written on the help sheet and in tooltips; `Space` and `Delete` are what is printed on most keyboards. */
export function showKey(key: string): string {
  return SHOWN_KEYS[key] ?? (key.length === 1 ? key.toUpperCase() : key);
}

/** The key to show for a shortcut. */
export function shortcutKey(id: ShortcutId): string {
  return showKey(SHORTCUTS[id].keys[0]);
}

type KeyEvent = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'repeat'>;

/** The global shortcut an event asks for. Keys with Ctrl, Alt or Command belong to the browser. */
export function findShortcut(event: KeyEvent): ShortcutId | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  for (const [id, shortcut] of Object.entries(SHORTCUTS) as [ShortcutId, Shortcut][]) {
    if (shortcut.isLocal === true || !shortcut.keys.includes(key)) continue;
    return event.repeat && shortcut.isRepeated !== true ? null : id;
  }
  return null;
}

/** True where a key is text, or belongs to a dialog or menu on top. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest(
      'input:not([type=range],[type=checkbox],[type=radio],[type=file]), textarea, select, [contenteditable=true], [role=dialog], [role=menu]',
    ) !== null
  );
}

/** Listens on the window while mounted. A handler may be missing: then the key is left alone. */
export function useShortcuts(handlers: Partial<Record<ShortcutId, () => void>>): void {
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isTyping(event.target)) return;
      const id = findShortcut(event);
      const handler = id === null ? undefined : latest.current[id];
      if (handler === undefined) return;
      event.preventDefault();
      handler();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}
