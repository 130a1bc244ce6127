import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNoticeStore } from '../../stores/notice-store.ts';
import { useSavingStore, type SavingKind } from '../../stores/saving-store.ts';
import { SaveProgress } from './SaveProgress.tsx';
import './save.css';

/** What is over before it can be read needs no words; and the panel has said by then whether it is on screen. */
const DELAY_MS = 400;

/** What is being saved or copied where the panel does not show it: begun by a key with the panel closed, or on another page. */
export function SavingRegion() {
  const { t } = useTranslation('viewer');
  return (
    <div className="saving-region" role="group" aria-label={t('save.title')}>
      <Saving kind="files" cancelLabel={t('save.cancel')} />
      <Saving kind="zip" cancelLabel={t('save.cancelZip')} />
      <Saving kind="copy" cancelLabel={t('save.cancelCopy')} />
    </div>
  );
}

function Saving({ kind, cancelLabel }: { readonly kind: SavingKind; readonly cancelLabel: string }) {
  const isUnseen = useSavingStore((store) => store[kind].text !== null && !store.isSeen[kind]);
  return isUnseen ? <UnseenSaving kind={kind} cancelLabel={cancelLabel} /> : null;
}

function UnseenSaving({ kind, cancelLabel }: { readonly kind: SavingKind; readonly cancelLabel: string }) {
  const state = useSavingStore((store) => store[kind]);
  const [isLong, setIsLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => {
      setIsLong(true);
      const { text } = useSavingStore.getState()[kind];
      if (text !== null) useNoticeStore.getState().announce(text);
    }, DELAY_MS);
    return () => clearTimeout(timer);
  }, [kind]);
  if (!isLong) return null;
  const { cancel } = useSavingStore.getState();
  return (
    <div className="notice saving-notice">
      <SaveProgress state={state} cancelLabel={cancelLabel} onCancel={() => cancel(kind)} />
    </div>
  );
}
