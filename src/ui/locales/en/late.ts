import type { LateTexts } from '../resources.types.ts';
import { live } from './live.ts';
import { models } from './models.ts';

export const late: LateTexts = { live, models };
