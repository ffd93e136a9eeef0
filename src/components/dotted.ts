/**
 * Classes of a row of facts with a dot between them, which no screen reader says. Each fact brings the dot ahead of
 * it, and what stands at the beginning of a line is cut off.
 */
export const DOTTED =
  "-ml-4 flex min-w-0 [clip-path:inset(0_0_0_1rem)] *:before:inline-block *:before:w-4 *:before:text-center *:before:text-faint *:before:content-['·'/'']";
