/** Starts the test hub for the browser tests; they read its address with `inject('hubUrl')`. */
import type { TestProject } from 'vitest/node';
import { findFixtureFile } from './fixture-files.ts';
import { startHub } from './hub-server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    hubUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const hub = await startHub(findFixtureFile);
  project.provide('hubUrl', hub.url());
  return () => hub.close();
}
