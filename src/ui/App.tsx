/** The frame of the app: which feature sits where. */
import type { ReactNode } from 'react';

interface AppProps {
  readonly bar: ReactNode;
  readonly viewer: ReactNode;
  readonly inspector: ReactNode;
  readonly strip: ReactNode;
}

export function AppLayout({ bar, viewer, inspector, strip }: AppProps) {
  return (
    <div className="shell">
      {bar}
      <main className="shell-viewer" id="viewer" tabIndex={-1}>
        {viewer}
      </main>
      <aside className="shell-inspector">{inspector}</aside>
      <section className="shell-strip">{strip}</section>
    </div>
  );
}
