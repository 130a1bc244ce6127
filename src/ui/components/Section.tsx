import { ChevronDown } from 'lucide-react';
import { useId, type ReactNode } from 'react';
import { useSettingsStore } from '../stores/settings-store.ts';

interface SectionProps {
  /** Name under which open or closed is remembered. */
  readonly id: string;
  readonly title: string;
  readonly children: ReactNode;
}

/**
 * A panel of the inspector: collapses, and remembers it. A plain button, because Radix' `Collapsible` measures its content
 * as it comes: three times per section the browser would style and lay out the page before it is shown.
 */
export function Section({ id, title, children }: SectionProps) {
  const bodyId = useId();
  const isOpen = useSettingsStore((state) => state.panels[id] ?? true);
  const toggle = () => {
    const { panels, update } = useSettingsStore.getState();
    update({ panels: { ...panels, [id]: !isOpen } });
  };
  return (
    <section className="section" aria-label={title}>
      <h2>
        <button
          type="button"
          className="section-head"
          aria-expanded={isOpen}
          aria-controls={isOpen ? bodyId : undefined}
          onClick={toggle}
        >
          {title}
          <ChevronDown aria-hidden />
        </button>
      </h2>
      {isOpen && (
        <div id={bodyId} className="section-body">
          {children}
        </div>
      )}
    </section>
  );
}
