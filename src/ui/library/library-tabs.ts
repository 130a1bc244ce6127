/**
 * The library of several tabs as one: what one adds, finishes, cancels, removes or clears happens in the others. A
 * picture is computed by the tab that has begun with it; the others show how far it is, then take its map from the result
 * cache. When that tab goes away another goes on. What is selected and how it is looked at stays each tab's own. Loaded lazily.
 */
import { createId } from '../../client/create-id.ts';
import { useLibraryStore, type LibraryImage } from '../stores/library-store.ts';
import { useViewStore } from '../stores/view-store.ts';
import type { ImageChange } from './change-buffer.ts';
import { createClaims, type Claim } from './claims.ts';
import { MAX_LIBRARY_COUNT } from './library-limits.ts';
import type { LibraryPersistence } from './library-persistence.ts';
import type { LibraryInside, LibraryTabs, PictureProgress, TabMessage } from './tab-messages.ts';
import { createTabProgress } from './tab-progress.ts';

const CHANNEL_NAME = 'isobath:library';
/** Held by each tab as long as it lives, so that the others learn of its end, a crash too. */
const LOCK_PREFIX = 'isobath:library-tab:';
/** How long a tab that opens waits for the others; one that hangs costs no more than this. */
const ANSWER_MS = 300;
/** The next tab that wants to go on with orphaned pictures first hears who did. */
const HANDOVER_MS = 200;

interface Envelope {
  readonly from: string;
  /** See `claims.ts`; absent in older versions of the app. */
  readonly at?: number;
  readonly message: TabMessage;
}

interface LibraryTabsOptions {
  readonly inside: LibraryInside;
  readonly persistence: Pick<LibraryPersistence, 'isKept' | 'adopt' | 'forget'>;
  readonly channelName?: string;
  readonly locks?: LockManager | undefined;
}

const isOpen = ({ outcome }: Pick<LibraryImage, 'outcome'>) => outcome.state === 'open';

/** The pictures that the sender of this begins with, or works on. */
function listClaimed(message: TabMessage): readonly string[] {
  switch (message.type) {
    case 'added':
    case 'working':
      return message.images.filter(isOpen).map(({ id }) => id);
    case 'changed':
      return message.changes.filter(([, { outcome }]) => outcome?.state === 'open').map(([id]) => id);
    default:
      return [];
  }
}

/** Null where tabs cannot talk or nothing is kept: each then is on its own. */
export async function openLibraryTabs(options: LibraryTabsOptions): Promise<LibraryTabs | null> {
  const { inside, persistence, channelName = CHANNEL_NAME } = options;
  // Absent on plain http.
  const locks = 'locks' in options ? options.locks : 'locks' in navigator ? navigator.locks : undefined;
  if (typeof BroadcastChannel !== 'function' || locks === undefined) return null;
  const ownId = createId();
  const life = new AbortController();
  const known = new Set<string>();
  const claims = createClaims();
  const library = () => useLibraryStore.getState();
  const find = (id: string) => library().images.find((image) => image.id === id);

  const post = (message: TabMessage) => {
    if (life.signal.aborted || !persistence.isKept()) return;
    const at = claims.stamp();
    for (const id of listClaimed(message)) claims.holds(id, { at, tab: ownId });
    channel.postMessage({ from: ownId, at, message } satisfies Envelope);
  };

  const listOwnWork = () =>
    library().images.filter((image) => isOpen(image) && !image.elsewhere && !inside.isDemo(image.id));

  const progress = createTabProgress({
    listWork: listOwnWork,
    getTasks: inside.getTasks,
    hasListeners: () => known.size > 0,
    tell: (pictures) => post({ type: 'progress', pictures }),
  });

  const isWithTab = (id: string, tab: string) => find(id)?.elsewhere?.tab === tab;

  /** Goes on with what a tab left behind. */
  async function takeOver(tab: string): Promise<void> {
    known.delete(tab);
    const orphans = library().images.filter((image) => image.elsewhere?.tab === tab);
    if (orphans.length === 0 || life.signal.aborted) return;
    const ids = orphans.map(({ id }) => id);
    library().update(new Map(ids.map((id) => [id, { elsewhere: null }])));
    post({ type: 'working', images: listOwnWork() });
    inside.start(library().images.filter((image) => ids.includes(image.id) && isOpen(image)));
    await new Promise((resolve) => setTimeout(resolve, HANDOVER_MS));
  }

  function meet(tab: string): void {
    if (known.has(tab)) return;
    known.add(tab);
    locks?.request(LOCK_PREFIX + tab, { signal: life.signal }, () => takeOver(tab)).catch(() => undefined);
  }

  function adopt(images: readonly LibraryImage[], claim: Claim): void {
    const room = Math.max(0, MAX_LIBRARY_COUNT - library().images.length);
    const fresh = images
      .filter(({ id }) => find(id) === undefined)
      .slice(0, room)
      .map((image) => ({ ...image, elsewhere: isOpen(image) ? { tab: claim.tab, tasks: {} } : null }));
    const first = fresh[0];
    if (first === undefined) return;
    for (const { id } of fresh.filter(isOpen)) claims.holds(id, claim);
    library().adopt(fresh);
    persistence.adopt(fresh);
    if (fresh.some(({ isSample }) => !isSample)) inside.dropDemo();
    inside.start(fresh.filter(({ outcome }) => outcome.state === 'done'));
    const view = useViewStore.getState();
    if (view.selectedImageId === null) view.select(first.id);
  }

  function change(changes: readonly (readonly [string, ImageChange])[], claim: Claim): void {
    const ended: [id: string, isOpenAgain: boolean][] = [];
    const finished: string[] = [];
    const chosen: string[] = [];
    const updates = new Map<string, ImageChange>();
    for (const [id, told] of changes) {
      if (find(id) === undefined) continue;
      // This tab, or a third one, began with it at the same time, and the other hears so: its choice does not hold, either.
      const isLost = told.outcome?.state === 'open' && !claims.holds(id, claim);
      const { outcome, task, ...rest } = told;
      const facts: ImageChange = isLost ? rest : told;
      if (isLost || outcome === undefined) updates.set(id, facts);
      else {
        const isOpenAgain = outcome.state === 'open';
        updates.set(id, { ...facts, elsewhere: isOpenAgain ? { tab: claim.tab, tasks: {} } : null });
        ended.push([id, isOpenAgain]);
        if (outcome.state === 'done') finished.push(id);
      }
      if (!isLost && task !== undefined) chosen.push(id);
    }
    library().update(updates);
    // Whatever this tab did with it is over; while the other is at it, maps that are here can still be looked at.
    for (const [id, isOpenAgain] of ended) inside.stop(id, { keepsMaps: isOpenAgain });
    // An SVG was drawn: its bytes, and their size, are others now.
    const redrawn = changes.flatMap(([id, { source }]) => (source === undefined ? [] : (find(id) ?? [])));
    if (redrawn.length > 0) persistence.adopt(redrawn);
    inside.start(finished.map(find).filter((image) => image !== undefined));
    for (const image of chosen.map(find)) {
      if (image !== undefined && !image.elsewhere) inside.applyChoice(image);
    }
  }

  function follow(pictures: readonly PictureProgress[], from: string): void {
    // What came to an end meanwhile, or is worked on here now, is not news.
    const followed = pictures.filter(([id]) => isWithTab(id, from));
    if (followed.length === 0) return;
    library().update(new Map(followed.map(([id, tasks]) => [id, { elsewhere: { tab: from, tasks } }])));
  }

  function drop(ids: readonly string[]): void {
    const here = ids.filter((id) => find(id) !== undefined);
    persistence.forget(ids);
    if (here.length > 0) inside.drop(here);
  }

  let onAnswer = () => {};

  /** Waits for a tab that works on these. */
  function yieldTo(images: readonly LibraryImage[], claim: Claim): void {
    const held = images.filter(({ id }) => claims.holds(id, claim)).map(({ id }) => id);
    const yielded = held.filter((id) => find(id)?.outcome.state === 'open' && !isWithTab(id, claim.tab));
    const wereOwn = yielded.filter((id) => !find(id)?.elsewhere);
    library().update(new Map(yielded.map((id) => [id, { elsewhere: { tab: claim.tab, tasks: {} } }])));
    for (const id of wereOwn) inside.stop(id, { keepsMaps: true });
  }

  function receive({ from, at, message }: Envelope): void {
    if (from === ownId || !persistence.isKept()) return;
    const claim: Claim = { at: claims.hear(at), tab: from };
    meet(from);
    switch (message.type) {
      case 'added':
        return adopt(message.images, claim);
      case 'changed':
        return change(message.changes, claim);
      case 'removed':
        return drop(message.ids);
      case 'cleared':
        inside.forgetRemoved();
        return drop(library().images.map(({ id }) => id));
      case 'cancel':
        for (const id of message.ids) if (find(id) && !find(id)?.elsewhere) inside.cancel(id);
        return;
      case 'hello':
        post({ type: 'working', images: listOwnWork() });
        return progress.tellAll();
      case 'working':
        adopt(message.images, claim);
        yieldTo(message.images, claim);
        return onAnswer();
      case 'progress':
        return follow(message.pictures, from);
    }
  }

  // Held until this tab ends, or the library in it. Nobody hears of a tab that does not hold its lock yet.
  await new Promise<void>((resolve, reject) => {
    const hold = () =>
      new Promise<void>((release) => {
        life.signal.addEventListener('abort', () => release(), { once: true });
        resolve();
      });
    locks.request(LOCK_PREFIX + ownId, hold).catch(reject);
  });
  const channel = new BroadcastChannel(channelName);
  channel.addEventListener('message', (event: MessageEvent<Envelope>) => receive(event.data));
  const unsubscribe = inside.subscribe(progress.note);

  return {
    post,
    async greet() {
      const { held = [] } = await locks.query();
      const others = held.filter(({ name }) => name?.startsWith(LOCK_PREFIX) && name !== LOCK_PREFIX + ownId);
      if (others.length === 0) return;
      await new Promise<void>((resolve) => {
        let missing = others.length;
        const timer = setTimeout(resolve, ANSWER_MS);
        onAnswer = () => {
          missing -= 1;
          if (missing > 0) return;
          clearTimeout(timer);
          resolve();
        };
        post({ type: 'hello' });
      });
      onAnswer = () => {};
    },
    close() {
      life.abort();
      unsubscribe();
      progress.close();
      channel.close();
    },
  };
}
