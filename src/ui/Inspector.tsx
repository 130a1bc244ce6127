/** The panel beside the picture: what is computed, how it is shown, what can be saved. */
import { startTransition, useEffect, useState } from 'react';
import { ColourSection } from './features/colour/ColourSection.tsx';
import { MapSection } from './features/map/MapSection.tsx';
import { NumbersSection } from './features/numbers/NumbersSection.tsx';
import { FacesSection } from './features/parsing/FacesSection.tsx';
import { PartsSection } from './features/parsing/PartsSection.tsx';
import { PeopleSection } from './features/parsing/PeopleSection.tsx';
import { TaskSection } from './features/parsing/TaskSection.tsx';
import { SavePartsSection } from './features/save/SavePartsSection.tsx';
import { SaveSection } from './features/save/SaveSection.tsx';
import type { ResultKind } from './task-id.ts';

/** How many of the sections are in the page: one more with each rendering. All at once would block it while they are put in. */
function useGrowingCount(total: number): number {
  const [count, setCount] = useState(1);
  useEffect(() => {
    if (count < total) startTransition(() => setCount(count + 1));
  }, [count, total]);
  return count;
}

export function Inspector({ shown }: { readonly shown: ResultKind }) {
  const before = [<TaskSection key="task" />, <MapSection key="map" kind={shown} />];
  const numbers = <NumbersSection key="numbers" />;
  const sections =
    shown === 'depth'
      ? [...before, <ColourSection key="colour" />, numbers, <SaveSection key="save" />]
      : [
          ...before,
          <PartsSection key="parts" />,
          <PeopleSection key="people" />,
          <FacesSection key="faces" />,
          numbers,
          <SavePartsSection key="save-parts" />,
        ];
  return sections.slice(0, useGrowingCount(sections.length));
}
