import { SwitchCamera } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { LiveSourceKind } from '../../../client/live-client.types.ts';
import { Button } from '../../components/Button.tsx';
import { Section } from '../../components/Section.tsx';
import { SegmentedControl } from '../../components/SegmentedControl.tsx';
import { Select } from '../../components/Select.tsx';
import { Switch } from '../../components/Switch.tsx';
import { useFormat } from '../../hooks/useFormat.ts';
import { CAMERA_HEIGHTS_PX, useLiveStore } from '../../stores/live-store.ts';
import { useLive, useLiveSnapshot } from './live-context.ts';
import { openFilmPicker, useReopenCamera } from './useLiveSource.ts';

const KINDS: readonly LiveSourceKind[] = ['camera', 'file', 'screen'];

/** Where frames come from. */
export function LiveSourceSection() {
  const { t } = useTranslation('live');
  const live = useLive();
  const kind = useLiveStore((state) => state.sourceKind);
  const update = useLiveStore((state) => state.update);
  const choose = (next: LiveSourceKind) => {
    update({ sourceKind: next });
    // What runs is no longer what is chosen.
    live.stop();
  };
  return (
    <Section id="live-source" title={t('source.title')}>
      <SegmentedControl
        label={t('source.label')}
        value={kind}
        options={KINDS.map((value) => ({ value, label: t(`source.kinds.${value}`) }))}
        onChange={choose}
      />
      {kind === 'camera' && <CameraFields />}
      {kind === 'file' && <Button onClick={openFilmPicker}>{t('source.chooseFilm')}</Button>}
      {kind === 'screen' && <p className="field-hint">{t('start.hints.screen')}</p>}
    </Section>
  );
}

function CameraFields() {
  const { t } = useTranslation('live');
  const format = useFormat();
  const reopen = useReopenCamera();
  const cameras = useLiveSnapshot((snapshot) => snapshot.cameras);
  const active = useLiveSnapshot((snapshot) => snapshot.activeCamera);
  const frameSize = useLiveSnapshot((snapshot) => snapshot.frameSize);
  const cameraId = useLiveStore((state) => state.cameraId);
  const facing = useLiveStore((state) => state.facing);
  const heightPx = useLiveStore((state) => state.cameraHeightPx);
  const isMirrored = useLiveStore((state) => state.isMirrored);
  const update = useLiveStore((state) => state.update);
  const change = (next: Parameters<typeof update>[0]) => {
    update(next);
    reopen();
  };
  const turn = () => {
    const next = facing === 'user' ? 'environment' : 'user';
    // Text in front of the rear camera should be readable.
    change({ facing: next, cameraId: null, isMirrored: next === 'user' });
  };
  const options = cameras.map(({ deviceId, label }, index) => ({
    value: deviceId,
    label: label || t('source.unnamed', { number: index + 1 }),
  }));
  const chosen = cameraId ?? active?.deviceId ?? '';
  return (
    <>
      {options.length > 0 && (
        <Select
          label={t('source.camera')}
          value={chosen}
          options={
            options.some(({ value }) => value === chosen)
              ? options
              : [{ value: chosen, label: t('source.anyCamera') }, ...options]
          }
          onChange={(deviceId) => change({ cameraId: deviceId })}
        />
      )}
      <Select
        label={t('source.resolution')}
        value={String(heightPx)}
        options={CAMERA_HEIGHTS_PX.map((height) => ({ value: String(height), label: `${height}p` }))}
        onChange={(height) => change({ cameraHeightPx: Number(height) })}
        hint={
          frameSize === null
            ? undefined
            : t('source.given', { size: format.size(frameSize.widthPx, frameSize.heightPx) })
        }
      />
      <Switch
        label={t('source.mirror')}
        isOn={isMirrored}
        onChange={(isOn) => update({ isMirrored: isOn })}
      />
      {(cameras.length > 1 || active?.facing) && (
        <Button icon={<SwitchCamera aria-hidden />} onClick={turn}>
          {facing === 'user' ? t('source.useRear') : t('source.useFront')}
        </Button>
      )}
    </>
  );
}
