import { useEffect } from 'react';
import { useServices } from '../services.tsx';

/** While this is true, a new version of the app waits: also one that another tab asked for. */
export function useHoldWork(isWorking: boolean): void {
  const { shell } = useServices();
  useEffect(() => (isWorking ? shell.holdWork() : undefined), [shell, isWorking]);
}
