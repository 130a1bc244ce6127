import { useTranslation } from 'react-i18next';
import { useViewStore } from '../stores/view-store.ts';
import { SegmentedControl } from './SegmentedControl.tsx';

/** Between the models and how fast they are here. */
export function ModelViews() {
  const { t } = useTranslation('models');
  const page = useViewStore((state) => state.page);
  const setPage = useViewStore((state) => state.setPage);
  return (
    <SegmentedControl
      label={t('views.label')}
      value={page === 'device' ? 'device' : 'models'}
      options={[
        { value: 'models', label: t('views.models') },
        { value: 'device', label: t('views.device') },
      ]}
      onChange={setPage}
    />
  );
}
