/** "Open with": files that the system hands to the installed app (WICG file handling). */
interface LaunchParams {
  readonly files: readonly FileSystemFileHandle[];
}

interface LaunchQueue {
  setConsumer(consumer: (params: LaunchParams) => void): void;
}

/** Calls back for each launch with files, also for those before this call. Nothing where the browser has no queue. */
export function onLaunchedFiles(
  onFiles: (files: readonly File[]) => void,
  scope: { readonly launchQueue?: LaunchQueue } = window as { readonly launchQueue?: LaunchQueue },
): void {
  scope.launchQueue?.setConsumer(({ files: handles }) => {
    if (handles.length === 0) return;
    void Promise.all(handles.map((handle) => handle.getFile())).then(onFiles);
  });
}
