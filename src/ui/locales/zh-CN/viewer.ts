import type { Translation } from '../resources.types.ts';
import type { viewer as source } from '../en/viewer.ts';

export const viewer: Translation<typeof source> = {
  title: '查看器',
};
