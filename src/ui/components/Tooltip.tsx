import { Tooltip as Primitive } from 'radix-ui';
import type { ReactNode } from 'react';

interface TooltipProps {
  readonly text: ReactNode;
  readonly shortcut?: string;
  /** The trigger's own name says the same: screen readers need not say it twice. */
  readonly isName?: boolean;
  readonly side?: 'top' | 'right' | 'bottom' | 'left';
  /** One element that takes a ref and events. */
  readonly children: ReactNode;
}

/** A hint on hover and focus. Never the only place of a fact: the trigger carries its own name. */
export function Tooltip({ text, shortcut, isName = false, side = 'bottom', children }: TooltipProps) {
  return (
    <Primitive.Root>
      <Primitive.Trigger asChild {...(isName ? { 'aria-describedby': undefined } : {})}>
        {children}
      </Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          className="tooltip"
          aria-hidden={isName || undefined}
          side={side}
          sideOffset={6}
          collisionPadding={8}
        >
          {text}
          {shortcut && <kbd>{shortcut}</kbd>}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

/** Once, around the app. */
export function TooltipProvider({ children }: { readonly children: ReactNode }) {
  return (
    <Primitive.Provider delayDuration={400} skipDelayDuration={200}>
      {children}
    </Primitive.Provider>
  );
}
