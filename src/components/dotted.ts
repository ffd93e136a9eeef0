/**
 * Classes for a row of facts separated by dots that screen readers skip. Each fact has a dot before it; a dot
 * at the start of a line is clipped.
 */
export const DOTTED =
  "-ml-4 flex min-w-0 [clip-path:inset(0_0_0_1rem)] *:before:inline-block *:before:w-4 *:before:text-center *:before:text-faint *:before:content-['·'/'']";
