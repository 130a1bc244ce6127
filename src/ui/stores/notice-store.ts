/** Sentences shown once, and what is read to screen readers. */
import { create } from 'zustand';

export interface Notice {
  readonly id: string;
  readonly tone: 'info' | 'error';
  /** Translated already. */
  readonly text: string;
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
  notify: ({ id = crypto.randomUUID(), ...rest }) =>
    set((state) => ({
      notices: [...state.notices.filter((notice) => notice.id !== id), { id, ...rest }].slice(-MAX_NOTICES),
    })),
  dismiss: (id) => set((state) => ({ notices: state.notices.filter((notice) => notice.id !== id) })),
  announce: (text) => set((state) => ({ announcements: [...state.announcements, text] })),
  takeAnnouncements: () => set({ announcements: [] }),
}));
