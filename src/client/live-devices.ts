/** Tells when cameras come and go, and when the user allows them after all. */
import { requireDevices } from './live-sources.ts';

export interface DeviceWatch {
  /** Ends the watch. */
  readonly signal: AbortSignal;
  readonly onDeviceChange: () => void;
  readonly onCameraAllowed: () => void;
}

export function watchDevices({ signal, onDeviceChange, onCameraAllowed }: DeviceWatch): void {
  try {
    requireDevices().addEventListener('devicechange', onDeviceChange, { signal });
    void navigator.permissions
      .query({ name: 'camera' })
      .then((permission) =>
        permission.addEventListener(
          'change',
          () => {
            if (permission.state === 'granted') onCameraAllowed();
          },
          { signal },
        ),
      )
      .catch(() => undefined);
  } catch {
    // No devices here: starting says so.
  }
}
