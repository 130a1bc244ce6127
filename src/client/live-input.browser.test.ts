/** Sources as a user and their devices make them come and go. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LiveSource } from './live-client.types.ts';
import { createLiveInput } from './live-input.ts';

const CAMERA: LiveSource = {
  kind: 'camera',
  camera: { deviceId: null, facing: 'user', heightPx: 240 },
};
const BUSY = new DOMException('another program has it', 'NotReadableError');
const REFUSED = new DOMException('no', 'NotAllowedError');

afterEach(() => void vi.restoreAllMocks());

function setUp(...answers: (MediaStream | DOMException | Promise<MediaStream>)[]) {
  vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockImplementation(async () => {
    const answer = await answers.shift();
    if (answer instanceof MediaStream) return answer;
    throw answer ?? new Error('asked too often');
  });
  const log: string[] = [];
  const input = createLiveInput({
    onOpening: (_, isQuiet) => log.push(isQuiet ? 'try' : 'opening'),
    onOpen: async () => void log.push('open'),
    onClosing: () => undefined,
    onProblem: (problem) => log.push(problem),
  });
  return { input, log };
}

function makeStream(): MediaStream {
  return document.createElement('canvas').captureStream(1);
}

describe('a camera', () => {
  it('that another program has is tried again when a device comes back, without a word until it works', async () => {
    const { input, log } = setUp(BUSY, BUSY, makeStream());
    await input.open(CAMERA);
    expect(log).toEqual(['opening', 'in-use']);
    input.retry();
    await vi.waitFor(() => expect(log).toEqual(['opening', 'in-use', 'try', 'in-use']));
    input.retry();
    await vi.waitFor(() => expect(log.slice(4)).toEqual(['try', 'open']));
    expect(input.source?.kind).toBe('camera');
    input.retry();
    expect(log).toHaveLength(6);
    input.close();
  });

  it('that was refused is opened when the user allows it, not when a device comes', async () => {
    const { input, log } = setUp(REFUSED, makeStream());
    await input.open(CAMERA);
    input.retry();
    expect(log).toEqual(['opening', 'refused']);
    input.retryRefused();
    await vi.waitFor(() => expect(log.slice(2)).toEqual(['opening', 'open']));
    input.close();
  });

  it('that comes after all is closed when it was given up meanwhile', async () => {
    const stream = makeStream();
    let give: (stream: MediaStream) => void = () => undefined;
    const { input, log } = setUp(new Promise<MediaStream>((resolve) => (give = resolve)));
    const opening = input.open(CAMERA);
    input.close();
    give(stream);
    await opening;
    expect(log).toEqual(['opening']);
    expect(input.source).toBeNull();
    expect(stream.getTracks().map(({ readyState }) => readyState)).toEqual(['ended']);
  });

  it('that is unplugged is closed and said to be, and nothing is wanted any more after a stop', async () => {
    const stream = makeStream();
    const { input, log } = setUp(stream);
    await input.open(CAMERA);
    stream.getVideoTracks()[0]!.dispatchEvent(new Event('ended'));
    expect(log).toEqual(['opening', 'open', 'unplugged']);
    expect(input.source).toBeNull();
    input.close();
    input.retry();
    expect(log).toHaveLength(3);
  });
});
