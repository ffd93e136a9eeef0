import { useRef } from "react";

/** True from the first time that `open` is. A dialog that is loaded when opened stays, so that it can close as it does. */
export function useEver(open: boolean): boolean {
  const ever = useRef(false);
  ever.current ||= open;
  return ever.current;
}
