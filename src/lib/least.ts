/** The smallest of the numbers, without nulls; undefined where there is none. */
export function least(...numbers: (number | null)[]): number | undefined {
  const given = numbers.filter((number) => number !== null);
  return given.length > 0 ? Math.min(...given) : undefined;
}
