import { describe, expect, it } from 'vitest';
import { createNotices } from './notices.ts';

describe('notices', () => {
  it('say the same thing once, even after it was dismissed', () => {
    const notices = createNotices(() => undefined);
    notices.add('cache-unavailable');
    notices.add('cache-unavailable');
    expect(notices.list()).toEqual([{ id: 1, code: 'cache-unavailable', details: {} }]);
    notices.dismiss(1);
    notices.add('cache-unavailable');
    expect(notices.list()).toEqual([]);
  });

  it('are said for each model they concern', () => {
    const notices = createNotices(() => undefined);
    for (const model of ['A', 'B', 'A']) notices.add('webgpu-refused', { model });
    expect(notices.list().map(({ details }) => details.model)).toEqual(['A', 'B']);
  });

  it('may repeat that a worker was restarted, but not twice on screen', () => {
    const notices = createNotices(() => undefined);
    notices.add('worker-restarted');
    notices.add('worker-restarted');
    expect(notices.list()).toHaveLength(1);
    notices.dismiss(1);
    notices.add('worker-restarted');
    expect(notices.list().map(({ id }) => id)).toEqual([2]);
  });
});
