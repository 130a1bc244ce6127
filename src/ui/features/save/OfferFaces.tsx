import { ShieldCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/Button.tsx';
import { useSelectedImage } from '../../hooks/useSelectedImage.ts';
import { useSelectedChoice } from '../../hooks/useShownResult.ts';
import { useServices } from '../../services.tsx';
import { useParsingStore } from '../../stores/parsing-store.ts';
import { useViewStore } from '../../stores/view-store.ts';

/** Beside the depth files, which show no face: the way to a photo that may be shared. */
export function OfferFaces() {
  const { t } = useTranslation('parsing');
  const { library } = useServices();
  const image = useSelectedImage();
  const choice = useSelectedChoice();
  const isOn = useParsingStore((state) => state.faceBlur.isOn);
  if (image === null) return null;
  if (isOn && choice !== 'depth') return <p className="field-hint">{t('faces.areBlurred')}</p>;
  const open = () => {
    if (choice === 'depth') library.setTask(image.id, 'both');
    useViewStore.getState().setShown('parsing');
    useParsingStore.getState().setFaceBlur({ isOn: true });
  };
  return (
    <Button icon={<ShieldCheck aria-hidden />} title={t('faces.offerHint')} onClick={open}>
      {t('faces.offer')}
    </Button>
  );
}
