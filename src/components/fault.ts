import { ForeignAnswer, sayForeignAnswer } from "../lib/foreign-answer";

/** An API error with its code and the faulty fields. */
export interface Fault {
  message: string;
  /** The HTTP response, if the answer was not from the API. */
  meta?: Record<string, unknown> | undefined;
  cause?: unknown;
  data?: { code?: string; details?: { path: string; message: string }[] } | null | undefined;
}

/** What happened and what to do next. For a call that did not reach the server, the browser's own message. */
export function sayFault(error: Fault): string {
  if (error.data) return error.message;
  if (error.cause instanceof ForeignAnswer) return error.cause.message;
  const { response } = error.meta ?? {};
  if (response instanceof Response) return sayForeignAnswer(response.status);
  return "The server does not answer. Check that it runs, then try again.";
}

/** What is wrong at a field, as a sentence; null if nothing is. */
export function faultOf(error: Fault | null | undefined, path: string): string | null {
  const found = error?.data?.details?.find((detail) => detail.path === path);
  if (!found) return null;
  const { message } = found;
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}`;
}

/** The message above a form's buttons; null if each fault is shown at its field. */
export function restOfFault(error: Fault | null | undefined, shownPaths: readonly string[]): string | null {
  if (!error) return null;
  const details = error.data?.details ?? [];
  const allShown = details.length > 0 && details.every((detail) => shownPaths.includes(detail.path));
  return allShown ? null : sayFault(error);
}
