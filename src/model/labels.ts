/** The colors that a label can have, by their names in the style sheet. */
export const LABEL_COLORS = [
  "gray",
  "red",
  "orange",
  "amber",
  "green",
  "teal",
  "blue",
  "violet",
  "pink",
] as const;
export type LabelColor = (typeof LABEL_COLORS)[number];
