import { Scale } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { measureAgreement, type Agreement } from '../../../client/measure-agreement.ts';
import { isAbortError, toWireError } from '../../../engine/errors.ts';
import type { ModelManifest } from '../../../engine/models/manifest.ts';
import { Button } from '../../components/Button.tsx';
import { Select } from '../../components/Select.tsx';
import { Switch } from '../../components/Switch.tsx';
import { describeError } from '../../error-messages.ts';
import { useFormat } from '../../hooks/useFormat.ts';
import { useSelectedImage } from '../../hooks/useSelectedImage.ts';
import {
  hasExactMode,
  hasLongSideCap,
  listCaps,
  NO_CAP,
  resolveModelOptions,
} from '../../library/model-options.ts';
import { useServices } from '../../services.tsx';
import { useLibraryStore } from '../../stores/library-store.ts';
import { useSettingsStore } from '../../stores/settings-store.ts';
import type { ResultKind } from '../../task-id.ts';

interface SpeedFieldsProps {
  readonly model: ModelManifest;
  readonly kind: ResultKind;
}

/** What trades exactness for time: cap of the long side, scores. And what that costs in this picture. */
export function SpeedFields({ model, kind }: SpeedFieldsProps) {
  const { library } = useServices();
  const { t } = useTranslation('models');
  const format = useFormat();
  const image = useSelectedImage();
  const settings = useSettingsStore();
  const options = resolveModelOptions(model, settings);

  const change = (next: Parameters<typeof settings.update>[0]) => {
    settings.update(next);
    if (image) library.rerun([image.id]);
  };

  return (
    <>
      {hasLongSideCap(model) && (
        <Select
          label={t('speed.cap')}
          hint={t('speed.capHint')}
          value={String(options.maxLongSidePx ?? NO_CAP)}
          options={listCaps(model).map((cap) => ({
            value: String(cap ?? NO_CAP),
            label: cap === null ? t('speed.noCap') : t('speed.capValue', { size: format.number(cap) }),
          }))}
          onChange={(value) =>
            change({ maxLongSidePx: { ...settings.maxLongSidePx, [model.id]: Number(value) } })
          }
        />
      )}
      {hasExactMode(model) && (
        <Switch
          label={t('speed.exact')}
          hint={t('speed.exactHint')}
          isOn={options.isExact === true}
          onChange={(isOn) => change({ isExact: { ...settings.isExact, [model.id]: isOn } })}
        />
      )}
      {kind === 'parsing' && (
        <Cost
          // Another picture or setting: what was measured no longer holds.
          key={`${image?.id ?? ''} ${JSON.stringify(options)}`}
          model={model}
        />
      )}
    </>
  );
}

type Measured = { readonly agreement: Agreement } | { readonly problem: string };

/** Measured on request: both ways, for the picture in the viewer. */
function Cost({ model }: { readonly model: ModelManifest }) {
  const { client } = useServices();
  const { t, i18n } = useTranslation('models');
  const format = useFormat();
  const image = useSelectedImage();
  const quick = useSettingsStore((state) => JSON.stringify(resolveModelOptions(model, state)));
  const [measured, setMeasured] = useState<Measured | null>(null);
  const [isMeasuring, setMeasuring] = useState(false);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(new DOMException('The reader has left.', 'AbortError')), []);

  const options = JSON.parse(quick) as ReturnType<typeof resolveModelOptions>;
  const isCapped = options.maxLongSidePx !== null;
  const canBeExact = hasExactMode(model) && options.isExact !== true;
  if (image === null || (!isCapped && !canBeExact)) return null;
  const { id, source } = image;

  const measure = async () => {
    const sha256 = useLibraryStore.getState().images.find((one) => one.id === id)?.sha256;
    if (!sha256) return; // still being read
    const controller = new AbortController();
    abort.current = controller;
    setMeasuring(true);
    try {
      const agreement = await measureAgreement(
        client,
        {
          quick: {
            taskId: `${id}:cost`,
            source,
            sourceSha256: sha256,
            pipeline: 'human-parsing',
            model,
            variant: model.variants[0]?.id ?? 'fp32',
            options,
          },
          reference: isCapped ? { ...options, maxLongSidePx: null } : { ...options, isExact: true },
        },
        controller.signal,
      );
      setMeasured({ agreement });
    } catch (error) {
      if (!isAbortError(error)) setMeasured({ problem: describeError(toWireError(error), i18n) });
    } finally {
      if (!controller.signal.aborted) setMeasuring(false);
    }
  };

  return (
    <div className="field">
      {measured === null ? (
        <Button icon={<Scale aria-hidden />} disabled={isMeasuring} onClick={() => void measure()}>
          {isMeasuring ? t('speed.comparing') : t('speed.compare')}
        </Button>
      ) : 'problem' in measured ? (
        <p className="field-hint" role="alert">
          {measured.problem}
        </p>
      ) : (
        <p
          className="field-hint num"
          role="status"
          data-testid="speed-cost"
          data-agreement={measured.agreement.pixels}
        >
          {t(isCapped ? 'speed.agreement' : 'speed.agreementExact', {
            share: format.share(measured.agreement.pixels),
            people: format.share(measured.agreement.foreground),
            quick: format.duration(measured.agreement.quickMs),
            full: format.duration(measured.agreement.referenceMs),
          })}
        </p>
      )}
    </div>
  );
}
