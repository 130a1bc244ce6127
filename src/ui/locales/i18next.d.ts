import 'i18next';
import type { app } from './en/app.ts';
import type { errors } from './en/errors.ts';
import type { live } from './en/live.ts';
import type { models } from './en/models.ts';
import type { parsing } from './en/parsing.ts';
import type { viewer } from './en/viewer.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'app';
    returnNull: false;
    resources: {
      app: typeof app;
      errors: typeof errors;
      live: typeof live;
      models: typeof models;
      parsing: typeof parsing;
      viewer: typeof viewer;
    };
  }
}
