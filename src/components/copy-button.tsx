"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "./button";
import { IconButton } from "./icon-button";
import { toast } from "./toast";

/** The clipboard interface exists only on https and localhost; a selection works everywhere. */
async function copy(text: string): Promise<void> {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
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

/** Copies `text`. `label` says what ("Copy token"); with `wide` it is written out. */
export function CopyButton({ text, label, wide = false }: { text: string; label: string; wide?: boolean }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1600);
    return () => clearTimeout(timer);
  }, [copied]);

  const onClick = () =>
    copy(text).then(
      () => setCopied(true),
      () => toast.failed("The browser did not let us copy", { description: "Select the text and copy it." }),
    );
  const said = (
    <span role="status" className="sr-only">
      {copied ? "Copied" : ""}
    </span>
  );
  return (
    <>
      {wide ? (
        <Button icon={copied ? Check : Copy} onClick={onClick}>
          {label}
        </Button>
      ) : (
        <IconButton label={label} icon={copied ? Check : Copy} onClick={onClick} />
      )}
      {said}
    </>
  );
}
