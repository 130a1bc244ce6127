/** What the app stands on: services, queries, language, tooltips. */
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import type { i18n } from 'i18next';
import { useEffect, useMemo, type ReactNode } from 'react';
import { I18nextProvider, useTranslation } from 'react-i18next';
import { TooltipProvider } from './components/Tooltip.tsx';
import { createFormat } from './hooks/format.ts';
import { FormatContext } from './hooks/useFormat.ts';
import { ServicesProvider, type Services } from './services.tsx';

interface ProvidersProps {
  readonly services: Services;
  readonly queryClient: QueryClient;
  readonly i18n: i18n;
  readonly children: ReactNode;
}

export function Providers({ services, queryClient, i18n, children }: ProvidersProps) {
  return (
    <I18nextProvider i18n={i18n}>
      <QueryClientProvider client={queryClient}>
        <ServicesProvider value={services}>
          <NumberFormats>
            <TooltipProvider>{children}</TooltipProvider>
          </NumberFormats>
        </ServicesProvider>
      </QueryClientProvider>
    </I18nextProvider>
  );
}

function NumberFormats({ children }: { readonly children: ReactNode }) {
  const { i18n, t } = useTranslation();
  const format = useMemo(() => createFormat(i18n.language), [i18n.language]);
  // The first number of each kind loads the browser's tables for the language: not with the first picture's rendering.
  useEffect(() => {
    const uses = [
      () => format.number(0),
      () => format.percent(0),
      () => t('library.countDone', { count: 1 }),
    ];
    const timers = uses.map((use) => setTimeout(use));
    return () => timers.forEach(clearTimeout);
  }, [format, t]);
  return <FormatContext value={format}>{children}</FormatContext>;
}
