/** The panel beside the picture: what is computed, how it is shown, what can be saved. */
import { useDeferredValue } from 'react';
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

export function Inspector({ shown }: { readonly shown: ResultKind }) {
  // In two renderings: all sections at once would block the page while they are put into it.
  const areAllThere = useDeferredValue(true, false);
  return (
    <>
      <TaskSection />
      <MapSection kind={shown} />
      {areAllThere && <ShownSections shown={shown} />}
    </>
  );
}

function ShownSections({ shown }: { readonly shown: ResultKind }) {
  return (
    <>
      {shown === 'depth' ? (
        <ColourSection />
      ) : (
        <>
          <PartsSection />
          <PeopleSection />
          <FacesSection />
        </>
      )}
      <NumbersSection />
      {shown === 'depth' ? <SaveSection /> : <SavePartsSection />}
    </>
  );
}
