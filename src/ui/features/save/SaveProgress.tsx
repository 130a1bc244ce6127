import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../components/IconButton.tsx';
import { Progress } from '../../components/Progress.tsx';
import type { SavingState } from '../../save-line.ts';
import { useSavingStore, type SavingKind } from '../../stores/saving-store.ts';

/** Less of it on screen is not enough to see it, or to press its button. */
const SEEN_SHARE = 0.5;

/** What is being written or copied, with the way out; nothing while nothing is. */
export function SaveProgress(props: {
  readonly state: SavingState;
  readonly cancelLabel: string;
  readonly onCancel: () => void;
  /** In the panel: where it is not on screen (closed, scrolled away, another page) `SavingRegion` shows it, and only that does. */
  readonly kind?: SavingKind;
}) {
  const { t } = useTranslation('viewer');
  const { state, cancelLabel, onCancel, kind } = props;
  const place = useRef<HTMLDivElement>(null);
  const isSeen = useSavingStore((store) => kind === undefined || store.isSeen[kind]);
  const isShown = state.text !== null;
  useEffect(() => {
    // Under buttons that were pressed a moment ago: what they began is not to be looked for.
    const isPressedHere = place.current?.closest('section')?.contains(document.activeElement);
    if (isShown && isPressedHere) place.current?.scrollIntoView({ block: 'nearest' });
  }, [isShown]);
  useEffect(() => {
    const element = place.current;
    if (kind === undefined || !isShown || element === null) return;
    const { setSeen } = useSavingStore.getState();
    const observer = new IntersectionObserver(
      (entries) => setSeen(kind, (entries.at(-1)?.intersectionRatio ?? 0) >= SEEN_SHARE),
      { threshold: SEEN_SHARE },
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      setSeen(kind, false);
    };
  }, [kind, isShown]);
  if (state.text === null) return null;
  return (
    <div ref={place} className="save-progress" data-unseen={isSeen ? undefined : ''}>
      <div>
        <p>
          {state.waitingCount > 0
            ? t('save.andWaiting', { text: state.text, count: state.waitingCount })
            : state.text}
        </p>
        <Progress label={state.text} fraction={state.fraction} />
      </div>
      <IconButton label={cancelLabel} icon={<X aria-hidden />} onClick={onCancel} />
    </div>
  );
}
