/** Figures for the panel: rates, latency, stage times, sizes. */
import { LIVE_STAGES, type LiveFrame, type LiveStage } from '../worker/live-api.ts';
import { createRateMeter } from './rate-meter.ts';

/** Weight of the newest frame in a mean: about the last ten count. */
const NEWEST_WEIGHT = 0.15;

export interface LiveMeters {
  /** True when this frame has another size than the one before. */
  received(frame: LiveFrame): boolean;
  /** So many frames of the source were never seen. */
  skipped(count: number): void;
  processed(): void;
  /** `latencyMs`: null where the frame's is no typical one. */
  shown(latencyMs: number | null): void;
  stage(stage: LiveStage, elapsedMs: number): void;
  map(size: { readonly widthPx: number; readonly heightPx: number }): void;
  read(): {
    readonly fpsReceived: number;
    readonly fpsProcessed: number;
    readonly fpsShown: number;
    readonly latencyMs: number | null;
    readonly stagesMs: Readonly<Record<LiveStage, number>>;
    readonly sourceWidthPx: number;
    readonly sourceHeightPx: number;
    readonly mapWidthPx: number;
    readonly mapHeightPx: number;
  };
}

function follow(mean: number | undefined, value: number): number {
  return mean === undefined ? value : mean + NEWEST_WEIGHT * (value - mean);
}

export function createLiveMeters(now: () => number): LiveMeters {
  const receivedRate = createRateMeter();
  const processedRate = createRateMeter();
  const shownRate = createRateMeter();
  const stages = new Map<LiveStage, number>();
  let latencyMs: number | undefined;
  let source = { sourceWidthPx: 0, sourceHeightPx: 0 };
  let map = { mapWidthPx: 0, mapHeightPx: 0 };
  return {
    received(frame) {
      receivedRate.tick(now());
      const previous = source;
      source =
        'displayWidth' in frame
          ? { sourceWidthPx: frame.displayWidth, sourceHeightPx: frame.displayHeight }
          : { sourceWidthPx: frame.width, sourceHeightPx: frame.height };
      return (
        source.sourceWidthPx !== previous.sourceWidthPx || source.sourceHeightPx !== previous.sourceHeightPx
      );
    },
    skipped(count) {
      for (let i = 0; i < Math.min(count, 100); i++) receivedRate.tick(now());
    },
    processed: () => processedRate.tick(now()),
    shown(frameLatencyMs) {
      shownRate.tick(now());
      if (frameLatencyMs !== null) latencyMs = follow(latencyMs, frameLatencyMs);
    },
    stage: (stage, elapsedMs) => stages.set(stage, follow(stages.get(stage), elapsedMs)),
    map(size) {
      map = { mapWidthPx: size.widthPx, mapHeightPx: size.heightPx };
    },
    read: () => ({
      fpsReceived: receivedRate.read(now()),
      fpsProcessed: processedRate.read(now()),
      fpsShown: shownRate.read(now()),
      latencyMs: latencyMs ?? null,
      stagesMs: Object.fromEntries(LIVE_STAGES.map((stage) => [stage, stages.get(stage) ?? 0])) as Record<
        LiveStage,
        number
      >,
      ...source,
      ...map,
    }),
  };
}
