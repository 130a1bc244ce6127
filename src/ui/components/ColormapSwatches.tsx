import { RadioGroup } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { COLORMAP_IDS, colormapGradientCss, type ColormapId } from '../../render/colormaps.ts';
import './colormap-swatches.css';

interface ColormapSwatchesProps {
  readonly value: ColormapId;
  readonly isInverted: boolean;
  onChange(colormap: ColormapId): void;
}

/** Every colormap as its gradient; one is chosen. */
export function ColormapSwatches({ value, isInverted, onChange }: ColormapSwatchesProps) {
  const { t } = useTranslation('viewer');
  return (
    <RadioGroup.Root
      className="swatches"
      aria-label={t('colour.map')}
      value={value}
      onValueChange={(next) => onChange(next as ColormapId)}
    >
      {COLORMAP_IDS.map((id) => (
        <RadioGroup.Item key={id} value={id} className="swatch" aria-label={t(`colour.names.${id}`)}>
          <span className="swatch-bar" style={{ backgroundImage: colormapGradientCss(id, isInverted) }} />
          <span className="swatch-name">{t(`colour.names.${id}`)}</span>
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
