/** Sentences shown once, and what is read to screen readers. */
import { create } from 'zustand';
import { createId } from '../../client/create-id.ts';

export interface Notice {
  readonly id: string;
  readonly tone: 'info' | 'error';
  /** Translated already. */
  readonly text: string;
  /** Stays until it is answered or dismissed. */
  readonly lasting?: boolean;
  readonly action?: { readonly label: string; run(): void };
}

interface NoticeState {
  readonly notices: readonly Notice[];
  /** Changes of state since the last reading, oldest first; the live region empties it. */
  readonly announcements: readonly string[];
  /** A notice with the id of one on screen replaces it. */
  notify(notice: Omit<Notice, 'id'> & { readonly id?: string }): void;
  dismiss(id: string): void;
  announce(text: string): void;
  takeAnnouncements(): void;
}

const MAX_NOTICES = 3;

export const useNoticeStore = create<NoticeState>()((set) => ({
  notices: [],
  announcements: [],
  notify: ({ id = createId(), ...rest }) =>
    set((state) => ({
      notices: [...state.notices.filter((notice) => notice.id !== id), { id, ...rest }].slice(-MAX_NOTICES),
    })),
  dismiss: (id) => set((state) => ({ notices: state.notices.filter((notice) => notice.id !== id) })),
  announce: (text) => set((state) => ({ announcements: [...state.announcements, text] })),
  takeAnnouncements: () => set({ announcements: [] }),
}));
