import { useCallback, useEffect, useState } from 'react';

/**
 * The viewer fills the window through CSS, and the window the screen where the browser allows it (iPhones do not).
 * The whole document goes to full screen, so that tooltips, notices and dialogs stay visible.
 */
export function useFullScreen(): readonly [isOn: boolean, setOn: (isOn: boolean) => void] {
  const [isOn, setIsOn] = useState(false);

  useEffect(() => {
    if (!isOn) return;
    const onChange = () => {
      if (document.fullscreenElement === null) setIsOn(false);
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) setIsOn(false);
    };
    document.addEventListener('fullscreenchange', onChange);
    window.addEventListener('keydown', onKeyDown);
    return () => {
      document.removeEventListener('fullscreenchange', onChange);
      window.removeEventListener('keydown', onKeyDown);
      if (document.fullscreenElement !== null) void document.exitFullscreen();
    };
  }, [isOn]);

  const setOn = useCallback((wanted: boolean) => {
    setIsOn(wanted);
    if (wanted && document.fullscreenEnabled) {
      // Refused (no user gesture, policy): filling the window is what remains.
      document.documentElement.requestFullscreen({ navigationUI: 'hide' }).catch(() => undefined);
    }
  }, []);
  return [isOn, setOn];
}
