import type { Resources } from '../resources.types.ts';
import { app } from './app.ts';
import { errors } from './errors.ts';
import { parsing } from './parsing.ts';
import { viewer } from './viewer.ts';

export const resources: Resources = { app, errors, parsing, viewer };
