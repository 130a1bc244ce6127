import { FileArchive } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/Button.tsx';
import { useLibraryCounts } from '../../hooks/useCardState.ts';

/** Knows how many are done, so that the rest of its section need not. */
export function ZipButton({
  isDisabled,
  onPress,
}: {
  readonly isDisabled: boolean;
  readonly onPress: () => void;
}) {
  const { t } = useTranslation('viewer');
  const { done } = useLibraryCounts();
  return (
    <Button
      icon={<FileArchive aria-hidden />}
      disabled={done === 0 || isDisabled}
      title={t('save.zipHint', { count: done })}
      onClick={onPress}
    >
      {t('save.zip')}
    </Button>
  );
}
