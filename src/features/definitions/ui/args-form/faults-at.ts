import type { FieldFault } from "../../../../lib/errors";
import { joinPath, type PathSegment } from "../../../../lib/field-path";

const isWithin = (path: string, outer: string) =>
  path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);

/**
 * The fault at `path` or below it, in one line; null if there is none. Faults below a field in `inner` are
 * left out, since that field shows them.
 */
export function faultAt(
  faults: FieldFault[],
  path: string,
  inner: readonly PathSegment[] = [],
): string | null {
  const fields = inner.map((segment) => joinPath(path, segment));
  const found = faults.filter(
    (each) => isWithin(each.path, path) && !fields.some((field) => isWithin(each.path, field)),
  );
  if (found.length === 0) return null;
  return found
    .map((each) => {
      const rest = each.path
        .slice(path.length)
        .replace(/^\./, "")
        .replace(/^\[(\d+)\]/, (_, index) => `Item ${Number(index) + 1}`);
      return rest === "" ? capital(each.message) : `${rest} ${each.message}`;
    })
    .join("; ");
}

const capital = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
