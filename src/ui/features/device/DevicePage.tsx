import { ClipboardCopy, Gauge, Square } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/Button.tsx';
import { ModelViews } from '../../components/ModelViews.tsx';
import { Progress } from '../../components/Progress.tsx';
import { describeError } from '../../error-messages.ts';
import { useFormat } from '../../hooks/useFormat.ts';
import { useServices } from '../../services.tsx';
import { useDeviceReportStore } from '../../stores/device-report-store.ts';
import { useNoticeStore } from '../../stores/notice-store.ts';
import { formatJson, formatMarkdown, type DeviceDescription } from './device-report.ts';
import { ResultsTable } from './ResultsTable.tsx';
import { StagePlot } from './StagePlot.tsx';
import { useDeviceDescription } from './useDeviceDescription.ts';
import { useMeasuring } from './useMeasuring.ts';
import { VerdictList } from './VerdictList.tsx';
import './device.css';

/** How fast the installed models are here, and whether the graphics processor computes them right. */
export function DevicePage() {
  const { models } = useServices();
  const { t, i18n } = useTranslation('models');
  const format = useFormat();
  const device = useDeviceDescription();
  const measuring = useMeasuring();
  const rows = useDeviceReportStore((state) => state.rows);

  useEffect(() => {
    void models.ready();
  }, [models]);

  const describeStep = (step: NonNullable<typeof measuring.current>['step']): string => {
    switch (step.kind) {
      case 'self-test':
        return t('device.testing');
      case 'warm':
        return t('device.warm');
      case 'single':
        return t('device.single', { index: format.number(step.index), total: format.number(step.count) });
      case 'memory':
        return t('device.reading');
      case 'many':
        return t('device.many', { workers: format.number(step.workers) });
    }
  };
  const { current } = measuring;
  const running = current && t('device.running', { model: current.name, step: describeStep(current.step) });

  return (
    <div className="page" data-testid="device-page">
      <header className="page-head">
        <div>
          <h2 className="page-title">{t('device.title')}</h2>
          <p className="muted">{t('device.intro')}</p>
        </div>
        <ModelViews />
      </header>
      <div className="device-actions">
        {current === null ? (
          <Button icon={<Gauge aria-hidden />} onClick={measuring.start}>
            {rows.length === 0 ? t('device.run') : t('device.again')}
          </Button>
        ) : (
          <Button icon={<Square aria-hidden />} onClick={measuring.stop}>
            {t('device.stop')}
          </Button>
        )}
        {rows.length > 0 && current === null && <CopyButtons device={device} />}
        {running !== null && (
          <div className="device-progress">
            <p className="num" role="status">
              {running}
            </p>
            <Progress label={running} fraction={null} />
          </div>
        )}
      </div>
      {[...measuring.failures].map(([id, { name, error }]) => (
        <p key={id} className="page-note" data-tone="error" role="alert">
          {name}: {t('device.failed', { reason: describeError(error, i18n) })}
        </p>
      ))}
      {rows.length === 0 ? (
        current === null && <p className="muted">{t('device.empty')}</p>
      ) : (
        <>
          <ResultsTable rows={rows} />
          <StagePlot rows={rows} />
        </>
      )}
      <div className="device-columns">
        <DeviceFacts device={device} />
        <VerdictList />
      </div>
    </div>
  );
}

function CopyButtons({ device }: { readonly device: DeviceDescription }) {
  const { t } = useTranslation('models');
  const rows = useDeviceReportStore((state) => state.rows);
  const copy = async (text: string) => {
    const { notify } = useNoticeStore.getState();
    try {
      await navigator.clipboard.writeText(text);
      notify({ id: 'device', tone: 'info', text: t('device.copied') });
    } catch {
      notify({ id: 'device', tone: 'error', text: t('device.copyFailed') });
    }
  };
  return (
    <>
      <Button
        variant="ghost"
        icon={<ClipboardCopy aria-hidden />}
        onClick={() => void copy(formatMarkdown(device, rows))}
      >
        {t('device.copyMarkdown')}
      </Button>
      <Button
        variant="ghost"
        icon={<ClipboardCopy aria-hidden />}
        onClick={() => void copy(formatJson(device, rows))}
      >
        {t('device.copyJson')}
      </Button>
    </>
  );
}

function DeviceFacts({ device }: { readonly device: DeviceDescription }) {
  const { t } = useTranslation('models');
  const format = useFormat();
  return (
    <section className="device-box" aria-labelledby="device-facts">
      <h3 id="device-facts">{t('device.facts')}</h3>
      <dl className="facts">
        <dt>{t('device.browser')}</dt>
        <dd>{device.browser}</dd>
        <dt>{t('device.cores')}</dt>
        <dd>{format.number(device.cores)}</dd>
        <dt>{t('device.memory')}</dt>
        <dd>{device.memoryGb === null ? '–' : `${format.number(device.memoryGb)} GB`}</dd>
        <dt>{t('device.gpu')}</dt>
        <dd>{device.gpu ?? t('device.gpuNone')}</dd>
        <dt>{t('device.isolated')}</dt>
        <dd>{device.isIsolated ? t('device.isolatedYes') : t('device.isolatedNo')}</dd>
      </dl>
    </section>
  );
}
