let field: HTMLTextAreaElement | null = null;
let wanted = false;

/** Focuses the field for a new comment, even if it appears only with the next paint. */
export function focusComposer(): void {
  wanted = field === null;
  field?.focus();
}

/** Called by the field when it mounts, and with null when it unmounts. */
export function setComposerField(element: HTMLTextAreaElement | null): void {
  field = element;
  if (!element || !wanted) return;
  wanted = false;
  element.focus();
}
