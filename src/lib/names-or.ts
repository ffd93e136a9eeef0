/** "Ada", "Ada or Grace", "Ada, Grace or 3 others". */
export function namesOr(names: readonly string[], most = 4): string {
  const rest = names.length - most;
  const shown = rest > 1 ? [...names.slice(0, most), `${rest} others`] : names;
  return new Intl.ListFormat("en-GB", { type: "disjunction" }).format(shown);
}
