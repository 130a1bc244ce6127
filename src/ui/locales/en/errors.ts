/** One sentence or two per error code: what happened, and what to do. */
export const errors = {
  IMAGE_EMPTY: 'This file is empty.',
} as const;
