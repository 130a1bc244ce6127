import { useQuery } from '@tanstack/react-query';
import { useServices } from '../services.tsx';
import { useLibraryStore } from '../stores/library-store.ts';
import { useSettingsStore } from '../stores/settings-store.ts';

/** How many pictures are kept for the next visit, and how large they are together; null: not known yet, or none can be. */
export function useKeptSize(): { readonly count: number; readonly sizeBytes: number } | null {
  const { persistence } = useServices();
  const isKept = useSettingsStore((state) => state.keepLibrary);
  const count = useLibraryStore((state) => state.images.length);
  const { data } = useQuery({
    queryKey: ['library-size', isKept, count],
    queryFn: () => persistence.measure(),
    staleTime: 0,
    networkMode: 'always',
  });
  return data ?? null;
}
