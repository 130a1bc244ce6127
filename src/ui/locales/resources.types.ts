/** The shape of a language: English is the source of the keys, the compiler holds the others to it. */
import type { app } from './en/app.ts';
import type { errors } from './en/errors.ts';
import type { live } from './en/live.ts';
import type { models } from './en/models.ts';
import type { parsing } from './en/parsing.ts';
import type { viewer } from './en/viewer.ts';

/** Same keys, other words. `_one` forms exist in English only: Chinese has a single plural form, `_other`. */
export type Translation<T> = {
  readonly [K in keyof T as K extends `${string}_one` ? never : K]: T[K] extends string
    ? string
    : Translation<T[K]>;
};

/** Of pages that are opened later: they come after the first paint. */
export interface LateTexts {
  readonly live: Translation<typeof live>;
  readonly models: Translation<typeof models>;
}

export interface Resources {
  readonly app: Translation<typeof app>;
  readonly errors: Translation<typeof errors>;
  readonly parsing: Translation<typeof parsing>;
  readonly viewer: Translation<typeof viewer>;
}
