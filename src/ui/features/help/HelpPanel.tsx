import { useTranslation } from 'react-i18next';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { showKey, SHORTCUTS, type ShortcutId } from '../../hooks/shortcuts.ts';
import { useFormat } from '../../hooks/useFormat.ts';
import { MAX_LIBRARY_COUNT } from '../../library/library-limits.ts';

interface HelpPanelProps {
  readonly isOpen: boolean;
  onClose(): void;
  onAbout(): void;
}

const GROUPS = ['view', 'colour', 'library', 'keep', 'app'] as const;

function listShortcuts(group: (typeof GROUPS)[number]): readonly ShortcutId[] {
  return (Object.keys(SHORTCUTS) as ShortcutId[]).filter((id) => SHORTCUTS[id].group === group);
}

/** How to start, what fits, and every key. */
export function HelpPanel({ isOpen, onClose, onAbout }: HelpPanelProps) {
  const { t } = useTranslation(['app', 'viewer']);
  const format = useFormat();
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title={t('app:help.title')}
      foot={<Button onClick={onAbout}>{t('app:help.about')}</Button>}
    >
      <div className="prose">
        <h3>{t('app:help.start')}</h3>
        <p>{t('app:help.startText')}</p>
        <h3>{t('app:help.bounds')}</h3>
        <p>{t('app:help.boundsText', { limit: format.number(MAX_LIBRARY_COUNT) })}</p>
        <h3>{t('app:help.shortcuts')}</h3>
        <div className="shortcut-groups">
          {GROUPS.map((group) => (
            <section key={group} aria-labelledby={`shortcuts-${group}`}>
              <h4 id={`shortcuts-${group}`}>{t(`viewer:shortcuts.groups.${group}`)}</h4>
              <dl className="shortcuts">
                {listShortcuts(group).map((id) => (
                  <div key={id} className="shortcut">
                    <dt>{t(`viewer:shortcuts.${id}`)}</dt>
                    <dd>
                      {(id === 'pan' ? SHORTCUTS[id].keys : SHORTCUTS[id].keys.slice(0, 1)).map((key) => (
                        <kbd key={key}>{showKey(key)}</kbd>
                      ))}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      </div>
    </Dialog>
  );
}
