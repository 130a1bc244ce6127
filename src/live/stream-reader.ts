/** Reads a frame when one is wanted: the browser keeps the newest for us and drops those before. Whoever gets a frame closes it. */
export interface StreamReaderOptions {
  /** Resolves when somebody can take a frame. */
  readonly whenWanted: () => Promise<void>;
  readonly onFrame: (frame: VideoFrame) => void;
  /** The stream ended by itself (camera unplugged, sharing stopped). */
  readonly onEnd: () => void;
}

/** Returns the stop: afterwards no frame is delivered, and one that is on its way is closed. */
export function readStream(stream: ReadableStream<VideoFrame>, options: StreamReaderOptions): () => void {
  const reader = stream.getReader();
  let isStopped = false;

  const read = async (): Promise<void> => {
    for (;;) {
      await options.whenWanted();
      if (isStopped) return;
      const { done, value } = await reader.read();
      if (isStopped) {
        value?.close();
        return;
      }
      if (done) return options.onEnd();
      options.onFrame(value);
    }
  };
  read().catch(() => {
    if (!isStopped) options.onEnd();
  });

  return () => {
    isStopped = true;
    reader.cancel().catch(() => undefined);
  };
}
