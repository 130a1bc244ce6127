import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useNoticeStore } from '../stores/notice-store.ts';
import { useViewStore } from '../stores/view-store.ts';

/** The browser's tab says which page is open. A change of it moves no focus, so it is spoken. */
export function usePageTitle(): void {
  const { t } = useTranslation();
  // How fast this device is belongs to the models.
  const page = useViewStore((state) => (state.page === 'device' ? 'models' : state.page));
  const name = t(`pages.${page}`);
  const spoken = useRef(page);

  useEffect(() => {
    document.title = page === 'photos' ? t('name') : `${name} · ${t('name')}`;
    if (spoken.current === page) return;
    spoken.current = page;
    useNoticeStore.getState().announce(name);
  }, [page, name, t]);
}
