import { useTranslation } from 'react-i18next';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Select } from '../../components/Select.tsx';
import { LANGUAGES } from '../../locales/i18n.ts';
import { useNoticeStore } from '../../stores/notice-store.ts';
import { useSettingsStore, type Language, type Theme } from '../../stores/settings-store.ts';
import { CacheSettings } from './CacheSettings.tsx';
import { ComputeSettings } from './ComputeSettings.tsx';
import { LibrarySettings } from './LibrarySettings.tsx';

interface SettingsPanelProps {
  readonly isOpen: boolean;
  onClose(): void;
}

/** Everything that can be steered, but for what belongs to the picture in view. */
export function SettingsPanel({ isOpen, onClose }: SettingsPanelProps) {
  const { t } = useTranslation();
  const reset = useSettingsStore((state) => state.reset);
  const onReset = () => {
    reset();
    useNoticeStore.getState().notify({ id: 'reset', tone: 'info', text: t('settings.resetDone') });
  };
  return (
    <Dialog
      kind="sheet"
      isOpen={isOpen}
      onClose={onClose}
      title={t('settings.title')}
      foot={<Button onClick={onReset}>{t('settings.reset')}</Button>}
    >
      <div className="settings">
        <OverriddenNote />
        <ComputeSettings />
        <AppearanceSettings />
        <CacheSettings />
        <LibrarySettings />
      </div>
    </Dialog>
  );
}

/** What the page's address decides for this visit. */
function OverriddenNote() {
  const { t, i18n } = useTranslation();
  const shadowed = useSettingsStore((state) => state.shadowed);
  const names: Readonly<Record<string, string>> = {
    task: t('task.title', { ns: 'parsing' }),
    modelId: t('map.model'),
    parsingModelId: t('map.model'),
    executionProvider: t('settings.provider'),
    workers: t('settings.workers'),
    threads: t('settings.threads'),
    language: t('bar.language'),
    colormap: t('colour.map', { ns: 'viewer' }),
    renderer: t('settings.drawing'),
    hub: t('hub.label', { ns: 'models' }),
  };
  const keys = Object.keys(shadowed);
  if (keys.length === 0) return null;
  const list = new Intl.ListFormat(i18n.language, { type: 'conjunction' });
  return (
    <p className="settings-note">
      {t('settings.overridden', { names: list.format(keys.map((key) => names[key] ?? key)) })}
    </p>
  );
}

function AppearanceSettings() {
  const { t } = useTranslation();
  const theme = useSettingsStore((state) => state.theme);
  const language = useSettingsStore((state) => state.language);
  const update = useSettingsStore((state) => state.update);
  return (
    <section className="settings-group" aria-labelledby="settings-appearance">
      <h3 id="settings-appearance">{t('settings.appearance')}</h3>
      <Select<Theme>
        label={t('bar.theme')}
        value={theme}
        options={(['system', 'light', 'dark'] as const).map((value) => ({
          value,
          label: t(`theme.${value}`),
        }))}
        onChange={(next) => update({ theme: next })}
      />
      <Select<Language | 'system'>
        label={t('bar.language')}
        value={language}
        options={[
          { value: 'system', label: t('language.system') },
          ...LANGUAGES.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onChange={(next) => update({ language: next })}
      />
    </section>
  );
}
