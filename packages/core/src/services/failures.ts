/** What works on when nobody waits for it: few and known, so that failures can be counted by it. */
export const BACKGROUND_PARTS = [
  'sessions',
  'listeners',
  'knowledge',
  'schedules',
  'telephone',
  'notices',
  'retention',
  'contacts',
  'tick',
] as const;
export type BackgroundPart = (typeof BACKGROUND_PARTS)[number];
/** Hears where something failed in the background. */
export type FailureListener = (at: BackgroundPart) => void;
type Report = (cause: unknown, id: string) => void;

/** Tells whoever counts of each failure that nobody waits for; all but those of `tick`, which its caller hears, are reported. */
export function createFailures(report: Report) {
  const listeners = new Set<FailureListener>();
  const tell: FailureListener = (at) => listeners.forEach((hear) => hear(at));

  return {
    /** How this part reports. */
    reportOf:
      (at: BackgroundPart): Report =>
      (cause, id) => {
        tell(at);
        report(cause, id);
      },
    /** Does what is due. */
    async tick<T>(work: () => Promise<T>): Promise<T> {
      try {
        return await work();
      } catch (cause) {
        tell('tick');
        throw cause;
      }
    },
    /** Gives how to stop hearing. */
    hear(listener: FailureListener): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
