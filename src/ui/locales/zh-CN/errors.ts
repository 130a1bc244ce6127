import type { Translation } from '../resources.types.ts';
import type { errors as source } from '../en/errors.ts';

export const errors: Translation<typeof source> = {
  IMAGE_EMPTY: '这个文件是空的。',
};
