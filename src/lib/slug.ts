/** A name for use in an address: lower-case letters, digits and hyphens, at most 60; "" where none are left. */
export function slugOf(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 60)
    .replace(/^-|-$/g, "");
}

/** The id of a heading, by which an address leads to it. */
export const anchorOf = (title: string): string => `section-${slugOf(title)}`;

/** The slug `wanted`, with a number if it is `taken`. */
export function freeSlug(wanted: string, taken: ReadonlySet<string>): string {
  let slug = wanted;
  for (let number = 2; taken.has(slug); number++) slug = `${wanted}-${number}`;
  return slug;
}
