import type { ReactNode } from "react";
import { Button } from "./button";
import type { More } from "./use-more";

/** Button at the end of a list that loads more; renders nothing if `more` is null. */
export function ShowMore({ more, children }: { more: More | null; children: ReactNode }) {
  if (!more) return null;
  return (
    <div className="flex justify-center py-2">
      <Button variant="ghost" busy={more.busy} onClick={more.load}>
        {children}
      </Button>
    </div>
  );
}
