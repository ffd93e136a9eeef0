import type { z } from "zod";
import { AppError } from "../lib/errors";

/** commander gives `--new-email` as `newEmail`. */
const asTyped = (part: PropertyKey) => String(part).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** A command's options by their schema. Throws BAD_REQUEST that names each option at fault. */
export function parseOptions<T extends z.ZodType>(schema: T, given: unknown): z.infer<T> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    (issue) => `--${issue.path.map(asTyped).join(".")} ${issue.message}`,
  );
  throw new AppError("BAD_REQUEST", faults.join("; "));
}
