import { X } from 'lucide-react';
import { IconButton } from '../../components/IconButton.tsx';
import { Progress } from '../../components/Progress.tsx';
import type { SavingState } from './useSaving.ts';

/** What is being written or copied, with the way out; nothing while nothing is. */
export function SaveProgress(props: {
  readonly state: SavingState;
  readonly cancelLabel: string;
  readonly onCancel: () => void;
}) {
  const { state, cancelLabel, onCancel } = props;
  if (state.text === null) return null;
  return (
    <div className="save-progress">
      <div>
        <p>{state.text}</p>
        <Progress label={state.text} fraction={state.fraction} />
      </div>
      <IconButton label={cancelLabel} icon={<X aria-hidden />} onClick={onCancel} />
    </div>
  );
}
