import { CircleHelp, Languages, MonitorDown, Moon, PanelRight, Settings, Sun, SunMoon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { ChoiceMenu } from '../../components/ChoiceMenu.tsx';
import { IconButton } from '../../components/IconButton.tsx';
import { Logo } from '../../components/Logo.tsx';
import { useShellSnapshot } from '../../hooks/useAppShell.ts';
import { shortcutKey } from '../../hooks/shortcuts.ts';
import { LANGUAGES, resolveLanguage } from '../../locales/i18n.ts';
import { useServices } from '../../services.tsx';
import { useSettingsStore, type Theme } from '../../stores/settings-store.ts';
import { useViewStore, type Page } from '../../stores/view-store.ts';
import { StatusPill } from './StatusPill.tsx';

interface TopBarProps {
  /** Tabs; a single one needs none. Absent where they are elsewhere (phone). */
  readonly pages?: readonly Tab[];
  readonly isPanelOpen: boolean;
  /** undefined where the layout has no side panel. */
  readonly onTogglePanel?: () => void;
}

const THEME_ICONS: Readonly<Record<Theme, typeof Sun>> = { system: SunMoon, light: Sun, dark: Moon };

export function TopBar({ pages, isPanelOpen, onTogglePanel }: TopBarProps) {
  const { t } = useTranslation();
  const theme = useSettingsStore((state) => state.theme);
  const language = useSettingsStore((state) => state.language);
  const update = useSettingsStore((state) => state.update);
  const setOpenPanel = useViewStore((state) => state.setOpenPanel);
  const ThemeIcon = THEME_ICONS[theme];
  return (
    <header className="topbar">
      <a className="skip-link" href="#viewer">
        {t('skipToViewer')}
      </a>
      <h1 className="brand">
        <Logo />
        <span>{t('name')}</span>
      </h1>
      {pages && pages.length > 1 && <PageTabs pages={pages} />}
      <div className="topbar-end">
        <StatusPill />
        <InstallButton />
        <ChoiceMenu
          label={t('bar.language')}
          icon={<Languages aria-hidden />}
          value={resolveLanguage(language)}
          options={LANGUAGES.map(({ id, name }) => ({ value: id, label: name, lang: id }))}
          onChange={(next) => update({ language: next })}
        />
        <ChoiceMenu
          label={t('bar.theme')}
          icon={<ThemeIcon aria-hidden />}
          value={theme}
          options={(['system', 'light', 'dark'] as const).map((value) => ({
            value,
            label: t(`theme.${value}`),
          }))}
          onChange={(next) => update({ theme: next })}
        />
        <IconButton
          label={t('bar.help')}
          shortcut={shortcutKey('help')}
          icon={<CircleHelp aria-hidden />}
          onClick={() => setOpenPanel('help')}
        />
        <IconButton
          label={t('bar.settings')}
          shortcut={shortcutKey('settings')}
          icon={<Settings aria-hidden />}
          onClick={() => setOpenPanel('settings')}
        />
        {onTogglePanel && (
          <IconButton
            label={isPanelOpen ? t('bar.hidePanel') : t('bar.showPanel')}
            icon={<PanelRight aria-hidden />}
            aria-pressed={isPanelOpen}
            onClick={onTogglePanel}
          />
        )}
      </div>
    </header>
  );
}

/** Pages with a tab of their own. */
export type Tab = Exclude<Page, 'device'>;

/** Only while the browser offers it. */
function InstallButton() {
  const { t } = useTranslation('models');
  const { shell } = useServices();
  const { canInstall } = useShellSnapshot();
  if (!canInstall) return null;
  return (
    <IconButton
      label={t('app.installHint')}
      icon={<MonitorDown aria-hidden />}
      onClick={() => void shell.install()}
    />
  );
}

export function PageTabs({ pages }: { readonly pages: readonly Tab[] }) {
  const { t } = useTranslation();
  // How fast this device is belongs to the models.
  const page = useViewStore((state) => (state.page === 'device' ? 'models' : state.page));
  const setPage = useViewStore((state) => state.setPage);
  return (
    <nav className="page-tabs" aria-label={t('pages.label')}>
      {pages.map((id) => (
        <button
          key={id}
          type="button"
          className="page-tab"
          aria-current={page === id ? 'page' : undefined}
          onClick={() => setPage(id)}
        >
          {t(`pages.${id}`)}
        </button>
      ))}
    </nav>
  );
}
