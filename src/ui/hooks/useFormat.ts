import { createContext, useContext } from 'react';
import { createFormat, type Format } from './format.ts';

/** One for the whole page: making number formats is slow, using them is not. */
export const FormatContext = createContext<Format>(createFormat('en'));

/** Numbers in the active language. */
export function useFormat(): Format {
  return useContext(FormatContext);
}
