const MORNING = 9;
const HOUR_MS = 3_600_000;

/** When a snoozed item can come back, in the reader's own time. */
export function snoozeTimes(now: Date): { id: string; label: string; at: Date }[] {
  const morningIn = (days: number) =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, MORNING);
  const toMonday = (8 - now.getDay()) % 7 || 7;
  return [
    { id: "hour", label: "For an hour", at: new Date(now.getTime() + HOUR_MS) },
    { id: "tomorrow", label: "Until tomorrow, 9:00", at: morningIn(1) },
    ...(toMonday > 1 ? [{ id: "monday", label: "Until Monday, 9:00", at: morningIn(toMonday) }] : []),
    { id: "week", label: "For a week", at: morningIn(7) },
  ];
}
