import { useEffect, useState } from 'react';
import type { DeviceDescription } from './device-report.ts';

function readBrowser(): string {
  const brands = (navigator as { userAgentData?: { brands: { brand: string; version: string }[] } })
    .userAgentData?.brands;
  const named = brands?.find(({ brand }) => !/not.?a.?brand/i.test(brand));
  return named ? `${named.brand} ${named.version}` : navigator.userAgent;
}

async function readGpu(): Promise<string | null> {
  try {
    const adapter = await (navigator.gpu as GPU | undefined)?.requestAdapter();
    if (!adapter) return null;
    const { vendor, architecture, description } = adapter.info;
    return [vendor, architecture, description].filter(Boolean).join(' ') || 'WebGPU';
  } catch {
    return null;
  }
}

/** What the browser says of the device. */
export function useDeviceDescription(): DeviceDescription {
  const [gpu, setGpu] = useState<string | null>(null);
  useEffect(() => {
    let isCurrent = true;
    void readGpu().then((name) => {
      if (isCurrent) setGpu(name);
    });
    return () => {
      isCurrent = false;
    };
  }, []);
  return {
    browser: readBrowser(),
    cores: navigator.hardwareConcurrency,
    memoryGb: (navigator as { deviceMemory?: number }).deviceMemory ?? null,
    gpu,
    isIsolated: self.crossOriginIsolated,
  };
}
