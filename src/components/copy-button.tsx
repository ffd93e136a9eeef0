"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "./button";
import { copyText } from "./copy-text";
import { IconButton } from "./icon-button";
import { toast } from "./toast";

/** Copies `text`. `label` says what, as in "Copy token"; `wide` shows the label. */
export function CopyButton({ text, label, wide = false }: { text: string; label: string; wide?: boolean }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1600);
    return () => clearTimeout(timer);
  }, [copied]);

  const onClick = () =>
    copyText(text).then(
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
