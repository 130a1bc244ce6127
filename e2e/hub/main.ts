/** The test hub by hand: `npx tsx e2e/hub/main.ts 5350`, then `VITE_HUBS=http://127.0.0.1:5350 npm start`. */
import { findFixtureFile } from './fixture-files.ts';
import { startHub } from './hub-server.ts';

const port = Number(process.argv[2] ?? 5350);
const hub = await startHub(findFixtureFile, { port });
console.log(`hub: ${hub.url()}\nslow: ${hub.url({ slow: 100_000 })}`);
