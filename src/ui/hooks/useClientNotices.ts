import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { notifyUnkept } from '../notify-unkept.ts';
import { useClientSnapshot, useServices } from '../services.tsx';
import { useNoticeStore } from '../stores/notice-store.ts';

/** Shows what the client has to say, once. */
export function useClientNotices(): void {
  const { client } = useServices();
  const { t } = useTranslation();
  const notices = useClientSnapshot((snapshot) => snapshot.notices);
  useEffect(() => {
    for (const notice of notices) {
      const model = String(notice.details.model ?? '');
      if (notice.code === 'cache-unavailable') notifyUnkept('results', t);
      else
        useNoticeStore.getState().notify({
          id: `client-${notice.code}-${model}`,
          tone: 'info',
          text: t(`notices.client.${notice.code}`, { model }),
        });
      client.dismissNotice(notice.id);
    }
  }, [notices, client, t]);
}
