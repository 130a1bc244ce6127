import { Pause, Play, Repeat } from 'lucide-react';
import { Slider } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../components/IconButton.tsx';
import { Select } from '../../components/Select.tsx';
import { useFormat } from '../../hooks/useFormat.ts';
import { formatClock } from './clock-text.ts';
import { useLive, useLiveSnapshot } from './live-context.ts';

const RATES = [0.25, 0.5, 1, 1.5, 2] as const;

/** Play, scrub, speed, loop. */
export function FilmControls() {
  const { t } = useTranslation('live');
  const format = useFormat();
  const { film: commands } = useLive();
  const film = useLiveSnapshot((snapshot) => snapshot.film);
  if (film === null) return null;
  const clock = `${formatClock(film.positionS * 1000)} / ${formatClock(film.durationS * 1000)}`;
  return (
    <div className="live-film" role="group" aria-label={t('film.label')}>
      <IconButton
        label={film.isPlaying ? t('film.pause') : t('film.play')}
        icon={film.isPlaying ? <Pause aria-hidden /> : <Play aria-hidden />}
        onClick={() => (film.isPlaying ? commands.pause() : commands.play())}
      />
      <Slider.Root
        className="slider"
        value={[film.positionS]}
        min={0}
        max={Math.max(film.durationS, 0.01)}
        step={0.01}
        onValueChange={([next]) => next !== undefined && commands.seek(next)}
      >
        <Slider.Track className="slider-track">
          <Slider.Range className="slider-range" />
        </Slider.Track>
        <Slider.Thumb className="slider-thumb" aria-label={t('film.position')} aria-valuetext={clock} />
      </Slider.Root>
      <span className="num live-film-clock">{clock}</span>
      <Select
        label={t('film.rate')}
        isLabelHidden
        value={String(film.rate)}
        options={RATES.map((rate) => ({
          value: String(rate),
          label: t('film.rateValue', { rate: format.number(rate) }),
        }))}
        onChange={(rate) => commands.setRate(Number(rate))}
      />
      <IconButton
        label={t('film.loop')}
        icon={<Repeat aria-hidden />}
        aria-pressed={film.isLooping}
        onClick={() => commands.setLooping(!film.isLooping)}
      />
    </div>
  );
}
