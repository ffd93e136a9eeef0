/** The least of the numbers that there are; undefined where there is none. */
export function least(...numbers: (number | null)[]): number | undefined {
  const given = numbers.filter((number) => number !== null);
  return given.length > 0 ? Math.min(...given) : undefined;
}
