import { useEffect } from 'react';
import { onLaunchedFiles } from '../../pwa/launch-files.ts';
import { SHARED_PARAMETER, takeSharedFiles } from '../../pwa/share-target.ts';
import { useViewStore } from '../stores/view-store.ts';
import { useImportFiles } from './useImportFiles.ts';

/** Photos that the system hands over: shared from another app, or opened with this one. */
export function useHandedFiles(): void {
  const importFiles = useImportFiles();
  useEffect(() => {
    const take = (files: readonly File[]): void => {
      if (files.length === 0) return;
      useViewStore.getState().setPage('photos');
      importFiles(files.map((file) => ({ name: file.name, blob: file })));
    };
    onLaunchedFiles(take);
    const url = new URL(location.href);
    if (!url.searchParams.has(SHARED_PARAMETER)) return;
    // A reload must not look for them again.
    url.searchParams.delete(SHARED_PARAMETER);
    history.replaceState(history.state, '', url);
    void takeSharedFiles().then(take, () => undefined);
  }, [importFiles]);
}
