/** A list of values for `in`, as `sql([…])` makes it, or a quoted name, as `sql("name")` does. */
export class Helper {
  constructor(readonly value: string | readonly unknown[]) {}
}

/** A query that can also be a part of another: the text between its parameters, and the parameters. */
export interface Fragment {
  readonly strings: readonly string[];
  readonly args: readonly unknown[];
}

/** Text with `$n` in place of each parameter. */
export function compile(
  { strings, args }: Fragment,
  isFragment: (value: unknown) => value is Fragment,
): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const write = (fragment: Fragment): string =>
    fragment.strings.reduce((text, string, index) => text + place(fragment.args[index - 1]) + string);
  const place = (value: unknown): string => {
    if (isFragment(value)) return write(value);
    if (value instanceof Helper) return placeHelper(value);
    values.push(value === undefined ? null : value);
    return `$${values.length}`;
  };
  const placeHelper = ({ value }: Helper): string => {
    if (typeof value === "string") return quoteName(value);
    return `(${value.length > 0 ? value.map(place).join(",") : "null"})`;
  };
  return { text: write({ strings, args }), values };
}

/** Each part of a dotted name in quotes. */
export function quoteName(name: string): string {
  return name
    .split(".")
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join(".");
}
