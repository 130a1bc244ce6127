/** What the app stands on: services, queries, language, tooltips. */
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import type { i18n } from 'i18next';
import type { ReactNode } from 'react';
import { I18nextProvider } from 'react-i18next';
import { TooltipProvider } from './components/Tooltip.tsx';
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
          <TooltipProvider>{children}</TooltipProvider>
        </ServicesProvider>
      </QueryClientProvider>
    </I18nextProvider>
  );
}
