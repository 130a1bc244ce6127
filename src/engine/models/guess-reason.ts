/** Why the draft says what it says; the UI words them (`models.guess.<code>`). */
export interface GuessReason {
  readonly code:
    | 'family-recognised' // family
    | 'output-by-name' // name
    | 'output-by-shape' // name
    | 'size-fixed' // widthPx, heightPx
    | 'size-dynamic' // multipleOf
    | 'normalisation-in-graph' // operator
    | 'normalisation-assumed' // mean
    | 'channels-swapped'
    | 'labels-by-count' // count, labelSet
    | 'labels-unknown'; // count
  readonly details: Readonly<Record<string, string | number>>;
}
