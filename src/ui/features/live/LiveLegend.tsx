import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { mapGradientCss } from '../../map-gradient.ts';
import { useLiveStore } from '../../stores/live-store.ts';
import { useSettingsStore } from '../../stores/settings-store.ts';
import { useLiveSnapshot } from './live-context.ts';

/** Which colour is near and which is far. */
export function LiveLegend() {
  const { t } = useTranslation('viewer');
  const mode = useLiveStore((state) => state.mode);
  const hasMap = useLiveSnapshot(({ stats }) => (stats?.counts.shown ?? 0) > 0);
  const colormap = useSettingsStore((state) => state.colormap);
  const invert = useSettingsStore((state) => state.invert);
  const gamma = useSettingsStore((state) => state.gamma);
  const gradient = useMemo(
    () => mapGradientCss({ colormap, invert, gamma, followEdges: false, range: { lo: 0, hi: 1 } }),
    [colormap, invert, gamma],
  );
  const task = useLiveStore((state) => state.task);
  if (!hasMap || mode === 'photo' || task === 'parsing') return null;
  return (
    <div className="live-legend" role="group" aria-label={t('legend.label')}>
      <span>{t('legend.far')}</span>
      <span data-bar="" style={{ backgroundImage: gradient }} />
      <span>{t('legend.near')}</span>
    </div>
  );
}
