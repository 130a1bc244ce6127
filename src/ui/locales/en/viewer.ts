/** Viewer, colour, numbers, save. */
export const viewer = {
  title: 'Viewer',
} as const;
