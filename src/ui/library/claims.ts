/**
 * Who works on a picture when several tabs say so at once: every tab comes to the same answer, whatever the order in
 * which it hears. The latest claim holds, of two at the same time that of the tab with the greater id. Time is a count of
 * messages, not a clock (Lamport, "Time, Clocks, and the Ordering of Events in a Distributed System", 1978).
 */

export interface Claim {
  readonly at: number;
  readonly tab: string;
}

export interface Claims {
  /** The time of a message that is sent now. */
  stamp(): number;
  /** The time of a message that has come; absent in those of older versions of the app: now. */
  hear(at: number | undefined): number;
  /** Whether this claim holds against all that were heard of; then it is remembered. */
  holds(imageId: string, claim: Claim): boolean;
}

function isLater(a: Claim, b: Claim): boolean {
  return a.at > b.at || (a.at === b.at && a.tab > b.tab);
}

export function createClaims(): Claims {
  let time = 0;
  const latest = new Map<string, Claim>();
  return {
    stamp: () => ++time,
    hear(at) {
      time = Math.max(time, at ?? time + 1);
      return at ?? time;
    },
    holds(imageId, claim) {
      const known = latest.get(imageId);
      if (known !== undefined && isLater(known, claim)) return false;
      latest.set(imageId, claim);
      return true;
    },
  };
}
