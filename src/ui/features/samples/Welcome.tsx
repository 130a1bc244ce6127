import { FolderOpen, Images, ShieldCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/Button.tsx';
import { canPickFolders, openFilePicker, openFolderPicker } from '../../hooks/pickers.ts';
import { useImportFiles } from '../../hooks/useImportFiles.ts';
import { useLibraryStore } from '../../stores/library-store.ts';
import { useNoticeStore } from '../../stores/notice-store.ts';
import { fetchSample, SAMPLES, sampleThumbnailUrl, type SampleName } from '../../samples.ts';

/** How many are offered at once. */
const OFFERED = 4;

interface WelcomeProps {
  /** `panel` beside the picture, `stage` in its place when there is none, `row` on a phone. */
  readonly layout: 'panel' | 'stage' | 'row';
}

/** The way in: what can be done, and the promise. */
export function Welcome({ layout }: WelcomeProps) {
  const { t } = useTranslation();
  const importFiles = useImportFiles();
  const images = useLibraryStore((state) => state.images);
  const present = new Set(images.map((image) => image.name));
  const offered = SAMPLES.filter((name) => !present.has(`${name}.jpg`)).slice(0, OFFERED);

  const open = async (name: SampleName) => {
    try {
      const file = await fetchSample(name);
      importFiles([{ name: file.name, blob: file }], { isSample: true });
    } catch {
      useNoticeStore.getState().notify({ id: 'sample', tone: 'error', text: t('welcome.sampleFailed') });
    }
  };

  const samples = offered.length > 0 && (
    <div className="welcome-samples">
      <p className="muted">{layout === 'stage' ? t('welcome.samplesEmpty') : t('welcome.samples')}</p>
      <ul>
        {offered.map((name) => (
          <li key={name}>
            <button
              type="button"
              className="sample"
              aria-label={t('welcome.sample', { name: t(`welcome.names.${name}`) })}
              onClick={() => void open(name)}
            >
              <img src={sampleThumbnailUrl(name)} alt="" width={160} height={120} draggable={false} />
              <span aria-hidden>{t(`welcome.names.${name}`)}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );

  return (
    <section className="welcome" data-layout={layout} aria-label={t('welcome.title')}>
      <div className="welcome-text">
        <h2>{layout === 'stage' ? t('welcome.emptyTitle') : t('welcome.title')}</h2>
        <p className="welcome-drop">{t('welcome.drop')}</p>
      </div>
      <div className="welcome-actions">
        <Button variant="primary" icon={<Images aria-hidden />} onClick={openFilePicker}>
          {t('welcome.choose')}
        </Button>
        {layout !== 'row' && canPickFolders() && (
          <Button icon={<FolderOpen aria-hidden />} onClick={openFolderPicker}>
            {t('welcome.folder')}
          </Button>
        )}
      </div>
      <p className="welcome-promise">
        <ShieldCheck aria-hidden />
        {t('promise')}
      </p>
      {samples}
    </section>
  );
}
