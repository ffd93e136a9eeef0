import { ForeignAnswer, sayForeignAnswer } from "../lib/foreign-answer";

/** An error as the API gives it: its own kind carries a code and the fields at fault. */
export interface Fault {
  message: string;
  /** The answer, where one came that was not the API's. */
  meta?: Record<string, unknown> | undefined;
  cause?: unknown;
  data?: { code?: string; details?: { path: string; message: string }[] } | null | undefined;
}

/** What happened and what to do next; a call that never reached the server has only the browser's words. */
export function sayFault(error: Fault): string {
  if (error.data) return error.message;
  if (error.cause instanceof ForeignAnswer) return error.cause.message;
  const { response } = error.meta ?? {};
  if (response instanceof Response) return sayForeignAnswer(response.status);
  return "The server does not answer. Check that it runs, then try again.";
}

/** What is wrong at a field, as a sentence; null where nothing is. */
export function faultOf(error: Fault | null | undefined, path: string): string | null {
  const found = error?.data?.details?.find((detail) => detail.path === path);
  if (!found) return null;
  const { message } = found;
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}`;
}

/** What to say above the form's buttons: the message, unless each of its faults is shown at a field. */
export function restOfFault(error: Fault | null | undefined, shownPaths: readonly string[]): string | null {
  if (!error) return null;
  const details = error.data?.details ?? [];
  const allShown = details.length > 0 && details.every((detail) => shownPaths.includes(detail.path));
  return allShown ? null : sayFault(error);
}
