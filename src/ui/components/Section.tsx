import { ChevronDown } from 'lucide-react';
import { Collapsible } from 'radix-ui';
import type { ReactNode } from 'react';
import { useSettingsStore } from '../stores/settings-store.ts';

interface SectionProps {
  /** Name under which open or closed is remembered. */
  readonly id: string;
  readonly title: string;
  readonly children: ReactNode;
}

/** A panel of the inspector: collapses, and remembers it. */
export function Section({ id, title, children }: SectionProps) {
  const isOpen = useSettingsStore((state) => state.panels[id] ?? true);
  const setOpen = (open: boolean) => {
    const { panels, update } = useSettingsStore.getState();
    update({ panels: { ...panels, [id]: open } });
  };
  return (
    <Collapsible.Root asChild open={isOpen} onOpenChange={setOpen}>
      <section className="section" aria-label={title}>
        <h2>
          <Collapsible.Trigger className="section-head">
            {title}
            <ChevronDown aria-hidden />
          </Collapsible.Trigger>
        </h2>
        <Collapsible.Content className="section-body">{children}</Collapsible.Content>
      </section>
    </Collapsible.Root>
  );
}
