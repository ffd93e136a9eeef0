let field: HTMLTextAreaElement | null = null;
let wanted = false;

/** Puts the cursor into the field for a new comment, also where it only appears with the next paint. */
export function focusComposer(): void {
  wanted = field === null;
  field?.focus();
}

/** The field tells that it is there, and that it is gone. */
export function setComposerField(element: HTMLTextAreaElement | null): void {
  field = element;
  if (!element || !wanted) return;
  wanted = false;
  element.focus();
}
