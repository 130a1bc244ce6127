import { Blend, Columns2, Image, SquareSplitHorizontal, Waves, type LucideIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ViewMode } from '../../render/renderer.ts';
import { shortcutKey } from '../hooks/shortcuts.ts';
import { withoutOverlay } from '../view-modes.ts';
import { SegmentedControl } from './SegmentedControl.tsx';

const MODES: readonly {
  readonly value: ViewMode;
  readonly Icon: LucideIcon;
  readonly text: 'photo' | 'map' | 'sideBySide' | 'compare' | 'overlay';
  readonly command: Parameters<typeof shortcutKey>[0];
}[] = [
  { value: 'photo', Icon: Image, text: 'photo', command: 'modePhoto' },
  { value: 'map', Icon: Waves, text: 'map', command: 'modeMap' },
  { value: 'side-by-side', Icon: Columns2, text: 'sideBySide', command: 'modeSideBySide' },
  { value: 'compare', Icon: SquareSplitHorizontal, text: 'compare', command: 'modeCompare' },
  { value: 'overlay', Icon: Blend, text: 'overlay', command: 'modeOverlay' },
];

interface ViewModeControlProps {
  readonly mode: ViewMode;
  /** False for classes, which lie over the photo in every mode. */
  readonly hasOverlay: boolean;
  readonly isIconOnly: boolean;
  onChange(mode: ViewMode): void;
}

/** How photo and map are shown, with the keys that choose it. */
export function ViewModeControl({ mode, hasOverlay, isIconOnly, onChange }: ViewModeControlProps) {
  const { t } = useTranslation('viewer');
  return (
    <SegmentedControl
      label={t('modes.label')}
      value={hasOverlay ? mode : withoutOverlay(mode)}
      options={MODES.filter(({ value }) => hasOverlay || value !== 'overlay').map(
        ({ value, Icon, text, command }) => ({
          value,
          label: t(`modes.${text}`),
          icon: <Icon aria-hidden />,
          shortcut: shortcutKey(command),
        }),
      )}
      onChange={onChange}
      isIconOnly={isIconOnly}
    />
  );
}
