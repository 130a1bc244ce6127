import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/Button.tsx';
import { ClearLibraryDialog } from '../../components/ClearLibraryDialog.tsx';
import { Switch } from '../../components/Switch.tsx';
import { useFormat } from '../../hooks/useFormat.ts';
import { useKeptSize } from '../../hooks/useKeptSize.ts';
import { KEPT_LIMITS } from '../../library/library-limits.ts';
import { useLibraryStore } from '../../stores/library-store.ts';
import { useSettingsStore } from '../../stores/settings-store.ts';

/** Pictures that are kept for the next visit. */
export function LibrarySettings() {
  const [isAsking, setAsking] = useState(false);
  const { t } = useTranslation();
  const format = useFormat();
  const isKept = useSettingsStore((state) => state.keepLibrary);
  const update = useSettingsStore((state) => state.update);
  const count = useLibraryStore((state) => state.images.length);
  const kept = useKeptSize();

  return (
    <section className="settings-group" aria-labelledby="settings-library">
      <h3 id="settings-library">{t('settings.library')}</h3>
      <Switch
        label={t('settings.keepLibrary')}
        hint={t('settings.keepHint', {
          limit: format.number(KEPT_LIMITS.maxCount),
          size: format.bytes(KEPT_LIMITS.maxBytes),
        })}
        isOn={isKept}
        onChange={(keepLibrary) => update({ keepLibrary })}
      />
      <div className="field-row">
        <span className="field-value" data-testid="library-size">
          {kept !== null && kept.count > 0
            ? t('settings.librarySize', { size: format.bytes(kept.sizeBytes), count: kept.count })
            : t('settings.libraryOff')}
        </span>
        <Button disabled={count === 0} onClick={() => setAsking(true)}>
          {t('settings.clearLibrary')}
        </Button>
      </div>
      <ClearLibraryDialog isOpen={isAsking} onClose={() => setAsking(false)} />
    </section>
  );
}
