import { startTransition, useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { createLiveClient } from '../../../client/live-client.ts';
import type { LiveClient, LiveSourceKind } from '../../../client/live-client.types.ts';
import { findWasmRefusal } from '../../../client/self-test-key.ts';
import { useServices } from '../../services.tsx';
import { useNoticeStore } from '../../stores/notice-store.ts';
import { useLiveStore } from '../../stores/live-store.ts';
import { LiveContext, useLive } from './live-context.ts';
import { LivePanel } from './LivePanel.tsx';
import { saveRecording } from './save-recording.ts';
import { LiveStage } from './LiveStage.tsx';
import { useLiveSettings } from './useLiveSettings.ts';
import { useStart } from './useLiveSource.ts';
import './live.css';

interface LivePageProps {
  /** Where the parts of the page go. */
  children(parts: { readonly stage: ReactNode; readonly panel: ReactNode }): ReactNode;
}

function readSourceParameter(): LiveSourceKind | null {
  const value = new URLSearchParams(location.search).get('source');
  return value === 'camera' || value === 'screen' || value === 'file' ? value : null;
}

/** Live view: the camera is on only while this page is there. */
export function LivePage({ children }: LivePageProps) {
  const [live, setLive] = useState<LiveClient | null>(null);
  const { i18n } = useTranslation('live');
  const { profile } = useServices();
  useEffect(() => {
    const t = i18n.getFixedT(null, 'live');
    const { notify } = useNoticeStore.getState();
    const created = createLiveClient({
      findWasmRefusal: (request) => findWasmRefusal(profile, request),
      onRecorded(file, why) {
        saveRecording(file, t);
        const text = t(why === 'worker-died' ? 'controls.recordingSaved' : 'controls.recordingKept');
        notify({ id: 'live-recording', tone: 'info', text });
      },
      onRecordingLost() {
        notify({ id: 'live-recording', tone: 'error', text: t('controls.recordingLost') });
      },
    });
    // Made and disposed of by this effect: the client is no value to render, but a system with a life of its own.
    // As a transition, so that the whole page is not rendered in one long task.
    startTransition(() => setLive(created));
    return () => created.dispose();
  }, [i18n, profile]);
  if (live === null) return children({ stage: null, panel: null });
  return (
    <LiveContext value={live}>
      <LiveWork />
      {children({ stage: <LiveStage />, panel: <LivePanel /> })}
    </LiveContext>
  );
}

/** Draws nothing: settings go to the client, and the address may ask for a source. */
function LiveWork() {
  const live = useLive();
  const start = useStart();
  useLiveSettings();
  const isAsked = useRef(false);
  useEffect(() => {
    if (isAsked.current) return;
    isAsked.current = true;
    const asked = readSourceParameter();
    if (asked === null) return;
    useLiveStore.getState().update({ sourceKind: asked });
    // Screens and files want a click; a camera asks by itself.
    if (asked === 'camera') start();
  }, [live, start]);
  return null;
}
