import type { PermissionRequest } from "../schema";

type Option = PermissionRequest["options"][number];

/** Whether the answer holds for this call alone. One of an unknown kind counts as such: it is shown as the agent named it. */
export const isOfOnce = ({ kind }: Option) => !kind.endsWith("_always");

const ORDER = ["allow_once", "reject_once", "allow_always", "reject_always"];
const placeOf = ({ kind }: Option) => (ORDER.indexOf(kind) + ORDER.length + 1) % (ORDER.length + 1);

/** The narrowest answers first, whatever order the agent has. */
export const answersInOrder = (options: readonly Option[]): Option[] =>
  options.toSorted((a, b) => placeOf(a) - placeOf(b));
