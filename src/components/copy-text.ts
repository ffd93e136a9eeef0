import { toast } from "./toast";

/** Copies text to the clipboard. Throws if the browser refuses. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  // The clipboard API exists only on https and localhost; copying a selection works everywhere.
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) throw new Error("the browser refused to copy");
}

/** Copies a link, and says whether the browser let it. */
export function copyLink(link: string): void {
  void copyText(link).then(
    () => toast.done("Link copied"),
    () => toast.failed("The browser did not let us copy"),
  );
}
