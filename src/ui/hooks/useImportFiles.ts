import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportFile } from '../library/library-commands.types.ts';
import { MAX_LIBRARY_COUNT } from '../library/library-limits.ts';
import { useServices } from '../services.tsx';
import { useNoticeStore } from '../stores/notice-store.ts';
import { useViewStore } from '../stores/view-store.ts';
import { useFormat } from './useFormat.ts';

interface ImportOptions {
  readonly isSample?: boolean;
  /** A frame frozen from live view: leaving the page would end the camera. Or beside a model, which has a page to itself. */
  readonly staysOnPage?: boolean;
}

/** Imports, shows the pictures' page, and says what happened. */
export function useImportFiles(): (files: readonly ImportFile[], options?: ImportOptions) => void {
  const { library } = useServices();
  const { t } = useTranslation();
  const format = useFormat();
  return useCallback(
    (files, { staysOnPage = false, ...options } = {}) => {
      const { announce, notify } = useNoticeStore.getState();
      const { leftOutCount } = library.importFiles(files, options);
      if (files.length > 0 && !staysOnPage) useViewStore.getState().setPage('photos');
      const addedCount = files.length - leftOutCount;
      if (addedCount > 0) announce(t('announce.added', { count: addedCount }));
      if (leftOutCount > 0) {
        const limit = format.number(MAX_LIBRARY_COUNT);
        notify({
          id: 'library-full',
          tone: 'error',
          text: t('notices.libraryFull', { limit, count: leftOutCount }),
        });
      }
    },
    [library, t, format],
  );
}
