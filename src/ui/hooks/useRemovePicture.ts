import { useTranslation } from 'react-i18next';
import { useServices } from '../services.tsx';
import { useLibraryStore } from '../stores/library-store.ts';
import { useNoticeStore } from '../stores/notice-store.ts';

const NOTICE_ID = 'removed';

/** Removes a picture at once, says so, and offers to undo it. */
export function useRemovePicture(): { remove(id: string): void; undo(): void } {
  const { library } = useServices();
  const { t } = useTranslation();
  const undo = () => {
    const names = library.undoRemove();
    const { announce, dismiss } = useNoticeStore.getState();
    dismiss(NOTICE_ID);
    if (names.length > 0) announce(t('announce.broughtBack', { names: names.join(', ') }));
  };
  const remove = (id: string) => {
    const name = useLibraryStore.getState().images.find((image) => image.id === id)?.name;
    if (name === undefined) return;
    library.remove([id]);
    const action = { label: t('undo'), run: undo };
    useNoticeStore
      .getState()
      .notify({ id: NOTICE_ID, tone: 'info', text: t('notices.removed', { name }), action });
  };
  return { remove, undo };
}
