/** A form for a new run that was not sent. */
export interface StartDraft {
  name: string;
  /** The args as JSON text; null: as they were at first. */
  args: string | null;
}

const keyOf = (definition_id: string) => `phaseboard:start:${definition_id}`;

/** What was typed for a run of the definition in this tab; null for nothing. */
export function readStartDraft(definition_id: string): StartDraft | null {
  try {
    const stored = JSON.parse(
      sessionStorage.getItem(keyOf(definition_id)) ?? "null",
    ) as Partial<StartDraft> | null;
    if (typeof stored?.name !== "string") return null;
    return { name: stored.name, args: typeof stored.args === "string" ? stored.args : null };
  } catch {
    // Storage may be disabled or hold something unreadable.
    return null;
  }
}

/** Keeps it until the run is started; nothing typed keeps nothing. */
export function keepStartDraft(definition_id: string, draft: StartDraft | null): void {
  try {
    if (draft === null || (draft.name === "" && draft.args === null)) {
      sessionStorage.removeItem(keyOf(definition_id));
    } else sessionStorage.setItem(keyOf(definition_id), JSON.stringify(draft));
  } catch {
    // Storage is disabled or full; then a closed form is lost.
  }
}
