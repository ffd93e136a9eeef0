/** The first moment of a day `2026-03-04` in the reader's own time zone, or of one some days later; undefined for none. */
export function startOfDay(day: string | null, later = 0): string | undefined {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day ?? "") ?? [];
  if (!year || Number(year) < 1970) return undefined;
  return new Date(Number(year), Number(month) - 1, Number(date) + later).toISOString();
}
